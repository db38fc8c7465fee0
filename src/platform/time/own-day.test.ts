import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addDays, daysFromTo, fromEpochDay } from "./dates.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, parseInstant } from "./instant.ts";
import { OracleClock } from "./oracle.ts";
import type { DayHistory, DayRule } from "./own-day.ts";
import { dayBounds, dayStart, ownDateAt, ownDateOf, splitByOwnDay } from "./own-day.ts";

function at(text: string): number {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`no instant: ${text}`);
  return instant;
}

function hours(date: string, rule: DayRule): number {
  return (dayStart(addDays(date, 1), rule) - dayStart(date, rule)) / HOUR_MS;
}

describe("a day of one's own", () => {
  const paris: DayRule = { timezone: "Europe/Paris", day_start_minute: 240 };

  it("runs from its start minute to the next and is named by the date on which it starts", () => {
    expect(ownDateOf(at("2026-11-23T02:59:59.999Z"), paris)).toBe("2026-11-22");
    expect(ownDateOf(at("2026-11-23T03:00:00Z"), paris)).toBe("2026-11-23");
    expect(dayStart("2026-11-23", paris)).toBe(at("2026-11-23T03:00:00Z"));
  });

  it.each([
    ["Europe/Paris", 0, "2026-03-29", 23],
    ["Europe/Paris", 0, "2026-10-25", 25],
    ["Europe/Paris", 240, "2026-03-28", 23],
    ["Australia/Lord_Howe", 0, "2026-10-04", 23.5],
    ["Australia/Lord_Howe", 0, "2026-04-05", 24.5],
    ["Antarctica/Troll", 0, "2026-03-29", 22],
    ["Antarctica/Troll", 0, "2026-10-25", 26],
    ["Asia/Beirut", 0, "2026-03-29", 23],
    ["Pacific/Apia", 0, "2011-12-30", 0],
    ["Pacific/Apia", 0, "2011-12-29", 24],
    ["Asia/Tokyo", 719, "2026-03-29", 24],
  ])("in %s from minute %i on, %s lasts %d hours", (timezone, day_start_minute, date, length) => {
    expect(hours(date, { timezone, day_start_minute })).toBe(length);
  });

  it("does not end again when the clock is set back over its start", () => {
    // Newfoundland set its clocks back at 00:01, to 23:01 of the day before.
    const rule = { timezone: "America/St_Johns", day_start_minute: 0 };
    expect(ownDateOf(at("2010-11-07T02:30:00Z"), rule)).toBe("2010-11-07");
    expect(ownDateOf(at("2010-11-07T02:45:00Z"), rule)).toBe("2010-11-07");
    expect(hours("2010-11-07", rule)).toBe(25);
  });
});

