import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addDays, fromEpochDay } from "./dates.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./instant.ts";
import { OracleClock } from "./oracle.ts";
import { dayStart, ownDateOf } from "./own-day.ts";

const ZONES = [...Intl.supportedValuesOf("timeZone"), "UTC", "Asia/Kolkata", "Europe/Kyiv"];
const [freshMinute = 0, freshSeed = 0] = fc.sample(fc.integer({ min: 0, max: 719 }), 2);
const FRESH = `day start ${freshMinute}, seed ${freshSeed}`;
const DAY_STARTS = [0, 1, 150, 719, freshMinute];

/** The days of `years` years in all zones on which starts, or dates on both sides, differ from the walk's. */
function faultsIn(first: number, years: number): string[] {
  const from = Date.UTC(first, 0, 1);
  const days = (Date.UTC(first + years, 0, 1) - from) / DAY_MS;
  const faults: string[] = [];
  let state = freshSeed + 1;
  for (const timezone of ZONES) {
    const clock = new OracleClock(timezone, from - 4 * DAY_MS, from + (days + 4) * DAY_MS);
    for (const day_start_minute of DAY_STARTS) {
      const rule = { timezone, day_start_minute };
      let start = clock.firstMinuteReading(from + day_start_minute * MINUTE_MS);
      for (let day = 0; day < days; day += 1) {
        const date = fromEpochDay(from / DAY_MS + day);
        const end = clock.firstMinuteReading(
          from + (day + 1) * DAY_MS + day_start_minute * MINUTE_MS,
        );
        state = (state * 48_271) % 2_147_483_647;
        const inside = start + (state % Math.max(1, end - start));
        const isRight =
          dayStart(date, rule) === start &&
          // A date the clock skipped has no instant to ask for.
          (start === end ||
            (ownDateOf(start, rule) === date &&
              ownDateOf(end - 1, rule) === date &&
              ownDateOf(inside, rule) === date));
        if (!isRight) faults.push(`${timezone} ${day_start_minute} ${date}`);
        start = end;
      }
    }
  }
  return faults;
}

describe("own days in every zone, against a walk along the clock", () => {
  it("agree for three years from 2025 on", () => {
    expect(faultsIn(2025, 3), FRESH).toEqual([]);
  }, 120_000);

  it("agree in 2011, when Samoa skipped a date", () => {
    expect(faultsIn(2011, 1), FRESH).toEqual([]);
    const rule = { timezone: "Pacific/Apia", day_start_minute: 0 };
    expect(dayStart("2011-12-30", rule)).toBe(dayStart("2011-12-31", rule));
  }, 120_000);

  it("last between 22 and 26 hours", () => {
    const lengths = new Set<number>();
    for (const timezone of ZONES) {
      const rule = { timezone, day_start_minute: 0 };
      let start = dayStart("2025-01-01", rule);
      for (let date = "2025-01-01"; date < "2028-01-01"; date = addDays(date, 1)) {
        const end = dayStart(addDays(date, 1), rule);
        lengths.add((end - start) / HOUR_MS);
        start = end;
      }
    }
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(22);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(26);
    expect([...lengths]).toEqual(expect.arrayContaining([23, 23.5, 24, 24.5, 25]));
  }, 30_000);
});
