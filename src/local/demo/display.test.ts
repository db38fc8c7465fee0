import { Writable } from "node:stream";
import type { WriteStream } from "node:tty";
import { describe, expect, it } from "vitest";
import { applyFrame, EMPTY_BOARD } from "./board.ts";
import { CAST } from "./cast.ts";
import { displayOn } from "./display.ts";
import type { Scene } from "./scene.ts";

/** An output that keeps what was written; a terminal where `size` is given. */
function outputOf(size?: { columns: number; rows: number }) {
  let written = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const output = Object.assign(stream, size && { isTTY: true, ...size }) as unknown as WriteStream;
  return { output, text: () => written };
}

const scene: Scene = {
  challenge: "A week with less phone",
  board: applyFrame(
    EMPTY_BOARD,
    {
      type: "snapshot",
      version: 1,
      status: "running",
      total: 1,
      entries: [
        {
          rank: 1,
          user: { id: "chloe", display_name: "Chloé" },
          score: 600,
          coverage: 1,
          days_reported: 1,
          days_total: 1,
        },
      ],
    },
    0,
  ),
  isUpToDate: true,
  people: new Map(CAST.people.map((person) => [person.key, person])),
  missing_day_seconds: 14_400,
  happenings: [],
  tally: { calls: 0, items: 0, accepted: 0, duplicate: 0, rejected: 0 },
  delay: { last: null, p95: null },
  now: Date.parse("2026-11-22T17:30:00Z"),
  elapsed_ms: 11_000,
  total_ms: 45_000,
  seed: 7,
};

describe("on a terminal", () => {
  it("redraws on a screen of its own, and gives cursor and screen back, once", () => {
    const { output, text } = outputOf({ columns: 80, rows: 24 });
    const display = displayOn(output);
    display.open();
    display.show(scene);
    display.close();
    display.close();
    expect(text().startsWith("\u001B[?1049h\u001B[?25l")).toBe(true);
    expect(text().endsWith("\u001B[?25h\u001B[?1049l")).toBe(true);
    expect(text().split("\u001B[?1049l")).toHaveLength(2);
    expect(text()).toContain("Chloé");
  });

  it("keeps what is said during the show for after it, and draws nothing then", () => {
    const { output, text } = outputOf({ columns: 80, rows: 24 });
    const display = displayOn(output);
    display.open();
    display.say("wait a moment");
    expect(text()).not.toContain("wait");
    display.close();
    display.show(scene);
    expect(text().endsWith("wait a moment\n")).toBe(true);
  });

  it("works where the terminal does not know its size", () => {
    const { output, text } = outputOf({ columns: 0, rows: 0 });
    const display = displayOn(output);
    display.open();
    display.show(scene);
    display.close();
    expect(text()).toContain("Chloé");
  });
});

describe("in a pipe", () => {
  it("writes plain lines: each happening, and a board now and then", () => {
    const { output, text } = outputOf();
    const display = displayOn(output);
    display.open();
    display.happened({ kind: "known", text: "Chloé’s phone resent 3 items", at_ms: 9_000 });
    display.show({ ...scene, elapsed_ms: 9_000 });
    expect(text()).toBe("\n 0:09 = Chloé’s phone resent 3 items\n");
    display.show({ ...scene, isUpToDate: false });
    expect(text()).not.toContain("10 min");
    display.show(scene);
    display.show({ ...scene, elapsed_ms: 12_000 });
    display.close();
    expect(text().split("10 min")).toHaveLength(2);
    expect(text()).not.toContain("\u001B");
  });
});
