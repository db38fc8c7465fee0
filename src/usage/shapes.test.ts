import { evictDurableObject } from "cloudflare:test";
import { Client } from "@planetscale/database";
import { describe, expect, inject, it } from "vitest";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { flush } from "../testing/usage.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

type Receipts = { receipts: { status: string; reason?: string }[] };
type One = { activity: { id: string; seconds: number; kind: string }; receipt: { status: string } };
type Today = {
  total_seconds: number;
  apps: { app: string; seconds: number }[];
  devices: { device_id: string; seconds: number }[];
};

const phone = { device_id: "phone" };
const total = (app: string, total_seconds: number, more: object = {}) => ({
  kind: "day_total",
  app,
  date: "2026-03-10",
  total_seconds,
  ...phone,
  ...more,
});
const atLeast = (app: string, at_least_seconds: number, more: object = {}) => ({
  kind: "threshold",
  app,
  date: "2026-03-10",
  at_least_seconds,
  ...phone,
  ...more,
});

async function secondsToday(user: TestUser): Promise<number> {
  return (await api(user).get<Today>("/activities/today")).body.total_seconds;
}

async function rowsOf(user: TestUser): Promise<Record<string, number>> {
  const { rows } = await new Client({ url: inject("planetscaleUrl") }).execute(
    "select scope, name, seconds from daily_usage where user_id = ?",
    [user.id],
  );
  const list = rows as { scope: string; name: string; seconds: number }[];
  return Object.fromEntries(list.map((row) => [`${row.scope} ${row.name}`.trim(), row.seconds]));
}

describe("a phone that knows only totals", () => {
  it("replaces its total by a larger one; a smaller one changes nothing, an equal one is a resend", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const send = async (item: object) => (await api(ada).post<One>("/activities", item)).body;
    expect((await send(total("instagram.com", 600))).receipt.status).toBe("accepted");
    expect((await send(total("instagram.com", 900))).receipt.status).toBe("accepted");
    expect((await send(total("instagram.com", 300))).receipt.status).toBe("merged");
    expect((await send(atLeast("instagram.com", 900))).receipt.status).toBe("duplicate");
    const raised = await send(atLeast("instagram.com", 1_200));
    expect(raised).toMatchObject({
      receipt: { status: "accepted" },
      activity: { app: "instagram", seconds: 1_200, kind: "threshold", date: "2026-03-10" },
    });
    expect(await secondsToday(ada)).toBe(1_200);
    await flush(ada, clock);
    expect(await rowsOf(ada)).toEqual({
      total: 1_200,
      "app instagram": 1_200,
      "category social": 1_200,
      "device phone": 1_200,
    });
    const history = await api(ada).get<{ data: { id: string }[] }>("/activities");
    expect(history.body.data).toMatchObject([{ id: raised.activity.id, seconds: 1_200 }]);
  });

  it("adds to what other devices report by intervals, and its own intervals count once", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const interval = (device_id: string, minute: number) => ({
      app: "instagram.com",
      device_id,
      started_at: `2026-03-10T10:${minute}:00Z`,
      duration_seconds: 600,
    });
    await api(ada).post("/activities", { items: [interval("tablet", 10), interval("tv", 10)] });
    await api(ada).post("/activities", interval("phone", 40));
    await flush(ada, clock);
    expect(await secondsToday(ada)).toBe(1_200);
    await api(ada).post("/activities", total("instagram.com", 900));
    expect(await secondsToday(ada)).toBe(1_500);
    await api(ada).post("/activities", total("set:1", 100));
    await evictDurableObject(userStub(ada));
    const { body } = await api(ada).get<Today>("/activities/today");
    expect(body).toMatchObject({ total_seconds: 1_600 });
    expect(Object.fromEntries(body.apps.map((row) => [row.app, row.seconds]))).toEqual({
      instagram: 1_500,
      "set:1": 100,
    });
    expect(Object.fromEntries(body.devices.map((row) => [row.device_id, row.seconds]))).toEqual({
      tablet: 600,
      tv: 600,
      phone: 1_000,
    });
    await flush(ada, clock);
    expect(await rowsOf(ada)).toMatchObject({ total: 1_600, "device phone": 1_000 });
  });

  it("is taken for today and 31 days back, and no other date", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp({ timezone: "Pacific/Auckland" });
    const dates = ["2026-02-08", "2026-02-07", "2026-03-11", "2026-03-12"];
    const { body } = await api(ada).post<Receipts>("/activities", {
      items: dates.map((date) => total("a.b", 60, { date })),
    });
    expect(body.receipts.map(({ status, reason }) => reason ?? status)).toEqual([
      "accepted",
      "too_old",
      "accepted",
      "in_the_future",
    ]);
    const refused = await api(ada).post("/activities", total("a.b", 60, { date: "2026-03-12" }));
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "date" }] } });
  });

  it("hears which field does not fit its shape", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const faults = async (item: object) =>
      (await api(ada).post<{ errors: { path: string }[] }>("/activities", item)).body.errors.map(
        ({ path }) => path,
      );
    expect(await faults({ ...total("a.b", 60), device_id: undefined })).toEqual(["device_id"]);
    expect(await faults({ ...total("a.b", 60), at_least_seconds: 5 })).toEqual([
      "at_least_seconds",
    ]);
    expect(await faults({ ...total("a.b", 93_601) })).toEqual(["total_seconds"]);
    expect(await faults({ ...atLeast("a.b", 0) })).toEqual(["at_least_seconds"]);
    expect(await faults({ ...total("a.b", 60), kind: "guess" })).toEqual(["kind"]);
    expect(await faults({ ...total("a.b", 60), kind: "toString" })).toEqual(["kind"]);
  });
});

