import { v7 } from "uuid";
import { chanceOf, type Chance } from "../../demo/random.ts";
import { instant, type Row } from "../rows.ts";
import { oftenEarly } from "./names.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Today and the dates before it that the job counts again each night. */
export const MOVABLE_DAYS = 41;
const DAYS_EACH = 2;
const ITEMS_A_DAY = 5;
/** As many apps of a date are kept by name. */
export const APPS_KEPT = 200;
export const ACTIVITIES_EACH = DAYS_EACH * ITEMS_A_DAY;

type App = { app: string; name: string; category: string };

const CATEGORIES = ["social", "video", "messaging", "games", "browsing", "news", "music", "other"];
/** More than those of a day that are kept by name. */
const ALL_APPS: readonly App[] = Array.from({ length: 2_000 }, (_, n) => {
  const category = CATEGORIES[n % CATEGORIES.length] ?? "other";
  return { app: `com.maker${n % 700}.app${n}`, name: `App ${n}`, category };
});
/** What a person's phone sent on two days of the last month before `now`: ten intervals, and the counters. */
export function usageRowsOf(
  user_id: string,
  index: number,
  now: number,
): { activities: Row[]; counters: Row[] } {
  const chance = chanceOf(index);
  const activities: Row[] = [];
  const counters: Row[] = [];
  const first = chance.whole(0, Math.ceil(MOVABLE_DAYS / DAYS_EACH) - 1);
  const daysAgo = [first, first + Math.floor(MOVABLE_DAYS / DAYS_EACH)];
  for (const ago of daysAgo) {
    const midnight = Math.floor(now / DAY_MS) * DAY_MS - ago * DAY_MS;
    const items = Array.from({ length: ITEMS_A_DAY }, (_, n) =>
      itemAt(midnight + n * 4 * HOUR_MS, chance),
    );
    activities.push(...items.map((item) => activityRow(user_id, item)));
    counters.push(...counterRows(user_id, dateOf(midnight), items));
  }
  return { activities, counters };
}

/** How many days before today stand in the rollups, which the nightly job cannot reach any more. */
const OLDEST_DAY = 400;
const FIRST_OLD_DAY = MOVABLE_DAYS;

/** What the jobs would have left of the days that nothing can move any more: the apps that are kept and the total of each. */
export function oldSumsOf(now: number): { days: Row[]; sums: Row[] } {
  const days: Row[] = [];
  const sums: Row[] = [];
  for (let ago = OLDEST_DAY; ago >= FIRST_OLD_DAY; ago -= 1) {
    const date = dateOf(now - ago * DAY_MS);
    const pass = instant(Math.floor(now / DAY_MS) * DAY_MS - (ago - FIRST_OLD_DAY) * DAY_MS);
    const sum = (scope: string, name: string, seconds: number, people: number): Row => {
      return { date, pass, scope, name, label: null, category: null, seconds, people };
    };
    days.push({ date, pass });
    sums.push(sum("total", "", 20_000_000, 6_000));
    for (let n = 0; n < APPS_KEPT; n += 1) {
      const { app, name, category } = ALL_APPS[(n + ago) % ALL_APPS.length] ?? APP;
      const people = Math.ceil(6_000 / (n + 1));
      sums.push({ ...sum("app", app, people * 1_800, people), label: name, category });
    }
  }
  return { days, sums };
}

const APP: App = { app: "com.maker.app", name: "App", category: "other" };

type Item = App & { started_at: number; seconds: number };

function itemAt(from: number, chance: Chance): Item {
  const started_at = from + chance.whole(0, 3 * HOUR_MS);
  return { ...oftenEarly(ALL_APPS, chance), started_at, seconds: chance.whole(60, 3_600) };
}

function activityRow(user_id: string, { app, name, category, started_at, seconds }: Item): Row {
  const ended_at = started_at + seconds * 1_000;
  return {
    user_id,
    id: v7({ msecs: started_at }),
    kind: "interval",
    app,
    client_app: app,
    app_name: name,
    category,
    device_id: "phone",
    date: dateOf(started_at),
    started_at: instant(started_at),
    ended_at: instant(ended_at),
    seconds,
    received_at: instant(ended_at + 5_000),
    deleted_at: null,
    version: 1,
  };
}

/** The intervals of a day are apart from each other, so each counter is a sum. */
function counterRows(user_id: string, date: string, items: readonly Item[]): Row[] {
  const counters = new Map<string, Row>();
  const add = (scope: string, name: string, seconds: number, app?: App) => {
    const key = `${scope}/${name}`;
    const sum = Number(counters.get(key)?.["seconds"] ?? 0) + seconds;
    const [category, label] = [app?.category ?? null, app?.name ?? null];
    const row = { user_id, date, scope, name, category, label, seconds: sum, version: 1 };
    counters.set(key, row);
  };
  for (const item of items) {
    add("total", "", item.seconds);
    add("category", item.category, item.seconds);
    add("app", item.app, item.seconds, item);
    add("device", "phone", item.seconds);
  }
  return [...counters.values()];
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
