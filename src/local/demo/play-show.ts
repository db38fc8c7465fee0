import { z } from "zod";
import { tokenOf } from "./arrange.ts";
import type { Entry } from "./board.ts";
import { UnexpectedAnswer } from "./client.ts";
import { boardSchema, watchBoard } from "./live-socket.ts";
import { pause } from "./pause.ts";
import type { Scene } from "./scene.ts";
import { Show, type ShowSetting } from "./show.ts";

/** How the show ended: its last scene, and how long each call took, in ms. */
export type Outcome = { scene: Scene; answers_ms: readonly number[] };

const REDRAW_MS = 250;

/**
 * Plays the scenario while the host watches the live board. A socket that ends before the show aborts
 * it through `abort`, which the setting's signal belongs to. Raises UnexpectedAnswer where the API
 * differs from the story.
 */
export async function playShow(
  setting: ShowSetting,
  api_url: string,
  abort: AbortController,
): Promise<Outcome> {
  const { client, host, guests, arranged, scenario, display, length_ms, signal } = setting;
  const { body } = await client.ask({
    method: "POST",
    path: "/auth/ticket",
    token: tokenOf(host),
    status: [200],
    shape: z.object({ ticket: z.string() }),
  });
  const show = new Show(setting);
  const stopWatching = watchBoard({
    url: api_url,
    challenge_id: arranged.challenge_id,
    ticket: body.ticket,
    onFrame: (frame) => {
      show.viewer.take(frame, performance.now());
      display.show(show.scene());
    },
    onEnd: (error) => abort.abort(error),
  });
  let redraw: ReturnType<typeof setInterval> | undefined;
  try {
    await show.requireBoard(() => {
      const { entries, status } = show.viewer.board;
      return entries.length === guests.length && status === "running";
    }, "all have joined");
    display.open();
    redraw = setInterval(() => display.show(show.scene()), REDRAW_MS);
    for (const beat of scenario.beats) {
      await pause(show.started_at + beat.at * length_ms - performance.now(), signal);
      await show.play(beat);
    }
    await requireSameLeaderboard(setting, show.viewer.board.entries);
    return { scene: show.scene(), answers_ms: show.answers_ms };
  } finally {
    clearInterval(redraw);
    stopWatching();
    display.close();
  }
}

/** Holds what frames added up to against the board as the API gives it. */
async function requireSameLeaderboard(
  { client, arranged, host }: ShowSetting,
  live: readonly Entry[],
): Promise<void> {
  const { body } = await client.ask({
    method: "GET",
    path: `/challenges/${arranged.challenge_id}/leaderboard`,
    token: tokenOf(host),
    status: [200],
    shape: boardSchema,
  });
  const inWords = (entries: readonly Entry[]): string =>
    entries.map(({ rank, user, score }) => `${rank} ${user.display_name} ${score} s`).join(", ");
  if (inWords(live) === inWords(body.entries)) return;
  throw new UnexpectedAnswer(
    `The live board ended as ${inWords(live)}, but the leaderboard says ${inWords(body.entries)}.`,
  );
}
