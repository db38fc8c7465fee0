import { boardLines } from "./board-lines.ts";
import { quantile } from "./quantile.ts";
import type { Paint } from "./paint.ts";
import type { Scene } from "./scene.ts";
import { cut, ms } from "./text.ts";

/** What is worth knowing once the show is over. */
export type Closing = {
  scene: Scene;
  /** How long each call of a phone took, in ms. */
  answers_ms: readonly number[];
  mail_url: string;
  docs_url: string;
  /** Somebody to sign in as. */
  email: string;
  password: string;
  challenge_id: string;
};

/** The last screen: how it ended, what was sent, and where to go on. Addresses are never cut. */
export function closingLines(closing: Closing, width: number, paint: Paint): string[] {
  const { scene, answers_ms } = closing;
  const { tally, delay, board } = scene;
  const heading = (text: string): string[] => ["", paint.bold(` ${text}`)];
  const row = (label: string, text: string): string => ` ${label.padEnd(7)} ${text}`;
  const resting: Scene = { ...scene, board: { ...board, moves: new Map() } };
  const facts = [
    row("calls", `${tally.calls}, answered in ${ms(quantile(answers_ms, 0.5))} (median)`),
    row(
      "items",
      `${tally.items}: ${tally.accepted} counted, ${tally.duplicate} known already, ${tally.rejected} refused by name`,
    ),
    row(
      "board",
      `${board.reorders} times another order, ${ms(delay.p95)} behind the answers (p95)`,
    ),
    row("check", "every score is what was used, to the second"),
  ];
  return [
    ...heading("How it ended"),
    ...boardLines(resting, width, paint),
    ...heading("What the phones sent"),
    ...facts.map((line) => cut(line, width)),
    ...heading("Look around"),
    row("mails", closing.mail_url),
    row("docs", `${closing.docs_url}  (sign in there: POST /api/auth/login)`),
    row("account", `${closing.email}  ${closing.password}`),
    row("board", `GET /api/challenges/${closing.challenge_id}/leaderboard`),
    row("again", `npm run demo -- --seed ${scene.seed}`),
  ];
}
