import { expect, it } from "vitest";
import { createFaultTable } from "./faults.ts";

const table = () => createFaultTable(["hung", "slow", "deadlock"], { refusals: ["deadlock"] });
/** Which of so many calls meet a fault, as a row of marks. */
const hitsOf = (faults: ReturnType<typeof table>, calls: number) =>
  Array.from({ length: calls }, (_, n) => (faults.pick(`select ${n}`) === null ? "." : "x")).join(
    "",
  );

it("fails the same calls again when it is given the same seed, and others by another", () => {
  const faults = table();
  const run = (seed: number) => {
    faults.set([{ mode: "hung", share: 0.3 }], seed);
    return hitsOf(faults, 200);
  };
  expect(run(7)).toBe(run(7));
  expect(run(7)).not.toBe(run(8));
  const share = run(7).replaceAll(".", "").length / 200;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.4);
});

it("takes its seed from outside as well", () => {
  const faults = table();
  const order = { seed: 7, faults: [{ mode: "hung", share: 0.3 }] };
  faults.setFromJson(order);
  const first = hitsOf(faults, 50);
  faults.setFromJson(order);
  expect(hitsOf(faults, 50)).toBe(first);
});

it("uses the first line that matches and is meant, so many times", () => {
  const faults = table();
  faults.set([
    { mode: "slow", match: "^insert", times: 2 },
    { mode: "hung", match: "users" },
  ]);
  const modes = ["INSERT into users", "insert into users", "insert into users", "select 1"].map(
    (sql) => faults.pick(sql)?.mode,
  );
  expect(modes).toEqual(["slow", "slow", "hung", undefined]);
  expect(faults.pick("select * from users", (mode) => mode !== "hung")).toBeNull();
  expect(faults.injected).toBe(3);
});

it.each([
  ["no list", { mode: "hung" }],
  ["nothing", null],
  ["a seed that is no whole number", { seed: 0.5, faults: [] }],
  ["an unknown mode", [{ mode: "sideways" }]],
  ["a share over 1", [{ mode: "hung", share: 1.1 }]],
  ["an unknown moment", [{ mode: "hung", when: "later" }]],
  ["a refusal after the effect", [{ mode: "deadlock", when: "after" }]],
  ["no pattern", [{ mode: "hung", match: "(" }]],
  ["half a time", [{ mode: "hung", times: 0.5 }]],
  ["a field that is none", [{ mode: "hung", chance: 0.5 }]],
])("refuses %s and keeps the table it had", (_what, json) => {
  const faults = table();
  faults.set([{ mode: "slow", delay_ms: 1 }]);
  expect(() => faults.setFromJson(json)).toThrow(RangeError);
  expect(faults.list()).toEqual([{ mode: "slow", delay_ms: 1 }]);
});
