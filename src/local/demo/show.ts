import type { Arranged } from "./arrange.ts";
import { UnexpectedAnswer, type Client } from "./client.ts";
import type { Display } from "./display.ts";
import { quantile } from "./quantile.ts";
import { reportUsage } from "./report-usage.ts";
import type { Beat, Send } from "./beat.ts";
import type { Scenario } from "./scenario.ts";
import type { Happening, Scene } from "./scene.ts";
import type { Account } from "./sign-up.ts";
import { NOTHING_SENT, tallied } from "./tally.ts";
import { Viewer } from "./viewer.ts";

export type ShowSetting = {
  client: Client;
  host: Account;
  guests: readonly Account[];
  arranged: Arranged;
  scenario: Scenario;
  display: Display;
  /** How long the beats are spread over; 0 for no pauses. */
  length_ms: number;
  seed: number;
  signal: AbortSignal;
};

/** A board is at most 250 ms behind; a machine under load may take its time. */
const BOARD_PATIENCE_MS = 10_000;

/** The show as it goes on: plays beats against the API and holds the live board against the story. */
export class Show {
  readonly started_at = performance.now();
  /** How long each call took, in ms. */
  readonly answers_ms: number[] = [];
  readonly viewer: Viewer;
  readonly #setting: ShowSetting;
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #people: Scene["people"];
  readonly #happenings: Happening[] = [];
  readonly #delays_ms: number[] = [];
  #tally = NOTHING_SENT;
  #used: Beat["used"] = {};

  constructor(setting: ShowSetting) {
    this.#setting = setting;
    this.viewer = new Viewer(setting.scenario.missing_day_seconds, this.started_at);
    this.#accounts = new Map(setting.guests.map((guest) => [guest.person.key, guest]));
    this.#people = new Map(setting.guests.map(({ user_id, person }) => [user_id, person]));
  }

  /** Lets a beat happen; returns once its calls are answered and the board shows it. Raises UnexpectedAnswer. */
  async play(beat: Beat): Promise<void> {
    const before = this.#used;
    const answered = await Promise.all(beat.sends.map(async (send) => await this.#send(send)));
    this.#used = beat.used;
    this.#happened(beat);
    await this.requireBoard(() => this.#isUpToDate(), beat.story);
    for (const { key, user_id, answered_at } of answered) {
      if (before[key] === beat.used[key]) continue;
      // A frame may be faster than the answer.
      this.#delays_ms.push(Math.max(0, (this.viewer.used(user_id)?.since ?? 0) - answered_at));
    }
    this.#setting.display.show(this.scene());
  }

  /** Waits until the live board is as it must be after `what`. Raises UnexpectedAnswer where it does not become so. */
  async requireBoard(isSo: () => boolean, what: string): Promise<void> {
    if (await this.viewer.until(isSo, BOARD_PATIENCE_MS, this.#setting.signal)) return;
    const wanted = [...this.#accounts].map(([key, { person }]) => {
      return `${person.name} ${this.#used[key] ?? 0}`;
    });
    const { status, entries } = this.viewer.board;
    const said = entries.map(({ user }) => {
      return `${user.display_name} ${this.viewer.used(user.id)?.seconds ?? "?"}`;
    });
    throw new UnexpectedAnswer(
      [
        `The live board (${status}) is not as it must be after "${what}". Seconds used:`,
        `  board   ${said.join(", ")}`,
        `  phones  ${wanted.join(", ")}`,
      ].join("\n"),
    );
  }

  scene(): Scene {
    const { arranged, host, scenario, length_ms, seed } = this.#setting;
    return {
      challenge: `${arranged.name}, made and watched by ${host.person.name} in ${host.person.city}`,
      board: this.viewer.board,
      isUpToDate: this.#isUpToDate(),
      people: this.#people,
      missing_day_seconds: scenario.missing_day_seconds,
      happenings: this.#happenings,
      tally: this.#tally,
      delay: { last: this.#delays_ms.at(-1) ?? null, p95: quantile(this.#delays_ms, 0.95) },
      now: Date.now(),
      elapsed_ms: performance.now() - this.started_at,
      total_ms: length_ms,
      seed,
    };
  }

  #isUpToDate(): boolean {
    return [...this.#accounts].every(
      ([key, { user_id }]) => this.viewer.used(user_id)?.seconds === (this.#used[key] ?? 0),
    );
  }

  #happened({ kind, story }: Beat): void {
    const happening = { kind, text: story, at_ms: performance.now() - this.started_at };
    this.#happenings.push(happening);
    this.#setting.display.happened(happening);
    this.#setting.display.show(this.scene());
  }

  async #send(send: Send): Promise<{ key: string; user_id: string; answered_at: number }> {
    const { person: key, device_id } = send;
    const account = this.#accounts.get(key);
    const token = account?.tokens.get(device_id);
    if (!account || token === undefined) throw new RangeError(`nobody has ${device_id}`);
    const { receipts, sent_at, answered_at } = await reportUsage(this.#setting.client, token, send);
    this.answers_ms.push(answered_at - sent_at);
    this.#tally = tallied(this.#tally, send, receipts);
    return { key, user_id: account.user_id, answered_at };
  }
}
