import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "../../../local/demo/random.ts";
import type { Contest, Standing } from "./contest.ts";
import type { Member } from "./member.ts";
import type { World } from "./world.ts";

/** A line of a board as the API and its sockets show it. */
export type Entry = Standing & { rank: number; user: { id: string; display_name: string } };
type Frame = {
  type: string;
  version: number;
  status?: string;
  total: number;
  entries: Entry[];
  me: Entry | null;
};

const TOP = 50;
const LONGEST_WATCH_MS = 12_000;
const QUIET_CODES = [1000, 1001, 1006];

/** Somebody who watches a board, comes back whenever the socket ends, and believes every frame. */
export class Viewer {
  readonly contest: Contest;
  readonly member: Member;
  entries = new Map<string, Entry>();
  me: Entry | null = null;
  total = 0;
  version = 0;
  frames = 0;
  connections = 0;
  /** Why the board would not have the viewer any more, where it said so. */
  refused: number | null = null;
  readonly #world: World;
  readonly #chance: Chance;
  readonly #stack_url: string;
  #isOver = false;
  #socket: WebSocket | null = null;

  constructor(world: World, stack_url: string, contest: Contest, member: Member, chance: Chance) {
    this.#world = world;
    this.#stack_url = stack_url;
    this.contest = contest;
    this.member = member;
    this.#chance = chance;
  }

  /** Watches until `close` is called. */
  async watch(): Promise<void> {
    while (!this.#isOver) {
      const { body } = await this.member.insistQuietly("POST", "/auth/ticket");
      if (this.#isOver) return;
      await this.#connect(String(body["ticket"]));
      await pause(this.#chance.whole(50, 400));
    }
  }

  /** Ends the watching. */
  close(): void {
    this.#isOver = true;
    this.#socket?.close();
  }

  async #connect(ticket: string): Promise<void> {
    const url = new URL(`/api/challenges/${this.contest.id}/live`, this.#stack_url);
    url.protocol = "ws:";
    url.searchParams.set("ticket", ticket);
    const socket = new WebSocket(url.href);
    this.#socket = socket;
    const ended = Promise.withResolvers<void>();
    let isFirst = true;
    let isDropped = false;
    socket.addEventListener("open", () => {
      this.connections += 1;
      if (this.version > 0 && this.#chance.happens(0.5)) {
        socket.send(JSON.stringify({ type: "resume", version: this.version }));
      }
    });
    socket.addEventListener("message", ({ data }) => {
      this.#take(JSON.parse(String(data)) as Frame, isFirst);
      isFirst = false;
    });
    socket.addEventListener("error", () => ended.resolve());
    socket.addEventListener("close", ({ code }) => {
      if (!isDropped && !QUIET_CODES.includes(code)) this.refused = code;
      ended.resolve();
    });
    // People put their phones away: some sockets end by their viewer's will.
    const drop = setTimeout(
      () => {
        if (this.#world.isHealed) return;
        isDropped = true;
        socket.close();
        ended.resolve();
      },
      this.#chance.whole(2_000, LONGEST_WATCH_MS),
    );
    await ended.promise;
    clearTimeout(drop);
  }

  #take(frame: Frame, isFirst: boolean): void {
    this.frames += 1;
    if (frame.version < this.version) this.#wrong(`at least version ${this.version}`, frame);
    const isWhole = frame.type === "snapshot" || frame.type === "final";
    if (isFirst && !isWhole) this.#wrong("a snapshot first", frame);
    if (!isWhole && frame.version > this.version + 1) {
      this.#wrong(`version ${this.version + 1}, or a snapshot`, frame);
    }
    const lines = isWhole ? new Map<string, Entry>() : this.entries;
    for (const entry of frame.entries) lines.set(entry.user.id, entry);
    const sorted = [...lines.values()].sort(
      (a, b) => a.rank - b.rank || (a.user.id < b.user.id ? -1 : 1),
    );
    this.entries = new Map(sorted.slice(0, TOP).map((entry) => [entry.user.id, entry]));
    this.version = frame.version;
    this.total = frame.total;
    this.me = frame.me;
  }

  #wrong(expected: string, { type, version }: Frame): void {
    this.#world.differ({
      who: `${this.member.name}, watching`,
      where: `the live board of "${this.contest.name}" (${this.contest.id})`,
      expected,
      found: `${type} of version ${version}`,
      why: ["versions only rise, and a gap means a snapshot"],
    });
  }
}
