import { evictDurableObject } from "cloudflare:test";
import { Client } from "@planetscale/database";
import { describe, expect, inject, it } from "vitest";
import { api, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { dailyRows } from "./daily-rows.ts";
import { DayBook } from "./day-book.ts";
import type { HeldItem } from "./items.ts";
import { flush } from "../testing/usage.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

const DAY = "2026-03-10";
const total = (total_seconds: number, more: object = {}) => ({
  kind: "day_total",
  app: "com.example.chess",
  device_id: "phone",
  date: DAY,
  total_seconds,
  ...more,
});
const interval = (duration_seconds: number, more: object = {}) => ({
  app: "com.example.chess",
  device_id: "phone",
  started_at: `${DAY}T10:00:00Z`,
  duration_seconds,
  ...more,
});

/** Sends each item with a flush behind it. */
async function settled(user: TestUser, clock: { advance(ms: number): void }, items: object[]) {
  const ids: string[] = [];
  for (const item of items) {
    const { status, body } = await api(user).post<{ receipt: { id: string } }>("/activities", item);
    expect(status).toBe(201);
    ids.push(body.receipt.id);
    await flush(user, clock);
  }
  return ids;
}

/** The day's counters in MySQL that count anything, by scope and name. */
async function counters(user: TestUser): Promise<Record<string, number>> {
  const { rows } = await new Client({ url: inject("planetscaleUrl") }).execute(
    "select scope, name, seconds from daily_usage where user_id = ? and seconds > 0",
    [user.id],
  );
  return Object.fromEntries(
    (rows as { scope: string; name: string; seconds: number }[]).map((row) => [
      `${row.scope} ${row.name}`.trim(),
      row.seconds,
    ]),
  );
}

/** The same from the user's object. */
async function today(user: TestUser): Promise<Record<string, number>> {
  const { body } = await api(user).get<{
    total_seconds: number;
    apps: { app: string; seconds: number }[];
    categories: { category: string; seconds: number }[];
    devices: { device_id: string; seconds: number }[];
  }>("/activities/today");
  return {
    total: body.total_seconds,
    ...Object.fromEntries(body.apps.map((row) => [`app ${row.app}`, row.seconds])),
    ...Object.fromEntries(body.categories.map((row) => [`category ${row.category}`, row.seconds])),
    ...Object.fromEntries(body.devices.map((row) => [`device ${row.device_id}`, row.seconds])),
  };
}

describe("a day's counters once they are written", () => {
  it("leave nothing in a category that an app was moved out of", async () => {
    const clock = fixedClock(`${DAY}T12:00:00Z`);
    const ada = await signUp();
    await settled(ada, clock, [total(100, { category: "games" })]);
    await evictDurableObject(userStub(ada));
    await settled(ada, clock, [interval(60, { category: "education" })]);
    const expected = {
      total: 100,
      "app com.example.chess": 100,
      "category education": 100,
      "device phone": 100,
    };
    expect(await today(ada)).toEqual(expected);
    expect(await counters(ada)).toEqual(expected);
  });

  it("keep a growing total in the category it was first told under", async () => {
    const clock = fixedClock(`${DAY}T12:00:00Z`);
    const ada = await signUp();
    await settled(ada, clock, [
      total(100, { category: "games" }),
      total(200, { category: "education", app_name: "Chess" }),
    ]);
    await evictDurableObject(userStub(ada));
    const expected = {
      total: 200,
      "app com.example.chess": 200,
      "category games": 200,
      "device phone": 200,
    };
    expect(await today(ada)).toEqual(expected);
    expect(await counters(ada)).toEqual(expected);
  });

  it("count a device by its intervals again once its only total, of 0 s too, is deleted", async () => {
    const clock = fixedClock(`${DAY}T12:00:00Z`);
    const ada = await signUp();
    const [id] = await settled(ada, clock, [
      total(0),
      interval(60),
      interval(60, { device_id: "tablet" }),
    ]);
    expect((await today(ada))["total"]).toBe(120);
    expect((await api(ada).delete(`/activities/${id}`)).status).toBe(204);
    await flush(ada, clock);
    const expected = {
      total: 60,
      "app com.example.chess": 60,
      "category other": 60,
      "device phone": 60,
      "device tablet": 60,
    };
    expect(await today(ada)).toEqual(expected);
    expect(await counters(ada)).toEqual(expected);
  });

  it("are no more than an item can have moved: a day of many apps is not written anew for each", () => {
    const book = new DayBook(86_400);
    const items = Array.from({ length: 1_000 }, (_, n): HeldItem => {
      const item = {
        kind: "day_total" as const,
        id: `${n}`,
        app: `app${n}`,
        client_app: `app${n}`,
        app_name: null,
        category: "other" as const,
        device_id: "phone",
        date: DAY,
        seconds: n,
        counted_seconds: n,
        started_s: 0,
        ended_s: 86_400,
        received_at: 0,
        deleted_at: null,
        version: 1,
      };
      book.put(item);
      return item;
    });
    const rows = dailyRows(items.slice(-3), [], [], () => book);
    expect(rows.map(({ scope, name }) => `${scope} ${name}`.trim()).sort()).toEqual([
      "app app997",
      "app app998",
      "app app999",
      "category other",
      "device phone",
      "total",
    ]);
  });
});

describe("a day that a move makes shorter", () => {
  it("holds in MySQL no more than it lasted, in any counter, and history stays as it was", async () => {
    const clock = fixedClock(`${DAY}T12:00:00Z`);
    const user = await signUp();
    await settled(user, clock, [total(50_000), total(30_000, { device_id: "tablet" })]);
    expect(await counters(user)).toMatchObject({ total: 80_000, "device phone": 50_000 });
    const { body: before } = await api(user).get<{ data: object[] }>("/activities");

    clock.set(`${DAY}T12:15:00Z`);
    await api(user).put("/users/me", { timezone: "Pacific/Kiritimati" });
    await flush(user, clock);
    const half = 12.25 * 3_600;
    expect(await counters(user)).toEqual({
      total: half,
      "app com.example.chess": half,
      "category other": half,
      "device phone": half,
      "device tablet": 30_000,
    });
    const { body: after } = await api(user).get<{ data: object[] }>("/activities");
    expect(after.data).toEqual(before.data);
  });
});
