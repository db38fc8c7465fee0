import { describe, expect, it } from "vitest";
import { cpuTimeOf, parseStat, ticksBelow } from "./cpu-time.ts";

const stat = "42 (my (odd) name) S 7 42 42 0 -1 4194560 1000 0 2 0 11 22 3 4 20 0 5 0 100 200 300";

describe("a process as the kernel counts it", () => {
  it("has used its own user and kernel time, and that of its ended children", () => {
    expect(parseStat(stat)).toEqual({ pid: 42, parent: 7, name: "my (odd) name", ticks: 40 });
  });

  it("is none where the text is something else", () => {
    expect(parseStat("")).toBeNull();
    expect(parseStat("no process")).toBeNull();
  });
});

describe("the CPU time of the stack", () => {
  const node = { pid: 10, parent: 1, name: "node", ticks: 5 };
  const database = { pid: 11, parent: 10, name: "mariadbd", ticks: 7 };
  const shell = { pid: 12, parent: 10, name: "sh", ticks: 1 };
  const worker = { pid: 9, parent: 12, name: "workerd", ticks: 20 };
  const stranger = { pid: 13, parent: 1, name: "workerd", ticks: 1000 };

  it("is that of its process and all below, by part, and of nobody else", () => {
    expect(ticksBelow(10, [stranger, worker, shell, database, node])).toEqual({
      workerd: 20,
      endpoint: 6,
      database: 7,
    });
  });

  it("is not known where there is no such process", () => {
    expect(cpuTimeOf(2 ** 30)).toBeNull();
  });
});