describe("an item that its owner deletes", () => {
  it("is gone from history and statistics at once, and stays gone when it is sent again", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const item = { app: "x.com", started_at: "2026-03-10T10:00:00Z", duration_seconds: 600 };
    const other = { app: "x.com", started_at: "2026-03-10T11:00:00Z", duration_seconds: 60 };
    const { body } = await api(ada).post<One>("/activities", item);
    await api(ada).post("/activities", other);
    await flush(ada, clock);
    const path = `/activities/${body.activity.id}`;
    expect((await api(ada).delete(path)).status).toBe(204);
    const seen = async () => ({
      today: await secondsToday(ada),
      listed: (await api(ada).get<{ data: object[] }>("/activities?limit=1")).body.data.length,
      all: (await api(ada).get<{ data: object[] }>("/activities")).body.data.length,
    });
    expect(await seen()).toEqual({ today: 60, listed: 1, all: 1 });
    await flush(ada, clock);
    expect(await seen()).toEqual({ today: 60, listed: 1, all: 1 });
    expect(await rowsOf(ada)).toMatchObject({ total: 60, "app x": 60 });
    expect((await api(ada).post<One>("/activities", item)).body.receipt.status).toBe("duplicate");
    expect(await seen()).toEqual({ today: 60, listed: 1, all: 1 });
    expect((await api(ada).delete(path)).status).toBe(204);
    const bob = await signUp();
    expect((await api(bob).delete(path)).body).toMatchObject({ code: "not_found" });
  });

  it("still counts on boards: deleting is no way to win", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const created = await api(ada).post<{ id: string }>("/challenges", {
      name: "Less",
      start_date: "2026-03-11",
      end_date: "2026-03-12",
    });
    clock.set("2026-03-11T12:00:00Z");
    Object.assign(ada, await signIn(ada));
    const item = { app: "x.com", started_at: "2026-03-11T10:00:00Z", duration_seconds: 600 };
    const { body } = await api(ada).post<One>("/activities", item);
    await api(ada).delete(`/activities/${body.activity.id}`);
    await flush(ada, clock);
    await api(ada).post("/activities", { ...item, started_at: "2026-03-11T11:00:00Z" });
    await flush(ada, clock);
    const board = await api(ada).get<{ entries: { score: number }[] }>(
      `/challenges/${created.body.id}/leaderboard`,
    );
    expect(board.body.entries[0]?.score).toBe(1_200);
    expect(await secondsToday(ada)).toBe(600);
  });

  it("as a total shows again only what comes on top of it", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const { body } = await api(ada).post<One>("/activities", total("x.com", 600));
    await api(ada).delete(`/activities/${body.activity.id}`);
    expect(await secondsToday(ada)).toBe(0);
    await api(ada).post("/activities", total("x.com", 600));
    expect(await secondsToday(ada)).toBe(0);
    await api(ada).post("/activities", total("x.com", 700));
    expect(await secondsToday(ada)).toBe(100);
    await flush(ada, clock);
    expect(await rowsOf(ada)).toMatchObject({ total: 100, "app x": 100 });
  });

  it("long after it left the object is settled in MySQL, to the second", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const at = (hour: string, duration_seconds: number) => ({
      app: "x.com",
      started_at: `2026-03-10T${hour}:00Z`,
      duration_seconds,
    });
    const { body } = await api(ada).post<One>("/activities", at("10:00", 3_600));
    await api(ada).post("/activities", { items: [at("10:50", 1_200), at("08:00", 60)] });
    await flush(ada, clock);
    clock.advance(40 * 86_400_000);
    await doWhatIsDue(userStub(ada));
    Object.assign(ada, await signIn(ada));
    const path = `/activities/${body.activity.id}`;
    const daily = async () =>
      (await api(ada).get<{ days: object[] }>("/activities/stats/daily?date=2026-03-10")).body.days;
    expect(await daily()).toMatchObject([{ total_seconds: 4_260 }]);
    expect((await api(ada).delete(path)).status).toBe(204);
    expect((await api(ada).delete(path)).status).toBe(204);
    expect(await daily()).toMatchObject([
      {
        total_seconds: 1_260,
        apps: [{ app: "x", seconds: 1_260 }],
        categories: [{ category: "social", seconds: 1_260 }],
      },
    ]);
    const history = await api(ada).get<{ data: object[] }>("/activities");
    expect(history.body.data).toHaveLength(2);
    expect((await api(await signUp()).delete(path)).status).toBe(404);
  });
});

describe("a device that asks where it stopped", () => {
  it("hears up to when its intervals are known, and nothing of other devices", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const resume = async (device_id: string) =>
      (await api(ada).get(`/activities/resume?device_id=${device_id}`)).body;
    expect(await resume("phone")).toEqual({ resume_after: null });
    await api(ada).post("/activities", {
      app: "x.com",
      device_id: "phone",
      started_at: "2026-03-10T10:00:00Z",
      duration_seconds: 600,
    });
    expect(await resume("phone")).toEqual({ resume_after: "2026-03-10T10:10:00.000Z" });
    expect(await resume("tablet")).toEqual({ resume_after: null });
    expect((await api(ada).get("/activities/resume")).status).toBe(422);
  });
});
