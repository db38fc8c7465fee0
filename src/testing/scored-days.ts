import fc from "fast-check";
import type { ReportedDay, ScoreRules } from "../challenges/scoring.ts";
import { addDays } from "../platform/time/dates.ts";

/** A challenge of five days. */
export const rules: ScoreRules = {
  metric: "least_time",
  start_date: "2026-11-20",
  end_date: "2026-11-24",
  missing_day_seconds: 14_400,
};

/** A day of which this much was reported. */
export function reported(date: string, seconds: number): ReportedDay {
  return { date, seconds, reported: true };
}

/** Any dates of a challenge, and what a silent day counts in it. */
export const anyDates = fc
  .record({ start: fc.nat(30), length: fc.integer({ min: 1, max: 20 }), missing: fc.nat(86_400) })
  .map(({ start, length, missing }) => ({
    start_date: addDays("2026-11-01", start),
    end_date: addDays("2026-11-01", start + length - 1),
    missing_day_seconds: missing,
  }));
const anyDay = fc.record({
  date: fc.nat(60).map((n) => addDays("2026-10-25", n)),
  seconds: fc.oneof(fc.nat(86_400), fc.nat(3)),
  reported: fc.boolean(),
});
/** Any days before, in and behind it, each once. */
export const anyDays = fc.uniqueArray(anyDay, { selector: ({ date }) => date });
/** Any current date. */
export const anyCurrent = fc.nat(60).map((n) => addDays("2026-10-25", n));
