import { isDeepStrictEqual } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { percentilesOf } from "../percentiles.ts";
import type { BoardFigure, BoardResult } from "../results.ts";
import type { Stack } from "../stack.ts";
import { makeGame } from "./game.ts";
import { Heap } from "../../worker/heap.ts";
import type { Line, Lines, Measurement, Timings } from "./wire.ts";

const WORKER = "focus-api";
const REPORTS = 2_000;
const LINES_A_PAGE = 5_000;
const SAMPLE_MS = 50;
const MIB = 2 ** 20;
/** What a board of 100,000 must keep within. */
const BOUNDS = { each_ms: 1, rebuild_s: 10, memory_mib: 64 };

type Report = Measurement["reports"][number];

/**
 * Has a board of `count` participants fill itself from MySQL, takes reports in, looks for ranks, loses
 * everything and fills itself again. Each figure is told with its bound; wrong is what differs from a
 * plain sort of the same rows.
 */
export async function playBigBoard(
  stack: Stack,
  count: number,
  tell: (words: string) => void,
): Promise<BoardResult> {
  if (stack.inspector_port === null) throw new Error("this stack cannot be measured from within");
  const now = Date.now();
  tell(`making a challenge of ${count} people`);
  const game = await makeGame(stack.planetscale_url, count, now);
  const board = new Board(stack.url, game.challenge_id);
  const heap = await Heap.open(stack.inspector_port, WORKER, async () => await board.wake());
  try {
    await board.wake();
    const empty = await heap.held();
    tell("filling its board");
    const first = await filled(board, heap);
    const failures: Record<string, number> = {};
    const compare = async (what: string): Promise<void> => {
      const differences = differing(await board.lines(), game.expected());
      if (differences > 0) failures[what] = differences;
    };
    await compare("line that differs after the first fill");
    tell(`taking ${REPORTS} reports in`);
    const timings = await board.measure(game.report(REPORTS));
    await compare("line that differs after the reports");
    const held = await heap.held();
    await game.store();
    await board.forget();
    tell("filling it again");
    const second = await filled(board, heap);
    await compare("line that differs after the second fill");
    const peak = Math.max(first.peak, second.peak);
    return {
      title: `A board of ${count} participants`,
      participants: count,
      figures: [
        ...eachOf(timings),
        within("rebuilt from MySQL", first.seconds, "s", BOUNDS.rebuild_s),
        within("rebuilt from MySQL, once more", second.seconds, "s", BOUNDS.rebuild_s),
        within("memory held", (held - empty) / MIB, "MiB", BOUNDS.memory_mib),
        within("memory while it fills", (peak - empty) / MIB, "MiB", BOUNDS.memory_mib),
      ],
      failures,
      faults: await stack.faults(),
    };
  } finally {
    heap.close();
  }
}

/** A board of the Worker that lets itself be measured. */
class Board {
  readonly #url: string;
  readonly #challenge_id: string;

  constructor(url: string, challenge_id: string) {
    this.#url = url;
    this.#challenge_id = challenge_id;
  }

  async wake(): Promise<void> {
    await (await fetch(`${this.#url}/api/health`)).text();
  }

  async fill(): Promise<void> {
    await this.#ask("fill", {});
  }

  async measure(reports: Report[]): Promise<Timings> {
    return (await this.#ask("measure", { reports })) as Timings;
  }

  async forget(): Promise<void> {
    await this.#ask("forget", {});
  }

  async lines(): Promise<Line[]> {
    const all: Line[] = [];
    for (let after: Lines["next"] = null; ;) {
      const some = (await this.#ask("lines", { after, limit: LINES_A_PAGE })) as Lines;
      all.push(...some.lines);
      after = some.next;
      if (after === null) return all;
    }
  }

  async #ask(method: string, order: object): Promise<unknown> {
    const challenge_id = this.#challenge_id;
    const answer = await fetch(`${this.#url}/measured/${method}/${challenge_id}`, {
      method: "POST",
      body: JSON.stringify({ ...order, challenge_id }),
    });
    if (!answer.ok) throw new Error(`the board answered ${method} by ${answer.status}`);
    return await answer.json();
  }
}

/** Fills the board; gives how long it took, and the most memory that was seen in use. */
async function filled(board: Board, heap: Heap): Promise<{ seconds: number; peak: number }> {
  let peak = 0;
  let isFilling = true;
  const watching = (async () => {
    while (isFilling) {
      peak = Math.max(peak, await heap.used());
      await pause(SAMPLE_MS);
    }
  })();
  const begun = performance.now();
  try {
    await board.fill();
    return { seconds: (performance.now() - begun) / 1_000, peak };
  } finally {
    isFilling = false;
    await watching;
  }
}

function differing(lines: readonly Line[], expected: readonly Line[]): number {
  const missing = Math.abs(expected.length - lines.length);
  return missing + lines.filter((line, at) => !isDeepStrictEqual(line, expected[at])).length;
}

function eachOf({ change, rank, top }: Timings): BoardFigure[] {
  const named = { "a change of a score": change, "the rank of anyone": rank, "the top 50": top };
  return Object.entries(named).map(([what, times]) => {
    // workerd's clock goes by whole ms: only many together say how long one took.
    const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
    const { p99 } = percentilesOf(times);
    return { ...within(what, mean, "ms", BOUNDS.each_ms), beside: `p99 ${p99} ms` };
  });
}

function within(what: string, measured: number, unit: string, bound: number): BoardFigure {
  return { what, measured, unit, bound, met: measured <= bound, beside: "" };
}