describe("own days of a traveller", () => {
  const history: DayHistory = [
    { timezone: "Europe/Paris", day_start_minute: 0, since: at("2026-01-01T00:00:00Z") },
    { timezone: "America/New_York", day_start_minute: 0, since: at("2026-11-10T01:00:00Z") },
    { timezone: "Asia/Tokyo", day_start_minute: 0, since: at("2026-11-20T22:00:00Z") },
  ];

  it("keep the date reached when flying west, until the new clock leaves it", () => {
    // 02:00 on the 10th in Paris is 20:00 on the 9th in New York.
    expect(ownDateAt(at("2026-11-10T01:00:00Z"), history)).toBe("2026-11-10");
    expect(dayBounds("2026-11-10", history)).toEqual({
      starts_at: at("2026-11-09T23:00:00Z"),
      ends_at: at("2026-11-11T05:00:00Z"),
    });
  });

  it("jump to the new date at the change when flying east", () => {
    // 17:00 on the 20th in New York is 07:00 on the 21st in Tokyo.
    expect(ownDateAt(at("2026-11-20T21:59:59.999Z"), history)).toBe("2026-11-20");
    expect(ownDateAt(at("2026-11-20T22:00:00Z"), history)).toBe("2026-11-21");
    expect(dayBounds("2026-11-20", history)).toEqual({
      starts_at: at("2026-11-20T05:00:00Z"),
      ends_at: at("2026-11-20T22:00:00Z"),
    });
  });

  it("leave the past as it was booked", () => {
    expect(ownDateAt(at("2026-11-09T22:59:59Z"), history)).toBe("2026-11-09");
    expect(ownDateAt(at("2025-07-01T21:59:59Z"), history)).toBe("2025-07-01");
    expect(ownDateAt(at("2025-07-01T22:00:00Z"), history)).toBe("2025-07-02");
  });

  it("are empty where a change skipped them", () => {
    const eastward: DayHistory = [
      { timezone: "Pacific/Pago_Pago", day_start_minute: 719, since: 0 },
      { timezone: "Pacific/Kiritimati", day_start_minute: 0, since: at("2026-11-20T12:00:00Z") },
    ];
    // Pago Pago's 19th becomes Kiritimati's 21st.
    const skipped = dayBounds("2026-11-20", eastward);
    expect(skipped).toEqual({
      starts_at: at("2026-11-20T12:00:00Z"),
      ends_at: at("2026-11-20T12:00:00Z"),
    });
  });

  it("give no second budget to one who flips the zone to and fro", () => {
    const start = at("2026-11-10T09:30:00Z");
    const flips = Array.from({ length: 200 }, (_, n) => ({
      timezone: n % 2 === 0 ? "Pacific/Kiritimati" : "Pacific/Pago_Pago",
      day_start_minute: n % 3 === 0 ? 719 : 0,
      since: start + n * 15 * MINUTE_MS,
    }));
    const pieces = splitByOwnDay(start, start + 3 * DAY_MS, flips);
    const dates = pieces.map(({ date }) => date);
    expect(new Set(dates).size).toBe(dates.length);
    expect(dates.length).toBeLessThanOrEqual(5);
  });

  it("follow the later of two changes at one instant", () => {
    const change = at("2026-11-10T12:00:00Z");
    const twice: DayHistory = [
      { timezone: "UTC", day_start_minute: 0, since: 0 },
      { timezone: "Pacific/Kiritimati", day_start_minute: 0, since: change },
      { timezone: "UTC", day_start_minute: 0, since: change },
    ];
    expect(ownDateAt(change, twice)).toBe("2026-11-10");
    expect(dayBounds("2026-11-11", twice).starts_at).toBe(at("2026-11-11T00:00:00Z"));
  });

  it("are none without a rule or with an unknown zone", () => {
    expect(() => ownDateAt(0, [])).toThrow(RangeError);
    expect(() => dayBounds("2026-01-01", [])).toThrow(RangeError);
    const unknown = [{ timezone: "Mars/Olympus", day_start_minute: 0, since: 0 }];
    expect(() => ownDateAt(0, unknown)).toThrow(RangeError);
  });
});

/** Moments around which clocks do what they rarely do, and zones that then meet. */
const ANCHORS = [
  "2026-11-22T10:00:00Z", // nothing special
  "2026-03-29T00:00:00Z", // Paris, Beirut (midnight skipped), Troll (two hours)
  "2026-10-25T00:00:00Z", // and back
  "2026-10-03T15:00:00Z", // Lord Howe, half an hour
  "2026-11-01T04:00:00Z", // Havana shows midnight twice
  "2010-11-07T02:00:00Z", // St John's, from 00:01 back into the day before
  "2011-12-30T08:00:00Z", // Samoa skips a date
].map(at);
const ZONES = [
  "Pacific/Kiritimati",
  "Pacific/Apia",
  "Pacific/Pago_Pago",
  "Etc/GMT+12",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Europe/Paris",
  "Antarctica/Troll",
  "America/St_Johns",
  "America/Havana",
  "Australia/Lord_Howe",
];
const WINDOW_MS = 7 * DAY_MS;

const clocks = new Map<string, OracleClock>();

function clockOf(timezone: string, anchor: number): OracleClock {
  const key = `${timezone} ${anchor}`;
  const clock =
    clocks.get(key) ?? new OracleClock(timezone, anchor - 2 * WINDOW_MS, anchor + 2 * WINDOW_MS);
  clocks.set(key, clock);
  return clock;
}

type Case = { anchor: number; from: number; history: DayHistory };

/** Up to six changes within three days either side of an anchor, some of them at one instant. */
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    anchor: fc.constantFrom(...ANCHORS),
    changes: fc.array(
      fc.record({
        minute: fc.oneof(
          fc.integer({ min: -4_320, max: 4_320 }),
          fc.integer({ min: -60, max: 60 }),
        ),
        timezone: fc.constantFrom(...ZONES),
        day_start_minute: fc.oneof(fc.constantFrom(0, 1, 719), fc.integer({ min: 0, max: 719 })),
      }),
      { minLength: 1, maxLength: 7 },
    ),
  })
  .map(({ anchor, changes }) => ({
    anchor,
    from: anchor - WINDOW_MS,
    history: changes
      .map(({ minute, ...rule }) => ({ ...rule, since: anchor + minute * MINUTE_MS }))
      .sort((a, b) => a.since - b.since),
  }));

