import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "../platform/ids.ts";
import { ACTIONS, LEVELS, type Action } from "./actions.ts";
import type { LogRow } from "./entry.ts";
import { planOf, type Filters, type Plan } from "./ranges.ts";

const PEOPLE = ["01957f00-0000-7000-8000-00000000000a", "01957f00-0000-7000-8000-00000000000b"];
const IPS = ["192.0.2.7", "2001:db8::7"];
const REQUESTS = ["a-request-1", PEOPLE[0] ?? ""];
const SOME: Action[] = [
  "auth.logged_in",
  "auth.login_failed",
  "auth.token_reused",
  "users.changed",
];

const orNull = <T>(values: readonly T[]) => fc.constantFrom(...values, null);
const anyRow: fc.Arbitrary<LogRow> = fc
  .record({
    action: fc.constantFrom(...SOME),
    user_id: orNull(PEOPLE),
    actor_id: orNull(PEOPLE),
    ip: orNull(IPS),
    request_id: orNull(REQUESTS),
    created_at: fc.integer({ min: 1_000, max: 1_010 }),
  })
  .map((row) => ({
    ...row,
    id: newId(row.created_at),
    level: ACTIONS[row.action],
    user_agent: null,
    context: {},
    personal: null,
  }));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const anyFilters = fc.record({
  level: maybe(fc.constantFrom(...LEVELS)),
  action: maybe(fc.constantFrom(...SOME)),
  user_id: maybe(fc.constantFrom(...PEOPLE)),
  from: maybe(fc.integer({ min: 998, max: 1_012 })),
  to: maybe(fc.integer({ min: 998, max: 1_012 })),
  q: maybe(fc.constantFrom("log", "auth.", "a-request-1", "nobody!", ...PEOPLE, ...IPS)),
});

/** What the filters say, row by row. */
function isAskedFor(row: LogRow, { level, action, user_id, from, to, q }: Filters): boolean {
  const people = [row.user_id, row.actor_id];
  return (
    (level === undefined || row.level === level) &&
    (action === undefined || row.action === action) &&
    (user_id === undefined || people.includes(user_id)) &&
    (from === undefined || row.created_at >= from) &&
    (to === undefined || row.created_at <= to) &&
    (q === undefined || [...people, row.ip, row.request_id].includes(q) || row.action.includes(q))
  );
}

/** How often a plan finds a row. */
function timesFound(row: LogRow, { ranges, rest, from_id, to_id }: Plan): number {
  const isWithin =
    (from_id === undefined || row.id >= from_id) &&
    (to_id === undefined || row.id < to_id) &&
    (rest.level === undefined || row.level === rest.level) &&
    (rest.actions === undefined || rest.actions.some((action) => action === row.action)) &&
    (rest.user_id === undefined || [row.user_id, row.actor_id].includes(rest.user_id));
  return ranges.filter(
    ({ by, but }) =>
      isWithin &&
      (by === null || row[by.key] === by.value) &&
      but.every(({ key, value }) => row[key] !== value),
  ).length;
}

describe("the ranges of indexes that filters become", () => {
  it("find each act that is asked for once, and no other", () => {
    fc.assert(
      fc.property(anyRow, anyFilters, (row, filters) => {
        expect(timesFound(row, planOf(filters))).toBe(isAskedFor(row, filters) ? 1 : 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("are those of whatever lies narrowest", () => {
    const keys = (filters: Filters) => planOf(filters).ranges.map(({ by }) => by?.key ?? "time");
    const user_id = PEOPLE[0];
    expect(keys({})).toEqual(["time"]);
    expect(keys({ level: "error" })).toEqual(["level"]);
    expect(keys({ level: "warning", action: "auth.login_failed" })).toEqual(["action"]);
    expect(keys({ action: "auth.login_failed", user_id })).toEqual(["user_id", "actor_id"]);
    expect(keys({ user_id, q: "192.0.2.7" })).toEqual(["ip"]);
    expect(keys({ level: "info", action: "auth.login_failed" })).toEqual([]);
  });
});
