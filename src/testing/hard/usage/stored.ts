import { Client } from "@planetscale/database";
import type { Phone } from "../../outage/phone.ts";
import { untilAnswered, type Tally } from "./lane.ts";
import type { Expected } from "./model.ts";

/** The rows that a statement gives. */
export async function rowsOf<T>(url: string, sql: string, args: unknown[]): Promise<T[]> {
  const { rows } = await new Client({ url }).execute(sql, args);
  return rows as T[];
}

/** What stands in MySQL of one person's usage, in the model's words; counters of 0 s say nothing. */
export async function inMySql(url: string, user_id: string): Promise<Expected> {
  const activities = await rowsOf<{
    id: string;
    date: string;
    seconds: number;
    deleted_at: string | null;
  }>(url, "select id, date, seconds, deleted_at from activities where user_id = ?", [user_id]);
  const daily = await rowsOf<{
    date: string;
    scope: string;
    name: string;
    seconds: number;
    category: string | null;
    label: string | null;
  }>(
    url,
    "select date, scope, name, seconds, category, label from daily_usage where user_id = ? and seconds <> 0",
    [user_id],
  );
  return {
    items: Object.fromEntries(
      activities.map(({ id, date, seconds, deleted_at }) => [
        id,
        `${date} ${seconds}${deleted_at === null ? "" : " deleted"}`,
      ]),
    ),
    counters: Object.fromEntries(
      daily.map(({ date, scope, name, seconds, category, label }) => [
        `${date} ${scope} ${name}`,
        scope === "app" ? `${seconds} ${category} ${label ?? "-"}` : `${seconds}`,
      ]),
    ),
  };
}

type AppOut = { app: string; name: string | null; category: string; seconds: number };
export type DayOut = {
  date: string;
  total_seconds: number;
  apps: AppOut[];
  categories: { category: string; seconds: number }[];
  devices?: { device_id: string | null; seconds: number }[];
};

/** A day as the API answers it, in the model's words. */
export function countersOut({ date, total_seconds, apps, categories, devices = [] }: DayOut) {
  const counters: Record<string, string> = {};
  if (total_seconds > 0) counters[`${date} total `] = `${total_seconds}`;
  for (const { app, name, category, seconds } of apps) {
    counters[`${date} app ${app}`] = `${seconds} ${category} ${name ?? "-"}`;
  }
  for (const { category, seconds } of categories) {
    counters[`${date} category ${category}`] = `${seconds}`;
  }
  for (const { device_id, seconds } of devices) {
    counters[`${date} device ${device_id ?? ""}`] = `${seconds}`;
  }
  return counters;
}

/** The ids of a person's whole history, page by page. */
export async function historyOf(phone: Phone, tally: Tally): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const at: string = cursor && `&cursor=${cursor}`;
    const { body } = await untilAnswered(
      async () => await phone.call("GET", `/activities?limit=100${at}`),
      tally,
    );
    ids.push(...(body["data"] as { id: string }[]).map(({ id }) => id));
    cursor = body["next_cursor"] as string | null;
  }
  return ids;
}
