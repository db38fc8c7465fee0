import { expect, test } from "vitest";
import { LogsError, readOptions } from "./options.ts";

/** The instant that a bound of ids says. */
const instantOf = (id: string | undefined) =>
  new Date(Number.parseInt(`${id?.slice(0, 8)}${id?.slice(9, 13)}`, 16)).toISOString();

test("a date stands for its whole UTC day, an instant for itself, both ends included", () => {
  const day = readOptions(["--from", "2026-03-01", "--to", "2026-03-02"]);
  expect([instantOf(day?.from_id), instantOf(day?.to_id)]).toEqual([
    "2026-03-01T00:00:00.000Z",
    "2026-03-03T00:00:00.000Z",
  ]);
  const span = readOptions(["--from", "2026-03-01T10:00:00+02:00", "--to", "2026-03-01T09:00:00Z"]);
  expect([instantOf(span?.from_id), instantOf(span?.to_id)]).toEqual([
    "2026-03-01T08:00:00.000Z",
    "2026-03-01T09:00:00.001Z",
  ]);
});

test("the end may be left out, and filters be named", () => {
  expect(readOptions(["--from", "2026-03-01", "--user", "u", "--level", "error"])).toMatchObject({
    to_id: "ffffffff-ffff-0000-0000-000000000000",
    user: "u",
    level: "error",
    action: null,
    env: null,
  });
});

test.each([
  [[]],
  [["--from", "yesterday"]],
  [["--from", "2026-02-30T00:00:00"]],
  [["--since", "2026-03-01"]],
])("%j is refused in words", (args) => {
  expect(() => readOptions(args)).toThrow(LogsError);
});
