import { chanceOf } from "../demo/random.ts";
import { ownClock, shiftDate } from "../demo/own-clock.ts";
import { accountOf, dayRuleOf, type Account, type Row } from "./rows.ts";

export const WINDOW_MS = 15 * 60_000;
export const WINDOWS_A_DAY = 96;
/** Readers are no people of the other phases. */
const FIRST_INDEX = 1_000_000;

/** Somebody who wants a reminder, and the window (UTC ms) in which it is due on the day that is played. */
export type Reader = { account: Account; window: number; rows: { user: Row; usage: Row[] } };

/** The first midnight (UTC) after an instant: the day to play begins when nothing of it is over yet. */
export function nextMidnight(now: number): number {
  return (Math.floor(now / 86_400_000) + 1) * 86_400_000;
}

/**
 * For each zone whose clock does not jump on the day from `midnight` on: in which window it is which
 * quarter of an hour there, `HH:MM`. Read through Intl alone, so that it shares nothing with what it checks.
 */
export function windowsByZone(midnight: number): Map<string, Map<string, number>> {
  const zones = new Map<string, Map<string, number>>();
  for (const zone of Intl.supportedValuesOf("timeZone")) {
    const windows = new Map<string, number>();
    for (let n = 0; n < WINDOWS_A_DAY; n += 1) {
      const window = midnight + n * WINDOW_MS;
      windows.set(ownClock(window, zone).time, window);
    }
    if (windows.size === WINDOWS_A_DAY) zones.set(zone, windows);
  }
  return zones;
}

/** Makes `count` people in all zones who want their reminder at any minute, evenings more than mornings. */
export function readersOf(count: number, midnight: number, now: number, hash: string): Reader[] {
  const chance = chanceOf(count);
  const zones = [...windowsByZone(midnight)];
  return Array.from({ length: count }, (_, index) => {
    const [zone, windows] = chance.pick(zones);
    const hour = chance.happens(0.4) ? chance.whole(19, 21) : chance.whole(0, 23);
    const minute = chance.happens(0.5) ? 0 : chance.whole(0, 59);
    const quarter = timeOf(hour, minute - (minute % 15));
    const window = windows.get(quarter) ?? Number.NaN;
    const account = accountOf(FIRST_INDEX + index, now, zone, hash);
    const user = {
      ...account.row,
      locale: index % 2 === 0 ? "en" : "fr",
      reminder_enabled: true,
      reminder_time: timeOf(hour, minute),
    };
    const { date } = ownClock(window, zone);
    const usage = [1, 2].map((ago): Row => {
      const seconds = chance.whole(600, 20_000);
      const day = { user_id: account.id, date: shiftDate(date, -ago), scope: "total", name: "" };
      return { ...day, seconds, version: 1 };
    });
    return { account, window, rows: { user, usage } };
  });
}

/** So many zones may have other rules in this Node's tables than in workerd's: governments change them. */
const MOST_OTHER_ZONES = 5;

/**
 * Of readers and the windows in which their mails were queued, gives those who were out of place, and
 * the zones that workerd merely reads otherwise than this Node: there all are, by the same difference.
 */
export function outOfPlace(
  readers: readonly Pick<Reader, "account" | "window">[],
  queued: ReadonlyMap<string, number>,
): { readers: number; other_zones: string[] } {
  const byZone = Map.groupBy(readers, ({ account }) => account.timezone);
  const differences = [...byZone].map(([zone, people]) => ({
    zone,
    differences: people.map(({ account, window }) => {
      const days = ((queued.get(account.id) ?? Number.NaN) - window) / 86_400_000;
      return days - Math.floor(days);
    }),
  }));
  const misplaced = differences.filter((one) => one.differences.some((days) => days !== 0));
  const others = misplaced.filter(
    (one) => new Set(one.differences).size === 1 && !one.differences.some(Number.isNaN),
  );
  const isPlausible = others.length <= MOST_OTHER_ZONES;
  const wrong = misplaced.filter((one) => !isPlausible || !others.includes(one));
  return {
    readers: wrong.flatMap((one) => one.differences.filter((days) => days !== 0)).length,
    other_zones: isPlausible ? others.map(({ zone }) => zone) : [],
  };
}

/** The day rules of readers, as rows. */
export function dayRulesOf(readers: readonly Reader[]): Row[] {
  return readers.map(({ account }) => dayRuleOf(account));
}

function timeOf(hour: number, minute: number): string {
  return [hour, minute].map((part) => String(part).padStart(2, "0")).join(":");
}
