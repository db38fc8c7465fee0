import { describe, expect, it } from "vitest";
import { formatInstant, HOUR_MS, SECOND_MS } from "../platform/time/instant.ts";
import { at, categoryOf, later, ruleWith, windowOf } from "../testing/blocking.ts";
import { decide, timeline, type Situation } from "./decide.ts";

describe("what was foreseen", () => {
  it.each([
    ["Europe/Paris", 0, "2026-10-24T22:00:00Z", 25],
    ["Australia/Lord_Howe", 150, "2026-10-03T10:00:00Z", 8],
  ])(
    "is told alike at every second: %s from minute %i, %s for %i hours",
    (timezone, day_start_minute, now, hours) => {
      const situation: Situation = {
        rules: [
          ruleWith({ id: "a", schedule: [windowOf([5, 6, 7], "22:30", "02:30")] }),
          ruleWith({
            id: "b",
            apps: ["instagram", "tiktok"],
            weekday_limits: { 7: 0 },
            alert_percents: [50],
          }),
        ].map((rule) => ({ rule, pending: null })),
        usedSeconds: () => 2_000,
        now: at(now),
        history: [{ timezone, day_start_minute, since: 0 }],
        categoryOf,
      };
      const until = situation.now + hours * HOUR_MS;
      const [entry, ...entries] = timeline(situation, until);
      let holding = entry;
      let changes = 0;
      for (let instant = situation.now; instant < until; instant += SECOND_MS) {
        if (entries[0]?.at === instant) {
          holding = entries.shift();
          changes += 1;
        }
        const { decisions, next_change_at } = decide(later(situation, instant));
        const isForeseen =
          next_change_at === holding?.next_change_at &&
          JSON.stringify(decisions) === JSON.stringify(holding.decisions);
        if (!isForeseen) expect.fail(`not foreseen: ${formatInstant(instant)}`);
      }
      expect(entries).toEqual([]);
      expect(changes).toBeGreaterThan(1);
    },
    60_000,
  );
});
