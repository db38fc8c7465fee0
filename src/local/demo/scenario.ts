import { Acts } from "./acts.ts";
import type { Beat } from "./beat.ts";
import type { Cast } from "./cast.ts";
import { ownClock, shiftDate } from "./own-clock.ts";
import { chanceOf } from "./random.ts";

export type Scenario = {
  /** The challenge's dates: a week from the host's own today on. */
  start_date: string;
  end_date: string;
  missing_day_seconds: number;
  beats: readonly Beat[];
};

/** API.md's default of what a silent day counts. */
const MISSING_DAY_SECONDS = 14_400;

/**
 * The whole story: who sends what when, and what the board must say after each beat. The same seed
 * gives the same story at any hour and date; `now` (UTC ms) only places it in everybody's own days.
 */
export function writeScenario(seed: number, now: number, cast: Cast): Scenario {
  const start_date = ownClock(now, cast.host.timezone).date;
  const end_date = shiftDate(start_date, 6);
  const chance = chanceOf(seed);
  const acts = new Acts({
    chance,
    now,
    cast,
    start_date,
    missing_day_seconds: MISSING_DAY_SECONDS,
  });

  acts.catchUp();
  acts.silence();
  acts.usage(3);
  acts.resend();
  acts.usage(3);
  acts.twoDevices();
  acts.usage(3);
  acts.wrongClock();
  acts.usage(2);
  acts.lostAnswer();
  acts.usage(3);
  acts.lateDelivery();
  acts.usage(3);
  acts.buffer();
  acts.usage(2);
  acts.everybodyAtOnce();
  acts.usage(4);

  const opening = cast.people.length;
  const weights = acts.beats.map(
    (_, index) => (index < opening ? 70 : 100) + chance.whole(-35, 35),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let passed = 0;
  const beats = acts.beats.map((beat, index) => {
    passed += weights[index] ?? 0;
    return { ...beat, at: passed / total };
  });
  return { start_date, end_date, missing_day_seconds: MISSING_DAY_SECONDS, beats };
}
