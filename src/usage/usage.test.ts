import { describe, expect, it, vi } from "vitest";
import { api, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { flush, insta } from "../testing/usage.ts";
import { rowsIn } from "../testing/database.ts";

restoreClockAfterEach();

type Today = {
  date: string;
  total_seconds: number;
  apps: object[];
  categories: object[];
  devices: object[];
  day_ends_at: string;
};
type Batch = {
  receipts: { index: number; id: string | null; status: string; reason?: string }[];
  resume_after: string | null;
};

describe("reporting usage", () => {
  it("counts an interval at once, under the app the catalogue knows", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp({ timezone: "Europe/Paris" });
    const taken = await api(ada).post(
      "/activities",
      insta("2026-03-10T12:00:00+01:00", 600, { device_id: "phone" }),
    );
    expect(taken).toMatchObject({
      status: 201,
      body: {
        activity: {
          app: "instagram",
          app_name: "Instagram",
          category: "social",
          seconds: 600,
          date: "2026-03-10",
        },
        receipt: { index: 0, status: "accepted" },
        decisions: [],
      },
    });
    expect((await api(ada).get<Today>("/activities/today")).body).toEqual({
      date: "2026-03-10",
      day_ends_at: "2026-03-10T23:00:00.000Z",
      total_seconds: 600,
      apps: [{ app: "instagram", name: "Instagram", category: "social", seconds: 600 }],
      categories: [{ category: "social", seconds: 600 }],
      devices: [{ device_id: "phone", seconds: 600 }],
    });
  });

  it("gives a resent item the same receipt and counts it once, with an id or without", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const id = "01957f00-0000-7abc-8def-000000000001";
    const named = insta("2026-03-10T10:00:00Z", 60, { id });
    const unnamed = insta("2026-03-10T11:00:00Z", 60);
    const first = await api(ada).post<{ receipt: { id: string } }>("/activities", unnamed);
    expect((await api(ada).post("/activities", named)).status).toBe(201);
    // An iPhone spells its ids in upper case.
    for (const spelled of [id, id.toUpperCase()]) {
      expect(await api(ada).post("/activities", { ...named, id: spelled })).toMatchObject({
        status: 200,
        body: { receipt: { id, status: "duplicate" } },
      });
    }
    expect(await api(ada).post("/activities", unnamed)).toMatchObject({
      status: 200,
      body: { receipt: { id: first.body.receipt.id, status: "duplicate" } },
    });
    expect((await api(ada).get<Today>("/activities/today")).body.total_seconds).toBe(120);
  });

  it("counts the same minutes on two devices, or in two apps, once", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    await api(ada).post("/activities", {
      items: [
        insta("2026-03-10T10:00:00Z", 600, { device_id: "phone" }),
        insta("2026-03-10T10:05:00Z", 600, { device_id: "tablet" }),
        {
          app: "youtube.com",
          started_at: "2026-03-10T10:00:00Z",
          ended_at: "2026-03-10T10:10:00Z",
          device_id: "tv",
        },
      ],
    });
    const { body } = await api(ada).get<Today>("/activities/today");
    expect(body.total_seconds).toBe(900);
    expect(body.apps).toMatchObject([
      { app: "instagram", seconds: 900 },
      { app: "youtube", seconds: 600 },
    ]);
    expect(body.devices).toHaveLength(3);
  });

  it("counts an interval over the edge of a day to both days", async () => {
    const clock = fixedClock("2026-03-10T23:55:00Z");
    const ada = await signUp({ timezone: "UTC" });
    clock.set("2026-03-11T00:20:00Z");
    await api(ada).post("/activities", insta("2026-03-10T23:50:00Z", 1_200));
    expect((await api(ada).get<Today>("/activities/today")).body).toMatchObject({
      date: "2026-03-11",
      total_seconds: 600,
    });
    await flush(ada, clock);
    const rows = await rowsIn<{ date: string; seconds: number }>(
      "select date, seconds from daily_usage where user_id = ? and scope = 'total' order by date",
      ada.id,
    );
    expect(rows).toEqual([
      { date: "2026-03-10", seconds: 600 },
      { date: "2026-03-11", seconds: 600 },
    ]);
  });

  it("keeps a bad item of a batch from spoiling its neighbours", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const { status, body } = await api(ada).post<Batch>("/activities", {
      items: [
        insta("2026-03-10T10:00:00Z", 60, { device_id: "phone" }),
        insta("2026-01-10T10:00:00Z", 60),
        { app: "x.com", started_at: "yesterday", duration_seconds: 5 },
        insta("2026-03-10T11:59:00Z", 3_600),
        { ...insta("2026-03-10T11:00:00Z", 60), mood: "bored" },
        insta("2026-03-10T11:00:00Z", 60, { device_id: "phone" }),
      ],
    });
    expect(status).toBe(200);
    expect(body.receipts.map((receipt) => receipt.status)).toEqual([
      "accepted",
      "rejected",
      "rejected",
      "rejected",
      "rejected",
      "accepted",
    ]);
    expect(body.receipts.map((receipt) => receipt.reason)).toMatchObject([
      undefined,
      "too_old",
      "started_at: must be an RFC 3339 instant with an offset",
      "in_the_future",
      "mood: unknown field",
      undefined,
    ]);
    expect(body.resume_after).toBe("2026-03-10T11:01:00.000Z");
  });

  it("tells a phone whose clock is ahead how far it is known, though nothing of it is taken", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    await api(ada).post("/activities", insta("2026-03-10T10:00:00Z", 60, { device_id: "phone" }));
    const ahead = insta("2026-03-10T12:30:00Z", 60, { device_id: "phone" });
    const { body } = await api(ada).post<Batch>("/activities", { items: [ahead] });
    expect(body).toMatchObject({
      receipts: [{ status: "rejected", reason: "in_the_future" }],
      resume_after: "2026-03-10T10:01:00.000Z",
    });
  });

  it("refuses a field that JavaScript itself would swallow", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const text = JSON.stringify(insta("2026-03-10T10:00:00Z", 60));
    const { status, body } = await api(ada).post<{ errors: object[] }>(
      "/activities",
      text.replace("{", '{"__proto__":{"role":"admin"},'),
    );
    expect([status, body.errors]).toEqual([422, [{ path: "__proto__", message: "unknown field" }]]);
  });

  it.each([
    ["2026-03-10T12:05:00Z", 0, 422, "lasts nothing"],
    ["2026-03-10T12:04:00Z", 60, 201, "ends five minutes ahead"],
    ["2026-03-10T12:04:01Z", 60, 422, "ends later than that"],
    ["2026-02-07T12:00:00Z", 60, 201, "starts 31 days ago"],
    ["2026-02-07T11:59:59Z", 60, 422, "starts earlier than that"],
    ["2026-03-09T12:00:00Z", 86_400, 201, "lasts a day"],
  ])("starting %s for %i s answers %i: it %s", async (started_at, duration_seconds, status) => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    expect((await api(ada).post("/activities", insta(started_at, duration_seconds))).status).toBe(
      status,
    );
  });

  it.each([
    [{ duration_seconds: 60 }, ["app", "started_at"]],
    [{ app: "x.com", started_at: "2026-03-10T10:00:00Z" }, ["ended_at"]],
    [insta("2026-03-10T10:00:00", 60), ["started_at"]],
    [{ ...insta("2026-03-10T10:00:00Z", 60), mood: "bored" }, ["mood"]],
    [{ items: "none" }, ["items"]],
    [{ items: [], extra: 1 }, ["extra", "items"]],
  ])("names the fields that do not fit in %j", async (body, paths) => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const refused = await api(ada).post<{ errors: { path: string }[] }>("/activities", body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map(({ path }) => path).sort()).toEqual(paths);
  });

  it("takes 500 items and refuses 501, and nothing at all", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const items = Array.from({ length: 501 }, (_, n) => ({
      app: "x.com",
      started_at: new Date(Date.parse("2026-03-10T00:00:00Z") + n * 60_000).toISOString(),
      duration_seconds: 30,
    }));
    const all = await api(ada).post<Batch>("/activities", { items: items.slice(0, 500) });
    expect(all.body.receipts.every((receipt) => receipt.status === "accepted")).toBe(true);
    expect((await api(ada).get<Today>("/activities/today")).body.total_seconds).toBe(15_000);
    expect((await api(ada).post("/activities", { items })).status).toBe(422);
    expect((await api(ada).post("/activities", { items: [] })).status).toBe(422);
  });

  it("costs one object call and no MySQL call", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const lines = vi.spyOn(console, "info").mockImplementation(() => undefined);
    await api(ada).post("/activities", insta("2026-03-10T10:00:00Z", 60));
    const line = lines.mock.calls
      .map(([text]) => JSON.parse(String(text)) as Record<string, unknown>)
      .at(-1);
    lines.mockRestore();
    expect(line).toMatchObject({
      event: "request",
      route: "/api/activities",
      status: 201,
      object_calls: 1,
    });
    expect(line).toHaveProperty("mysql_calls", 0);
  });
});

describe("a phone that vouches for days without usage", () => {
  it("can vouch for today and the days it may still report, and for no other", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const days = { start_date: "2026-03-10", end_date: "2026-03-20" };
    const created = await api(ada).post<{ id: string }>("/challenges", { name: "Less", ...days });
    const vouched = await api(ada).post("/activities", {
      reported_dates: ["2026-03-10", "2026-03-11", "9999-12-31"],
    });
    expect(vouched.status).toBe(200);
    await flush(ada, clock);
    const rows = await rowsIn(
      "select date, seconds from challenge_days where challenge_id = ?",
      created.body.id,
    );
    expect(rows).toEqual([{ date: "2026-03-10", seconds: 0 }]);
  });
});
