import { setTimeout as pause } from "node:timers/promises";
import type { Stack } from "../../../local/stack.ts";
import type { Phone } from "../../outage/phone.ts";
import { untilAnswered, type Tally } from "./lane.ts";
import type { Expected } from "./model.ts";
import { countersOut, historyOf, inMySql, type DayOut } from "./stored.ts";

/** A person's phones, and what must be known of their usage. */
export type Truth = { phone: Phone; expected: Expected };
/** Something that is not as it must be: where, and both sides; what is not there at all is `nothing`. */
export type Difference = { where: string; expected: string; found: string };

type Facts = Record<string, string>;

const DAYS_SHOWN = 35;

/** Where two sets of facts differ. */
export function differencesOf(where: string, expected: Facts, found: Facts): Difference[] {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return keys
    .filter((key) => expected[key] !== found[key])
    .map((key) => ({
      where: `${where}: ${key}`,
      expected: expected[key] ?? "nothing",
      found: found[key] ?? "nothing",
    }));
}

/** Asks until nothing differs or the deadline (ms since the epoch) is over; gives what differs then. */
export async function untilAgreed<T>(ask: () => Promise<T[]>, deadline: number): Promise<T[]> {
  for (;;) {
    const differences = await ask();
    if (differences.length === 0 || Date.now() > deadline) return differences;
    await pause(200);
  }
}

/** MySQL against the model. */
export async function mySqlDifferences(
  stack: Stack,
  { phone, expected }: Truth,
): Promise<Difference[]> {
  const stored = await inMySql(stack.planetscale.url, phone.user_id);
  return [
    ...differencesOf("MySQL, activities", expected.items, stored.items),
    ...differencesOf("MySQL, daily_usage", expected.counters, stored.counters),
  ];
}

/** The person's object against the model, through the API: today, the whole history, statistics. */
export async function apiDifferences(truth: Truth, tally: Tally): Promise<Difference[]> {
  const { phone, expected } = truth;
  const { body } = await untilAnswered(
    async () => await phone.call("GET", "/activities/today"),
    tally,
  );
  const today = body as DayOut;
  const { counters, items } = expected;
  const ofToday = Object.entries(counters).filter(([key]) => key.startsWith(today.date));
  const shown = Object.keys(items).filter((id) => !items[id]?.endsWith("deleted"));
  const present = (ids: string[]) => Object.fromEntries(ids.map((id) => [id, "shown"]));
  return [
    ...differencesOf("GET activities/today", Object.fromEntries(ofToday), countersOut(today)),
    ...differencesOf("GET activities", present(shown), present(await historyOf(phone, tally))),
    ...(await statisticsDifferences(truth, today.date, tally)),
  ];
}

/** Every own day of the last weeks as statistics give it; days without usage count 0 s. */
async function statisticsDifferences(
  truth: Truth,
  today: string,
  tally: Tally,
): Promise<Difference[]> {
  const { phone, expected } = truth;
  const daily = await untilAnswered(
    async () =>
      await phone.call(
        "GET",
        `/activities/stats/daily?from=${dayBefore(today, DAYS_SHOWN - 1)}&to=${today}`,
      ),
    tally,
  );
  const days = daily.body["days"] as DayOut[];
  const dates = Array.from({ length: DAYS_SHOWN }, (_, back) => dayBefore(today, back)).reverse();
  const counted = Object.assign({}, ...days.map((day) => countersOut(day))) as Facts;
  const withoutDevices = Object.entries(expected.counters).filter(
    ([key]) => !key.includes(" device "),
  );
  return [
    ...differencesOf(
      "GET stats/daily",
      { dates: dates.join() },
      { dates: days.map(({ date }) => date).join() },
    ),
    ...differencesOf("GET stats/daily", Object.fromEntries(withoutDevices), counted),
    ...(await weeklyDifferences(truth, dates, tally)),
  ];
}

/** Every week that holds one of these dates; a week may go on beyond them. */
async function weeklyDifferences(
  { phone, expected }: Truth,
  dates: readonly string[],
  tally: Tally,
): Promise<Difference[]> {
  const secondsOf = (date: string) => Number(expected.counters[`${date} total `] ?? 0);
  const told = new Set<string>();
  const differences: Difference[] = [];
  for (const date of dates) {
    if (told.has(date)) continue;
    const { body } = await untilAnswered(
      async () => await phone.call("GET", `/activities/stats/weekly?week_of=${date}`),
      tally,
    );
    const week = body as { total_seconds: number; days: Pick<DayOut, "date" | "total_seconds">[] };
    for (const day of week.days) told.add(day.date);
    const sum = week.days.reduce((seconds, day) => seconds + secondsOf(day.date), 0);
    const wanted = week.days.map((day) => [day.date, `${secondsOf(day.date)}`] as const);
    const found = week.days.map((day) => [day.date, `${day.total_seconds}`] as const);
    differences.push(
      ...differencesOf(
        `GET stats/weekly of ${date}`,
        { [date]: `${secondsOf(date)}`, ...Object.fromEntries(wanted), total: `${sum}` },
        { ...Object.fromEntries(found), total: `${week.total_seconds}` },
      ),
    );
  }
  return differences;
}

function dayBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10);
}
