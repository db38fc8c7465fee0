import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { addDays } from "../platform/time/dates.ts";
import { HOUR_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, signIn, signUp, type TestUser } from "../testing/api.ts";
import { queuedActsIn } from "../testing/audit.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { until } from "../testing/until.ts";
import { dailyUsage } from "../usage/usage.table.ts";
import { users } from "../users/users.table.ts";
import { APPS_KEPT } from "./passing.ts";
import { closeGrowth, countUsage, recountUsage } from "./statistics.jobs.ts";
import { growthDays, usagePasses, usageSums } from "./statistics.table.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

// Years before any other test: nobody else's accounts and days are among these.
const DAY = "2019-05-02";
const NOON = Date.parse(`${DAY}T12:00:00Z`);
const contextAt = (instant: number) => jobContext(env, createExecutionContext(), "test", instant);
const { db } = contextAt(0);

type Usage = {
  as_of: string | null;
  total_seconds: number;
  days: { date: string; total_seconds: number; active_users: number }[];
  apps: { app: string; seconds: number; user_days: number; share: number; category: string }[];
};
type Growth = {
  periods: { start: string; registered: number; confirmed: number; total: number }[];
};

let admin: TestUser;
let ben: TestUser;

async function uses(user: TestUser, app: string, seconds: number, at: number): Promise<void> {
  const started_at = new Date(at).toISOString();
  const told = await api(user).post("/activities", { app, started_at, duration_seconds: seconds });
  expect(told.status).toBe(201);
}

type TestClock = ReturnType<typeof fixedClock>;

async function inMySql(clock: TestClock, user: TestUser, date: string, seconds: number) {
  await until("the day in MySQL", async () => {
    clock.advance(1_000);
    await doWhatIsDue(userStub(user));
    const rows = await db
      .select()
      .from(dailyUsage)
      .where(
        and(
          eq(dailyUsage.user_id, user.id),
          eq(dailyUsage.date, date),
          eq(dailyUsage.scope, "total"),
        ),
      );
    return rows[0]?.seconds === seconds;
  });
}

async function run(job: typeof countUsage, window: number): Promise<void> {
  let after: string | null = null;
  do after = (await job(contextAt(window), after)).next_after;
  while (after !== null);
}

const usage = async (query: string) =>
  (await api(admin).get<Usage>(`/admin/stats/app-usage?${query}`)).body;
const growth = async (query: string) =>
  (await api(admin).get<Growth>(`/admin/stats/users-growth?${query}`)).body.periods;

beforeAll(async () => {
  // Other tests fire the crons of later years: to those, these days would long be over.
  await db.delete(growthDays);
  fixedClock(NOON - 24 * HOUR_MS);
  const ada = await signUp();
  fixedClock(NOON);
  ben = await signUp();
  await db.update(users).set({ role: "admin" }).where(eq(users.id, ada.id));
  admin = { ...ada, ...(await signIn(ada)) };
});

afterAll(queuedActsIn);