/** The own day (days since 1970) of every minute of the window, found by living through it. */
function liveThrough({ anchor, from, history }: Case): number[] {
  const lived = history.map((rule) => ({
    rule,
    clock: clockOf(rule.timezone, anchor),
    // A rule's date is the latest its clock has reached, also before it came into force.
    latest: -Infinity,
  }));
  const days: number[] = [];
  let current = -Infinity;
  for (let now = from - 3 * DAY_MS; now < anchor + WINDOW_MS; now += MINUTE_MS) {
    let inForce = -Infinity;
    for (const [index, state] of lived.entries()) {
      const reading = state.clock.read(now) - state.rule.day_start_minute * MINUTE_MS;
      state.latest = Math.max(state.latest, Math.floor(reading / DAY_MS));
      if (index === 0 || state.rule.since <= now) inForce = state.latest;
    }
    current = Math.max(current, inForce);
    if (now >= from) days.push(current);
  }
  return days;
}

describe("own days under any sequence of zone changes", () => {
  const runs: [string, { seed?: number }][] = [
    ["a fixed seed", { seed: 20_261_122 }],
    ["a fresh seed", {}],
  ];

  it.each(runs)(
    "are those of one who lives through them minute by minute (%s)",
    (_, run) => {
      fc.assert(
        fc.property(anyCase, fc.nat(12), (example, shift) => {
          const { from, history } = example;
          const days = liveThrough(example);
          for (let minute = shift; minute < days.length; minute += 13) {
            const date = fromEpochDay(days[minute] ?? NaN);
            expect(ownDateAt(from + minute * MINUTE_MS, history)).toBe(date);
          }
          const first = days[0] ?? NaN;
          const last = days.at(-1) ?? NaN;
          for (let day = first + 1; day < last; day += 1) {
            expect(dayBounds(fromEpochDay(day), history)).toEqual({
              starts_at: from + days.findIndex((lived) => lived >= day) * MINUTE_MS,
              ends_at: from + days.findIndex((lived) => lived > day) * MINUTE_MS,
            });
          }
        }),
        { ...run, numRuns: 60 },
      );
    },
    30_000,
  );

  it.each(runs)(
    "never go back and cover all time without overlap (%s)",
    (_, run) => {
      const anyMoment = fc.integer({ min: -WINDOW_MS, max: WINDOW_MS });
      fc.assert(
        fc.property(anyCase, anyMoment, anyMoment, ({ anchor, history }, a, b) => {
          const [earlier, later] = [anchor + Math.min(a, b), anchor + Math.max(a, b)];
          const [first, last] = [ownDateAt(earlier, history), ownDateAt(later, history)];
          expect(first <= last).toBe(true);
          let end = dayBounds(first, history).starts_at;
          expect(end).toBeLessThanOrEqual(earlier);
          for (const date of daysFromTo(first, last)) {
            const { starts_at, ends_at } = dayBounds(date, history);
            expect(starts_at).toBe(end);
            expect(ends_at).toBeGreaterThanOrEqual(starts_at);
            if (ends_at > starts_at) {
              expect(ownDateAt(starts_at, history)).toBe(date);
              expect(ownDateAt(ends_at - 1, history)).toBe(date);
            }
            end = ends_at;
          }
          expect(end).toBeGreaterThan(later);
        }),
        { ...run, numRuns: 500 },
      );
    },
    30_000,
  );

  it.each(runs)(
    "cut an interval into pieces that make it up exactly (%s)",
    (_, run) => {
      const anyLength = fc.oneof(fc.nat(DAY_MS), fc.nat(5 * DAY_MS), fc.constantFrom(0, 1));
      const anyStart = fc.integer({ min: -WINDOW_MS, max: WINDOW_MS });
      fc.assert(
        fc.property(anyCase, anyStart, anyLength, ({ anchor, history }, offset, length) => {
          const starts_at = anchor + offset;
          const pieces = splitByOwnDay(starts_at, starts_at + length, history);
          let from = starts_at;
          let previous = "";
          for (const piece of pieces) {
            expect(piece.starts_at).toBe(from);
            expect(piece.ends_at).toBeGreaterThan(piece.starts_at);
            expect(piece.date > previous).toBe(true);
            expect(ownDateAt(piece.starts_at, history)).toBe(piece.date);
            expect(ownDateAt(piece.ends_at - 1, history)).toBe(piece.date);
            from = piece.ends_at;
            previous = piece.date;
          }
          expect(from).toBe(starts_at + length);
        }),
        { ...run, numRuns: 500 },
      );
    },
    30_000,
  );
});
