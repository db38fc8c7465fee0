import { describe, expect, it } from "vitest";
import { comparisonOf, reportOf } from "./report.ts";
import { cpuBetween, floorOf, runResult, type PhaseResult, type RunResult } from "./results.ts";

function phase(name: string, per_second: number, workerd: number | null): PhaseResult {
  return {
    name,
    title: `GET ${name}`,
    people: null,
    requests: per_second * 5,
    seconds: 5,
    per_second,
    items_per_second: null,
    latency_ms: { p50: 4, p95: 8, p99: 16 },
    cpu_ms: workerd === null ? null : { workerd, endpoint: 0.25, database: 0 },
    statements: 0,
    failures: {},
    faults: {},
  };
}

const run: RunResult = {
  at: "2026-11-22T17:00:00.000Z",
  machine: "2 cores",
  floor: { before: phase("floor", 2_000, 0.25), after: phase("floor", 1_000, 0.75) },
  phases: [phase("today", 750, 1.25)],
  delays: [
    {
      name: "live-1",
      title: "1 viewer",
      viewers: 1,
      reports: 30,
      samples: 30,
      delay_ms: { p50: 2, p95: 3, p99: 4 },
      answer_ms: { p50: 5, p95: 6, p99: 7 },
      failures: {},
      faults: {},
    },
  ],
  reminders: [
    {
      title: "Reminders of 3 readers, one day",
      readers: 3,
      seconds: 9,
      armed: { at: 0, mailed: 0, pages: 1, ms: 20 },
      windows: [0, 1, 2, 3].map((n) => ({ at: n * 900_000, mailed: n, pages: 1, ms: 10 * n })),
      failures: {},
      faults: {},
    },
  ],
  boards: [],
  turnings: [],
  admins: [],
};

const words = (text: string, beginning: string): string[] =>
  text
    .split("\n")
    .find((line) => line.startsWith(beginning))
    ?.split(/\s{2,}/) ?? [];

describe("the report of a run", () => {
  it("holds each phase against the floor, which is the mean of both times it was measured", () => {
    expect(floorOf(run)).toEqual({ per_second: 1_500, cpu: 0.75 });
    expect(words(reportOf(run), "GET today").slice(-2)).toEqual(["0.50x", "2.00x"]);
  });

  it("shows dashes where the system does not tell CPU times", () => {
    const blind = { ...run, phases: [phase("today", 750, null)] };
    expect(words(reportOf(blind), "GET today").at(-1)).toBe("-");
  });

  it("says what failed, in the phases, at the floor and among the frames", () => {
    expect(reportOf(run)).toContain("Nothing failed.");
    const today = { ...phase("today", 750, 1), failures: { "503 database_unavailable": 2 } };
    expect(reportOf({ ...run, phases: [today] })).toContain(
      "GET today: 2 x 503 database_unavailable",
    );
  });

  it("says of each figure of a board whether it keeps within its bound", () => {
    const figureOf = (what: string, measured: number) => {
      return { what, measured, unit: "s", bound: 10, met: measured <= 10, beside: "" };
    };
    const figures = [figureOf("rebuilt", 4.5), figureOf("rebuilt again", 10.5)];
    const board = { title: "Many", participants: 9, figures, failures: {}, faults: {} };
    const report = reportOf({ ...run, boards: [board] });
    expect(words(report, "rebuilt ").slice(1)).toEqual(["4.50 s", "10 s", "met"]);
    expect(words(report, "rebuilt again").slice(1)).toEqual(["10.5 s", "10 s", "NOT MET"]);
  });

  it("says of each list that administrators have whether it answers in time, the first time too", () => {
    const figureOf = (what: string, first_ms: number, p95: number) => {
      return { what, first_ms, p50: 20, p95, bound: 200, met: Math.max(first_ms, p95) <= 200 };
    };
    const figures = [figureOf("users", 180, 30), figureOf("logs", 20, 201)];
    const admins = [{ title: "Few accounts", seconds: 4, figures, failures: {}, faults: {} }];
    const report = reportOf({ ...run, admins });
    expect(words(report, "users").slice(1)).toEqual(["180", "20.0", "30.0", "200", "met"]);
    expect(words(report, "logs").slice(1)).toEqual(["20.0", "20.0", "201", "200", "NOT MET"]);
    expect(report).toContain("1 of 2 at most 200 ms");
  });

  it("says what the Worker made good by itself, which is no failure", () => {
    const today = { ...phase("today", 750, 1), faults: { "object_job_failed flush": 3 } };
    const report = reportOf({ ...run, phases: [today] });
    expect(report).toContain("GET today: 3 x object_job_failed flush");
    expect(report).toContain("Nothing failed.");
  });

  it("beside an earlier run shows how many times its figures today's are", () => {
    const faster = { ...run, phases: [phase("today", 1_500, 0.5), phase("new", 1, 1)] };
    const comparison = comparisonOf(faster, run);
    expect(words(comparison, "GET today")).toEqual([
      "GET today",
      "2.00x",
      "1.00x",
      "1.00x",
      "0.50x",
    ]);
    expect(comparison).not.toContain("GET new");
  });

  it("can be read back from the file it is written to", () => {
    expect(runResult.parse(JSON.parse(JSON.stringify(run)))).toEqual(run);
  });
});

describe("the CPU time of a phase", () => {
  const before = { workerd: 100, endpoint: 50, database: 0 };
  const after = { workerd: 300, endpoint: 50, database: 100 };

  it("is what was used in it, by request", () => {
    expect(cpuBetween(before, after, 100)).toEqual({ workerd: 2, endpoint: 0, database: 1 });
  });

  it("is not known where one of the readings is missing", () => {
    expect(cpuBetween(null, after, 100)).toBeNull();
  });
});
