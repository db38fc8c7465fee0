import { describe, expect, it } from "vitest";
import { api, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { streakOf, topApps } from "./statistics.ts";
import { flush } from "../testing/usage.ts";

restoreClockAfterEach();

type Daily = { days: { date: string; total_seconds: number; apps: object[] }[] };
type Weekly = {
  week_start: string;
  week_end: string;
  total_seconds: number;
  daily_average_seconds: number;
  previous_total_seconds: number;
  change_percent: number | null;
  days: { date: string; total_seconds: number }[];
  top_apps: { app: string; seconds: number }[];
};
type Apps = { apps: { app: string; seconds: number; share: number; days_used: number }[] };
type Stats = {
  today_seconds: number;
  week_seconds: number;
  daily_average_seconds: number;
  top_apps: { app: string }[];
  streak_days: number;
  challenges: object;
};

const use = (date: string, minutes: number, app = "x.com") => ({
  app,
  device_id: app,
  started_at: `${date}T10:00:00Z`,
  duration_seconds: minutes * 60,
});

async function get<T>(user: TestUser, path: string): Promise<T> {
  return (await api(user).get<T>(path)).body;
}

describe("statistics", () => {
  // 2026-03-11 is a Wednesday.
  it("give each day of a span, empty ones as 0, the same before and after MySQL knows them", async () => {
    const clock = fixedClock("2026-03-11T12:00:00Z");
    const ada = await signUp();
    await api(ada).post("/activities", {
      items: [use("2026-03-08", 10), use("2026-03-10", 20), use("2026-03-10", 30, "netflix.com")],
    });
    await api(ada).post("/activities", use("2026-03-11", 5));
    const path = "/activities/stats/daily?from=2026-03-08&to=2026-03-12";
    const live = await get<Daily>(ada, path);
    expect(live.days).toEqual([
      {
        date: "2026-03-08",
        total_seconds: 600,
        apps: [{ app: "x", name: "X", category: "social", seconds: 600 }],
        categories: [{ category: "social", seconds: 600 }],
      },
      { date: "2026-03-09", total_seconds: 0, apps: [], categories: [] },
      {
        date: "2026-03-10",
        total_seconds: 1_800,
        apps: [
          { app: "netflix", name: "Netflix", category: "video", seconds: 1_800 },
          { app: "x", name: "X", category: "social", seconds: 1_200 },
        ],
        categories: [
          { category: "video", seconds: 1_800 },
          { category: "social", seconds: 1_200 },
        ],
      },
      expect.objectContaining({ date: "2026-03-11", total_seconds: 300 }),
      { date: "2026-03-12", total_seconds: 0, apps: [], categories: [] },
    ]);
    await flush(ada, clock);
    expect(await get<Daily>(ada, path)).toEqual(live);
    // Half of a day in MySQL, half of it not yet: still one day.
    await api(ada).post("/activities", { ...use("2026-03-10", 60), device_id: "other" });
    expect((await get<Daily>(ada, path)).days[2]).toMatchObject({ total_seconds: 3_600 });
    expect((await get<Daily>(ada, "/activities/stats/daily?date=2026-03-10")).days).toMatchObject([
      { total_seconds: 3_600 },
    ]);
    expect((await get<Daily>(ada, "/activities/stats/daily")).days).toMatchObject([
      { date: "2026-03-11", total_seconds: 300 },
    ]);
  });

  it("set a week that starts on the user's weekday beside the one before", async () => {
    const clock = fixedClock("2026-03-11T12:00:00Z");
    const ada = await signUp();
    await api(ada).post("/activities", {
      items: [use("2026-03-07", 50), use("2026-03-08", 40), use("2026-03-09", 30)],
    });
    await flush(ada, clock);
    await api(ada).post("/activities", use("2026-03-11", 60, "netflix.com"));
    expect(await get<Weekly>(ada, "/activities/stats/weekly")).toMatchObject({
      week_start: "2026-03-09",
      week_end: "2026-03-15",
      total_seconds: 5_400,
      daily_average_seconds: 1_800,
      previous_total_seconds: 5_400,
      change_percent: 0,
      top_apps: [
        { app: "netflix", seconds: 3_600 },
        { app: "x", seconds: 1_800 },
      ],
    });
    await api(ada).put("/users/me", { week_start: 7 });
    const sunday = await get<Weekly>(ada, "/activities/stats/weekly");
    expect(sunday).toMatchObject({
      week_start: "2026-03-08",
      total_seconds: 7_800,
      previous_total_seconds: 3_000,
      change_percent: 160,
    });
    expect(sunday.days).toHaveLength(7);
    expect(await get<Weekly>(ada, "/activities/stats/weekly?week_of=2026-03-07")).toMatchObject({
      week_start: "2026-03-01",
      total_seconds: 3_000,
      daily_average_seconds: 429,
      previous_total_seconds: 0,
      change_percent: null,
    });
  });

  it("name the apps used most in a span, with their share", async () => {
    const clock = fixedClock("2026-03-11T12:00:00Z");
    const ada = await signUp();
    await api(ada).post("/activities", {
      items: [use("2026-03-09", 30), use("2026-03-10", 30), use("2026-02-20", 90, "netflix.com")],
    });
    await flush(ada, clock);
    await api(ada).post("/activities", use("2026-03-11", 30));
    expect(await get<Apps>(ada, "/activities/stats/apps")).toEqual({
      from: "2026-02-10",
      to: "2026-03-11",
      apps: [
        {
          app: "netflix",
          name: "Netflix",
          category: "video",
          seconds: 5_400,
          share: 0.5,
          days_used: 1,
        },
        { app: "x", name: "X", category: "social", seconds: 5_400, share: 0.5, days_used: 3 },
      ],
    });
    const march = await get<Apps>(ada, "/activities/stats/apps?from=2026-03-01&limit=1");
    expect(march.apps).toMatchObject([{ app: "x", share: 1, days_used: 3 }]);
  });

  it.each([
    ["daily?from=2026-03-02&to=2026-03-01", "to"],
    ["daily?from=2026-01-01&to=2026-04-03", "to"],
    ["daily?from=2026-02-30", "from"],
    ["daily?date=2026-03-01&from=2026-03-01", "date"],
    ["weekly?week_of=monday", "week_of"],
    ["apps?from=2024-01-01&to=2026-01-01", "to"],
    ["apps?limit=0", "limit"],
  ])("refuse %s and name the field", async (path, field) => {
    fixedClock("2026-03-11T12:00:00Z");
    const ada = await signUp();
    expect(await api(ada).get(`/activities/stats/${path}`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: field }] },
    });
  });

  it("sum up a profile: today, this week, the streak, the challenges", async () => {
    const clock = fixedClock("2026-03-11T12:00:00Z");
    const ada = await signUp();
    await api(ada).post("/challenges", {
      name: "Less",
      start_date: "2026-03-12",
      end_date: "2026-03-13",
    });
    await api(ada).post("/activities", { items: [use("2026-03-08", 10), use("2026-03-09", 10)] });
    await flush(ada, clock);
    expect(await get<Stats>(ada, "/users/me/stats")).toEqual({
      today_seconds: 0,
      week_seconds: 600,
      daily_average_seconds: 200,
      top_apps: [expect.objectContaining({ app: "x", seconds: 600 })],
      streak_days: 0,
      challenges: { active: 1, finished: 0, won: 0 },
    });
    // A day that the phone vouches for keeps the streak, before and after MySQL knows of it.
    await api(ada).post("/activities", { reported_dates: ["2026-03-10"] });
    expect(await get<Stats>(ada, "/users/me/stats")).toMatchObject({ streak_days: 3 });
    await flush(ada, clock);
    expect(await get<Stats>(ada, "/users/me/stats")).toMatchObject({ streak_days: 3 });
    await api(ada).post("/activities", use("2026-03-11", 1));
    expect(await get<Stats>(ada, "/users/me/stats")).toMatchObject({
      today_seconds: 60,
      streak_days: 4,
    });
  });

  it("count a day by the zone that was in force, also after a move", async () => {
    const clock = fixedClock("2026-03-11T12:00:00Z");
    const ada = await signUp({ timezone: "Pacific/Auckland" });
    await api(ada).post("/activities", {
      ...use("2026-03-10", 60),
      started_at: "2026-03-10T10:30:00Z",
    });
    clock.advance(60_000);
    await api(ada).put("/users/me", { timezone: "America/Los_Angeles" });
    await flush(ada, clock);
    clock.set("2026-03-12T20:00:00Z");
    Object.assign(ada, await signIn(ada));
    const daily = await get<Daily>(ada, "/activities/stats/daily?from=2026-03-09&to=2026-03-12");
    expect(daily.days.map(({ date, total_seconds }) => [date, total_seconds])).toEqual([
      ["2026-03-09", 0],
      ["2026-03-10", 1_800],
      ["2026-03-11", 1_800],
      ["2026-03-12", 0],
    ]);
  });
});

describe("figures over days", () => {
  it("count a streak back from today, or from yesterday while today is empty", () => {
    const days = ["2026-02-27", "2026-02-28", "2026-03-01"];
    expect(streakOf(new Set(days), "2026-03-01")).toBe(3);
    expect(streakOf(new Set(days), "2026-03-02")).toBe(3);
    expect(streakOf(new Set(days), "2026-03-03")).toBe(0);
    expect(streakOf(new Set(["2026-03-03", ...days]), "2026-03-03")).toBe(1);
    expect(streakOf(new Set(), "2026-03-03")).toBe(0);
  });

  it("name nothing where nothing was used", () => {
    expect(topApps([], 5)).toEqual([]);
  });
});
