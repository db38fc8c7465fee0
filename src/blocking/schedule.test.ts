import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, formatInstant, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { OracleClock } from "../platform/time/oracle.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import { anyMinute, anySchedule, at, seeds, windowOf } from "../testing/blocking.ts";
import { isOpen } from "../testing/minutes.ts";
import type { ScheduleWindow } from "./rule.ts";
import { openStretches } from "./schedule.ts";

function living(timezone: string, day_start_minute = 0): DayHistory {
  return [{ timezone, day_start_minute, since: 0 }];
}

function opened(schedule: ScheduleWindow[], from: string, until: string, history: DayHistory) {
  return openStretches(schedule, at(from), at(until), history).map(({ starts_at, ends_at }) => [
    formatInstant(starts_at).slice(0, 19),
    formatInstant(ends_at).slice(0, 19),
  ]);
}

describe("a window", () => {
  const paris = living("Europe/Paris", 240);

  it("opens on the weekdays on which it starts and runs over midnight into the next", () => {
    const night = [windowOf([5], "22:00", "06:00")];
    // 2026-11-27 is a Friday; the day start at 04:00 does not move it.
    expect(opened(night, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z", paris)).toEqual([
      ["2026-11-27T21:00:00", "2026-11-28T05:00:00"],
    ]);
    expect(opened(night, "2026-11-28T00:00:00Z", "2026-11-28T01:00:00Z", paris)).toEqual([
      ["2026-11-28T00:00:00", "2026-11-28T01:00:00"],
    ]);
  });

  it("lasts a whole day when it ends at the time it starts", () => {
    expect(
      opened(
        [windowOf([7], "09:00", "09:00")],
        "2026-11-21T00:00:00Z",
        "2026-11-25T00:00:00Z",
        paris,
      ),
    ).toEqual([["2026-11-22T08:00:00", "2026-11-23T08:00:00"]]);
  });

  it("is one with those it overlaps or touches", () => {
    const touching = [
      windowOf([1, 2], "22:00", "00:00"),
      windowOf([2], "00:00", "06:00"),
      windowOf([2], "05:00", "07:00"),
    ];
    expect(opened(touching, "2026-11-23T00:00:00Z", "2026-11-25T12:00:00Z", living("UTC"))).toEqual(
      [
        ["2026-11-23T22:00:00", "2026-11-24T07:00:00"],
        ["2026-11-24T22:00:00", "2026-11-25T00:00:00"],
      ],
    );
  });

  it.each([
    [
      "starts at once where its start is skipped",
      "02:30",
      "04:00",
      "2026-03-29",
      ["01:00", "02:00"],
    ],
    ["ends early where its end is skipped", "01:00", "02:30", "2026-03-29", ["00:00", "01:00"]],
    ["starts at the first of two readings", "02:30", "04:00", "2026-10-25", ["00:30", "03:00"]],
    ["ends at the first of two readings", "01:00", "02:30", "2026-10-25", ["23:00", "00:30"]],
  ])("%s", (_, start, end, date, [opens, closes]) => {
    const schedule = [windowOf([7], start, end)];
    const found = openStretches(
      schedule,
      at(`${date}T12:00:00Z`) - DAY_MS,
      at(`${date}T12:00:00Z`),
      paris,
    );
    expect(
      found.map(({ starts_at, ends_at }) =>
        [starts_at, ends_at].map((one) => formatInstant(one).slice(11, 16)),
      ),
    ).toEqual([[opens, closes]]);
  });

  it("does not open where the clock skips it whole", () => {
    const skipped = [windowOf([7], "02:15", "02:45")];
    expect(opened(skipped, "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z", paris)).toEqual([]);
  });

  it("that opened at midnight stays open when the clock is set back over it", () => {
    // Newfoundland set its clocks back at 00:01, to 23:01 of the day before.
    const midnight = [windowOf([7], "00:00", "00:30")];
    const history = living("America/St_Johns");
    expect(opened(midnight, "2010-11-07T02:20:00Z", "2010-11-07T02:40:00Z", history)).toEqual([
      ["2010-11-07T02:30:00", "2010-11-07T02:40:00"],
    ]);
  });

  it("goes by the new zone from the instant at which one flies", () => {
    const travelled: DayHistory = [
      ...living("Europe/Paris"),
      { timezone: "America/New_York", day_start_minute: 0, since: at("2026-11-23T21:30:00Z") },
    ];
    // 22:30 in Paris is 16:30 in New York: the night is over for now, and comes again at 22:00 there.
    expect(
      opened(
        [windowOf([1], "22:00", "06:00")],
        "2026-11-23T00:00:00Z",
        "2026-11-25T00:00:00Z",
        travelled,
      ),
    ).toEqual([
      ["2026-11-23T21:00:00", "2026-11-23T21:30:00"],
      ["2026-11-24T03:00:00", "2026-11-24T11:00:00"],
    ]);
  });
});

const ANCHORS = [
  "2026-11-22",
  "2026-03-29",
  "2026-10-25",
  "2026-10-04",
  "2026-04-05",
  "2010-11-07",
].map((date) => at(`${date}T00:00:00Z`));
const ZONES = [
  "Europe/Paris",
  "America/New_York",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Antarctica/Troll",
  "Pacific/Kiritimati",
];

const clocks = new Map<string, OracleClock>();

/** The latest reading of a clock up to an instant, found by looking back over the hours before. */
function latestReading(timezone: string, anchor: number, instant: number): number {
  const key = `${timezone} ${anchor}`;
  const clock =
    clocks.get(key) ?? new OracleClock(timezone, anchor - 5 * DAY_MS, anchor + 5 * DAY_MS);
  clocks.set(key, clock);
  let latest = clock.read(instant);
  for (const change of clock.changes) {
    const isNear = change.at <= instant && change.at > instant - 6 * HOUR_MS;
    if (isNear) latest = Math.max(latest, clock.read(change.at - MINUTE_MS));
  }
  return latest;
}

describe("windows", () => {
  it.each(seeds())("are open in just the minutes the wall clock says (seed %i)", (seed) => {
    const anyChange = fc.record({
      timezone: fc.constantFrom(...ZONES),
      day_start_minute: fc.nat(719),
      minute: fc.integer({ min: -2_000, max: 2_000 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...ANCHORS),
        anySchedule(anyMinute, 4),
        fc.array(anyChange, { minLength: 1, maxLength: 3 }),
        (anchor, schedule, changes) => {
          const history = changes
            .map(({ minute, ...rule }) => ({ ...rule, since: anchor + minute * MINUTE_MS }))
            .sort((a, b) => a.since - b.since);
          const from = anchor - 2 * DAY_MS;
          const until = anchor + 2 * DAY_MS;
          const stretches = openStretches(schedule, from, until, history);
          for (let now = from, next = 0; now < until; now += MINUTE_MS) {
            while ((stretches[next]?.ends_at ?? Infinity) <= now) next += 1;
            const inForce = history.findLast(({ since }) => since <= now) ?? history[0];
            const reading = latestReading(inForce?.timezone ?? "", anchor, now);
            const found = (stretches[next]?.starts_at ?? Infinity) <= now;
            if (found !== isOpen({ schedule }, reading)) {
              expect.fail(`${formatInstant(now)} in ${inForce?.timezone}: ${found}`);
            }
          }
          for (const [index, { starts_at, ends_at }] of stretches.entries()) {
            expect(starts_at).toBeLessThan(ends_at);
            expect(starts_at).toBeGreaterThan(stretches[index - 1]?.ends_at ?? -Infinity);
          }
        },
      ),
      { seed, numRuns: 60 },
    );
  });
});