describe("what an administrator sees of everybody's use", () => {
  it("is counted on the spot before the first job, and then as of the job's last pass", async () => {
    const clock = fixedClock(NOON);
    await uses(admin, "com.instagram.android", 600, NOON - HOUR_MS);
    await uses(ben, "instagram.com", 300, NOON - HOUR_MS);
    await uses(ben, "set:abc", 60, NOON - 2 * HOUR_MS);
    await inMySql(clock, admin, DAY, 600);
    await inMySql(clock, ben, DAY, 360);
    const expected = {
      total_seconds: 960,
      days: [{ date: DAY, total_seconds: 960, active_users: 2 }],
      apps: [
        { app: "instagram", category: "social", seconds: 900, user_days: 2, share: 900 / 960 },
        { app: "set:", category: "other", seconds: 60, user_days: 1 },
      ],
    };
    expect(await usage(`from=${DAY}&to=${DAY}`)).toMatchObject({ as_of: null, ...expected });

    await run(countUsage, NOON);
    const counted = { as_of: new Date(NOON).toISOString(), ...expected };
    expect(await usage(`from=${DAY}&to=${DAY}`)).toMatchObject(counted);

    await uses(ben, "instagram.com", 30, NOON - 600_000);
    await inMySql(clock, ben, DAY, 390);
    expect(await usage(`from=${DAY}&to=${DAY}`)).toMatchObject(counted);
    await run(countUsage, NOON + 900_000);
    expect(await usage(`from=${DAY}&to=${DAY}`)).toMatchObject({ total_seconds: 990 });
    expect(await usage(`from=${DAY}&to=${DAY}&limit=1`)).toMatchObject({
      total_seconds: 990,
      apps: [{ app: "instagram", share: 930 / 990 }],
    });
  });

  it("is the same where a page is done twice, a pass is run twice, and an old pass comes in late", async () => {
    fixedClock(NOON);
    const before = await usage(`from=${DAY}&to=${DAY}`);
    const later = NOON + 2 * HOUR_MS;
    // Killed after its first page was added and before that was written down.
    await countUsage(contextAt(later), null);
    await Promise.all([1, 2, 3].map(async () => await run(countUsage, later)));
    await run(countUsage, later);
    await run(recountUsage, later - HOUR_MS);
    const { as_of, ...after } = await usage(`from=${DAY}&to=${DAY}`);
    expect(after).toEqual({ ...before, as_of: undefined });
    expect(as_of).toBe(new Date(later).toISOString());
    const left = await db.select().from(usageSums).where(eq(usageSums.date, DAY));
    expect(new Set(left.map(({ pass }) => pass))).toEqual(new Set([later]));
    // Whom a pass came to last may be erased: once it is over it names nobody.
    const ended = await db.select().from(usagePasses).where(eq(usagePasses.pass, later));
    expect(ended).toMatchObject([{ after_user: "", ended_at: later }]);
  });

  it("keeps the most used apps of each date by name, and of the rest the total", async () => {
    // Two dates of a year of their own, with more apps than are kept by name.
    const dates = ["2014-03-01", "2014-03-02"];
    const apps = (date: string) =>
      Array.from({ length: APPS_KEPT + 20 }, (_, n) => ({
        ...{ date, user_id: ben.id, scope: "app" as const, name: `app-${n}`, label: null },
        ...{ category: "other", seconds: n + 1, version: 1 },
      }));
    for (const date of dates) await db.insert(dailyUsage).values(apps(date));
    await run(countUsage, Date.parse("2014-03-02T12:00:00Z"));
    for (const date of dates) {
      const kept = await db.select().from(usageSums).where(eq(usageSums.date, date));
      const seconds = kept.map((sum) => sum.seconds).sort((a, b) => a - b);
      expect(seconds).toEqual(Array.from({ length: APPS_KEPT }, (_, n) => n + 21));
    }
  });

  it("counts a late report in by the next night", async () => {
    const clock = fixedClock(NOON + 20 * 24 * HOUR_MS);
    const phone = await signIn(ben);
    await uses({ ...ben, ...phone }, "x.com", 120, NOON - 3 * HOUR_MS);
    await inMySql(clock, ben, DAY, 510);
    admin = { ...admin, ...(await signIn(admin)) };
    await run(recountUsage, clock.now());
    expect(await usage(`from=${DAY}&to=${DAY}`)).toMatchObject({ total_seconds: 1_110 });
  });

  it("names the field of a span that makes no sense", async () => {
    fixedClock(NOON + 20 * 24 * HOUR_MS);
    for (const query of [
      `from=${DAY}&to=${addDays(DAY, -1)}`,
      "from=2010-01-01&to=2019-05-01",
      `from=social&to=${DAY}`,
      "from=2026-02-30&to=phone",
    ]) {
      const answer = await api(admin).get<{ errors: { path: string }[] }>(
        `/admin/stats/app-usage?${query}`,
      );
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0]?.path).toMatch(/from|to/);
    }
  });
});

describe("what an administrator sees of the accounts", () => {
  it("grows by who registers and who confirms, and stands once a day is over", async () => {
    const clock = fixedClock(NOON + HOUR_MS);
    admin = { ...admin, ...(await signIn(admin)) };
    const today = `from=${addDays(DAY, -1)}&to=${DAY}`;
    const [first, second] = await growth(today);
    expect(first).toMatchObject({ start: addDays(DAY, -1), registered: 1, confirmed: 1 });
    expect(second).toMatchObject({ start: DAY, registered: 1, confirmed: 1 });
    expect((second?.total ?? 0) - (first?.total ?? 0)).toBe(1);
    expect(await growth(`${today}&interval=month`)).toMatchObject([
      { start: addDays(DAY, -1), registered: 2, confirmed: 2 },
    ]);

    clock.advance(24 * HOUR_MS);
    admin = { ...admin, ...(await signIn(admin)) };
    expect((await closeGrowth(contextAt(clock.now())))["closed"]).toBeGreaterThanOrEqual(2);
    expect(await closeGrowth(contextAt(clock.now()))).toEqual({ closed: 0 });
    await db
      .update(users)
      .set({ created_at: NOON + 24 * HOUR_MS })
      .where(eq(users.id, ben.id));
    expect(await growth(today)).toMatchObject([{ registered: 1 }, { registered: 1 }]);
  });

  it("is told at a glance, with challenges and mails", async () => {
    fixedClock(NOON + 25 * HOUR_MS);
    const { status, body } = await api(admin).get("/admin/stats/overview");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      users: { registered_today: 1, active_today: 0 },
      usage: { date: addDays(DAY, 1), yesterday_seconds: 1_110, week_seconds: 1_110 },
      challenges: { cancelled: expect.any(Number) },
      mails: { waiting: expect.any(Number) },
    });
  });
});
