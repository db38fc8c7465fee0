import { setTimeout as pause } from "node:timers/promises";
import { addAccounts, signIn, type Session } from "../accounts.ts";
import { call, inLanes } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";
import type { Line } from "./board-copy.ts";

const SHOWN = 50;
const RETRY_MS = 100;
const LANES = 6;

/** A running challenge, its racers, and how it stands by what was acknowledged to them. */
export class Arena {
  readonly challenge_id: string;
  readonly racers: readonly Session[];
  readonly viewers: readonly Session[];
  acknowledged = 0;
  private readonly stack: HardStack;
  private readonly date: string;
  private readonly totals = new Map<string, number>();

  private constructor(
    stack: HardStack,
    {
      racers,
      viewers,
      ...rest
    }: Pick<Arena, "challenge_id" | "racers" | "viewers"> & {
      date: string;
    },
  ) {
    this.stack = stack;
    this.racers = racers;
    this.viewers = viewers;
    this.challenge_id = rest.challenge_id;
    this.date = rest.date;
  }

  /** Makes a public challenge of so many racers, who each have reported, and so many who may watch. */
  static async build(stack: HardStack, racers: number, viewers: number): Promise<Arena> {
    // As long as names get: frames are large.
    const names = { display_name: "é".repeat(50) };
    const accounts = await addAccounts(stack, racers + viewers, names);
    const sessions: Session[] = [];
    await inLanes(accounts.length, LANES, async (n) => {
      sessions[n] = await signIn(stack, accounts[n]!);
    });
    const date = new Date().toISOString().slice(0, 10);
    const end_date = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const [owner] = sessions as [Session];
    const { access_token } = owner;
    const body = { name: "The arena", start_date: date, end_date };
    const made = await call(stack, "POST", "/challenges", { body, access_token });
    const challenge_id = String(made.body["id"]);
    const arena = new Arena(stack, {
      challenge_id,
      racers: sessions.slice(0, racers),
      viewers: sessions.slice(racers),
      date,
    });
    await inLanes(racers, LANES, async (n) => {
      const racer = sessions[n]!;
      if (n > 0) await arena.ask(racer, "POST", `/challenges/${challenge_id}/join`, {});
      await arena.report(racer, 100 + n);
    });
    return arena;
  }

  /** Has a racer report a day's total, again and again until it is acknowledged. */
  async report({ id, access_token }: Session, total_seconds: number): Promise<void> {
    this.totals.set(id, total_seconds);
    const body = { kind: "day_total", app: "instagram", device_id: "phone", date: this.date };
    for (;;) {
      const status = await call(this.stack, "POST", "/activities", {
        body: { ...body, total_seconds },
        access_token,
      }).then(
        (reply) => reply.status,
        () => 0,
      );
      if (status === 200 || status === 201) break;
      if (status !== 0 && status < 500) throw new Error(`a report is answered ${status}`);
      await pause(RETRY_MS);
    }
    this.acknowledged += 1;
  }

  /** Has the leader fall to the last place: nearly every line of the top changes. */
  async overthrow(): Promise<void> {
    const sorted = this.racers.toSorted((a, b) => this.totalOf(a) - this.totalOf(b));
    await this.report(sorted[0]!, this.totalOf(sorted.at(-1)!) + 1);
  }

  /** The top as it must stand by what was acknowledged. */
  expected(): Line[] {
    const sorted = this.racers
      .map((racer) => ({ id: racer.id, score: this.totalOf(racer) }))
      .sort((a, b) => a.score - b.score || (a.id < b.id ? -1 : 1));
    return sorted.slice(0, SHOWN).map(({ id, score }) => {
      const rank = 1 + sorted.findIndex((other) => other.score === score);
      return { rank, id, score };
    });
  }

  /** The version that the board gives itself. */
  async version(): Promise<number> {
    const path = `/challenges/${this.challenge_id}/leaderboard`;
    const { body } = await this.ask(this.racers[0]!, "GET", path);
    return Number(body["version"]);
  }

  /** What a racer has told of the day. */
  totalOf({ id }: Session): number {
    return this.totals.get(id) ?? 0;
  }

  private async ask({ access_token }: Session, method: string, path: string, body?: object) {
    const reply = await call(this.stack, method, path, { body, access_token });
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }
}
