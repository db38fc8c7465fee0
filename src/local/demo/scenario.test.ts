import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CAST } from "./cast.ts";
import { daysFrom, ownClock, startOfDate } from "./own-clock.ts";
import type { Beat, Send } from "./beat.ts";
import { writeScenario, type Scenario } from "./scenario.ts";

const HOUR_MS = 3_600_000;
const anySeed = fc.nat(100_000);
/** Two years by the quarter of an hour: every zone's changes of clocks and every pair of dates are among them. */
const anyNow = fc
  .nat(2 * 365 * 24 * 4)
  .map((quarters) => Date.parse("2026-01-01T00:00:31Z") + quarters * (HOUR_MS / 4));

const sendsOf = (scenario: Scenario): Send[] => scenario.beats.flatMap((beat) => beat.sends);
const zoneOf = (key: string): string => CAST.people.find((one) => one.key === key)!.timezone;
const orderOf = ({ used }: Beat): string =>
  Object.keys(used)
    .sort((a, b) => used[a]! - used[b]!)
    .join();

/** The items of a call that the API must take, with their instants in UTC ms. */
function takenItems(send: Send, now: number) {
  return send.items
    .map((item) => ({ ...item, from: Date.parse(item.started_at), to: Date.parse(item.ended_at) }))
    .filter(({ to }) => to <= now);
}

describe("the story", () => {
  it("is the same for the same seed, at whatever hour it is told", () => {
    fc.assert(
      fc.property(anySeed, anyNow, anyNow, (seed, one, other) => {
        const told = (now: number) =>
          writeScenario(seed, now, CAST).beats.map(({ at, sends, used }) => ({
            at,
            used,
            calls: sends.map(({ device_id, items, expected }) => [
              device_id,
              items.map(({ app }) => app),
              expected,
            ]),
          }));
        expect(told(one)).toEqual(told(other));
      }),
      { numRuns: 30 },
    );
  });

  it("differs from seed to seed", () => {
    const now = Date.parse("2026-11-22T17:00:00Z");
    const stories = [1, 2, 3].map((seed) => writeScenario(seed, now, CAST).beats);
    expect(new Set(stories.map((beats) => beats.map(({ story }) => story).join())).size).toBe(3);
  });

  it("changes the order on the board again and again", () => {
    fc.assert(
      fc.property(anySeed, anyNow, (seed, now) => {
        const { beats } = writeScenario(seed, now, CAST);
        const orders = beats.map(orderOf);
        const changes = orders.filter((order, place) => order !== orders[place - 1]).length;
        expect(changes).toBeGreaterThan(15);
      }),
      { numRuns: 30 },
    );
  });

  it("tells of resends, of two devices, of a wrong clock and of late hours", () => {
    const { beats } = writeScenario(1, Date.parse("2026-11-22T17:00:00Z"), CAST);
    const kinds = new Set(beats.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["known", "late", "refused", "silent", "union", "used"]);
  });

  it("goes forward in time, and has a line for each beat that fits 80 columns", () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const { beats } = writeScenario(seed, Date.parse("2026-11-22T17:00:00Z"), CAST);
        let before = 0;
        for (const { at, story } of beats) {
          expect(at).toBeGreaterThan(before);
          expect([...story].length).toBeLessThanOrEqual(72);
          before = at;
        }
        expect(before).toBe(1);
      }),
      { numRuns: 30 },
    );
  });
});

describe("what the phones send", () => {
  it("stays within the limits of requests, however fast it is told", () => {
    fc.assert(
      fc.property(anySeed, anyNow, (seed, now) => {
        const calls = new Map<string, number>();
        for (const { person } of sendsOf(writeScenario(seed, now, CAST))) {
          calls.set(person, (calls.get(person) ?? 0) + 1);
        }
        // 100 in 60 s, of which signing in, finding and joining take a handful.
        for (const count of calls.values()) expect(count).toBeLessThanOrEqual(80);
      }),
      { numRuns: 30 },
    );
  });

  it("is what the API accepts: past, not too old, not too long, of the challenge's own days", () => {
    fc.assert(
      fc.property(anySeed, anyNow, (seed, now) => {
        const scenario = writeScenario(seed, now, CAST);
        for (const send of sendsOf(scenario)) {
          expect(send.items.length).toBeGreaterThan(0);
          expect(send.items.length).toBeLessThanOrEqual(500);
          const taken = takenItems(send, now);
          expect(taken.length).toBe(send.expected.accepted + send.expected.duplicate);
          expect(send.items.length - taken.length).toBe(send.expected.rejected);
          const begin = startOfDate(scenario.start_date, zoneOf(send.person));
          for (const { from, to } of taken) {
            expect(from).toBeGreaterThanOrEqual(begin);
            expect(from).toBeGreaterThan(now - 3 * 24 * HOUR_MS);
            expect(to - from).toBeGreaterThanOrEqual(1_000);
            expect(to - from).toBeLessThan(HOUR_MS);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("adds up to what each beat says, counted second by second", () => {
    fc.assert(
      fc.property(anySeed, anyNow, (seed, now) => {
        const seconds = new Map<string, Set<number>>();
        for (const { sends, used } of writeScenario(seed, now, CAST).beats) {
          for (const send of sends) {
            const known = seconds.get(send.person) ?? new Set();
            for (const { from, to } of takenItems(send, now)) {
              for (let second = from / 1_000; second < to / 1_000; second += 1) known.add(second);
            }
            seconds.set(send.person, known);
          }
          for (const [key, sum] of Object.entries(used)) {
            expect(seconds.get(key)?.size ?? 0).toBe(sum);
          }
        }
      }),
      { numRuns: 5 },
    );
  });

  it("is never refused for being new: what must be a duplicate was sent before", () => {
    const now = Date.parse("2026-11-22T17:00:00Z");
    const sent = new Set<string>();
    for (const send of sendsOf(writeScenario(5, now, CAST))) {
      const keys = takenItems(send, now).map(({ device_id, app, from, to }) =>
        [device_id, app, from, to].join(),
      );
      expect(keys.filter((key) => sent.has(key)).length).toBe(send.expected.duplicate);
      for (const key of keys) sent.add(key);
    }
  });
});

describe("the challenge", () => {
  it("begins on its host's own today and runs for everybody now; the late one has a yesterday in it", () => {
    fc.assert(
      fc.property(anySeed, anyNow, (seed, now) => {
        const { start_date, end_date, beats } = writeScenario(seed, now, CAST);
        expect(start_date).toBe(ownClock(now, CAST.host.timezone).date);
        for (const { timezone } of CAST.people) {
          const { date } = ownClock(now, timezone);
          expect(date >= start_date && date <= end_date).toBe(true);
        }
        const yesterday = daysFrom(start_date, ownClock(now, zoneOf(CAST.late)).date);
        expect(yesterday).toBe(1);
        const back = beats.findIndex(({ sends }) => sends.some((one) => one.person === CAST.late));
        const silent = beats.findIndex(({ kind }) => kind === "silent");
        expect(back).toBeGreaterThan(silent);
      }),
      { numRuns: 60 },
    );
  });
});
