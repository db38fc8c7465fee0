import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { api, mailsTo, signIn, signUp, type TestUser } from "../testing/api.ts";
import { turnDueChallenges } from "../challenges/challenges.jobs.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, mysqlFails, postmarkFails } from "../testing/faults.ts";
import { dailyUsage } from "../usage/usage.table.ts";
import { users } from "../users/users.table.ts";
import { sendReminders } from "./reminders.jobs.ts";

restoreClockAfterEach();
type TestClock = ReturnType<typeof fixedClock>;

healAfterEach();

const contextAt = (instant: number) => jobContext(env, createExecutionContext(), "test", instant);

/** A queue that wakes nobody: what was written to the outbox is sent by the sweep alone. */
const nobodyWakes: Env = { ...env, MAIL_QUEUE: { send: async () => {} } as unknown as Queue };

/** The job of a window as the cron would run it, page after page. */
async function run(window: number, within: Env = env): Promise<void> {
  const ctx = createExecutionContext();
  let after: string | null = null;
  do {
    after = (await sendReminders(jobContext(within, ctx, "test", window), after)).next_after;
  } while (after !== null);
  await waitOnExecutionContext(ctx);
}

/** Every window from the clock's instant until `end`, both included; the clock ends there. */
async function runUntil(clock: TestClock, end: number): Promise<void> {
  for (;;) {
    await run(clock.now());
    if (clock.now() >= end) return;
    clock.advance(15 * MINUTE_MS);
  }
}

const remindersOf = async (user: TestUser) =>
  (await mailsTo(user.email)).filter(({ tag }) => tag === "daily-reminder");

async function wants(user: TestUser, daily_reminder: { enabled?: boolean; time?: string }) {
  const changed = await api({ ...user, ...(await signIn(user)) }).put("/users/me", {
    settings: { daily_reminder },
  });
  expect(changed.status).toBe(200);
}

async function used(user: TestUser, date: string, seconds: number): Promise<void> {
  await contextAt(0).db.insert(dailyUsage).values({
    user_id: user.id,
    date,
    scope: "total",
    name: "",
    category: null,
    label: null,
    seconds,
    version: 1,
  });
}

describe("the daily reminder", () => {
  it("comes once, at the wall clock's minute, and says how yesterday was", async () => {
    const clock = fixedClock("2026-06-10T00:00:00Z");
    const ada = await signUp({ timezone: "Asia/Kathmandu" });
    await wants(ada, { enabled: true, time: "08:30" });
    await used(ada, "2026-06-09", 5_400);
    for (const date of ["2026-06-02", "2026-06-08"]) await used(ada, date, 7_200);
    await used(ada, "2026-06-01", 80_000);
    await used(ada, "2026-06-10", 80_000);
    const due = Date.parse("2026-06-10T02:45:00Z");
    await runUntil(clock, due - 15 * MINUTE_MS);
    expect(await remindersOf(ada)).toHaveLength(0);
    clock.set(due);
    await run(due);
    const [mail, ...others] = await remindersOf(ada);
    expect(others).toEqual([]);
    expect(mail?.subject.replaceAll("\u00a0", " ")).toBe("Yesterday: 1 h 30 min of screen time");
    expect(mail?.text.replaceAll("\u00a0", " ")).toContain("30 min less than on an average day");
    await runUntil(clock, due + 3 * HOUR_MS);
    expect(await remindersOf(ada)).toHaveLength(1);
  });

  it("names the challenges that run", async () => {
    const clock = fixedClock("2026-06-10T09:00:00Z");
    const ada = await signUp();
    const made = await api(ada).post("/challenges", {
      name: "Quiet June",
      start_date: "2026-06-10",
      end_date: "2026-06-14",
    });
    expect(made.status).toBe(201);
    await turnDueChallenges(contextAt(clock.now()), null);
    await wants(ada, { enabled: true, time: "10:00" });
    clock.set("2026-06-10T10:00:00Z");
    await run(clock.now());
    expect((await remindersOf(ada))[0]?.text.replaceAll("\u00a0", " ")).toContain(
      "Quiet June: 5 days left",
    );
  });

  it("names the limits of its day, as they are by then", async () => {
    // A Wednesday, whose own day begins at noon the day before, as Auckland's clocks have it.
    const clock = fixedClock("2026-06-09T20:00:00Z");
    const ada = await signUp({ timezone: "Pacific/Auckland" });
    const rules = [
      { name: "Social", categories: ["social"], daily_limit_minutes: 45, strict: true },
      { name: "Midweek", app: "x.com", daily_limit_minutes: 90, weekday_limits: { 3: 1_200 } },
      { name: "Off", app: "y.com", daily_limit_minutes: 10, is_active: false },
      { name: "At night", app: "z.com", schedule: [{ days: [1], start: "22:00", end: "06:00" }] },
    ];
    const ids: string[] = [];
    for (const rule of rules) {
      const made = await api(ada).post<{ id: string }>("/blocked", rule);
      expect(made.status).toBe(201);
      ids.push(made.body.id);
    }
    await wants(ada, { enabled: true, time: "08:30" });
    clock.set("2026-06-09T20:30:00Z");
    await run(clock.now());
    const [first] = await remindersOf(ada);
    expect(first?.text.replaceAll("\u00a0", " ")).toMatch(/Midweek: 20 min\nSocial: 45 min\n/);
    expect(first?.text).not.toMatch(/Off|At night/);

    // What was loosened waits for the next own day, which has begun when its reminder comes.
    const later = { ...ada, ...(await signIn(ada)) };
    const loosened = await api(later).put(`/blocked/${ids[0]}`, { daily_limit_minutes: 60 });
    expect(loosened.status).toBe(202);
    clock.set("2026-06-10T20:30:00Z");
    await run(clock.now());
    const [second] = await remindersOf(ada);
    expect(second?.text.replaceAll("\u00a0", " ")).toMatch(
      /Social: 1 h 00 min\nMidweek: 1 h 30 min\n/,
    );
  });

  it("is one mail where its window is run twice at once, and again later", async () => {
    const clock = fixedClock("2026-06-10T10:00:00Z");
    const ada = await signUp();
    await wants(ada, { enabled: true, time: "12:00" });
    clock.set("2026-06-10T12:00:00Z");
    const window = clock.now();
    await Promise.all([run(window), run(window), run(window)]);
    // Whoever is sending it now holds it for a minute of this clock only.
    expect(await remindersOf(ada)).toHaveLength(1);
    clock.advance(15 * MINUTE_MS);
    await run(window);
    await run(clock.now());
    expect(await remindersOf(ada)).toHaveLength(1);
  });

  it("comes late where a run was missed by less than an hour, and not at all beyond that", async () => {
    const clock = fixedClock("2026-06-10T10:00:00Z");
    const [ada, bob] = [await signUp(), await signUp()];
    await wants(ada, { enabled: true, time: "12:00" });
    await wants(bob, { enabled: true, time: "11:30" });
    clock.set("2026-06-10T12:45:00Z");
    await run(clock.now());
    expect(await remindersOf(ada)).toHaveLength(1);
    expect(await remindersOf(bob)).toHaveLength(0);
    clock.set("2026-06-11T11:30:00Z");
    await run(clock.now());
    expect(await remindersOf(bob)).toHaveLength(1);
  });

  it("is not made up for when the cron was away for a week", async () => {
    const clock = fixedClock("2026-06-10T10:00:00Z");
    const ada = await signUp();
    await wants(ada, { enabled: true, time: "12:00" });
    clock.set("2026-06-17T14:00:00Z");
    await run(clock.now());
    expect(await remindersOf(ada)).toHaveLength(0);
    clock.set("2026-06-18T12:00:00Z");
    await run(clock.now());
    expect(await remindersOf(ada)).toHaveLength(1);
  });

  it("of an old window that is taken up late is stale, whatever the trigger's instant says", async () => {
    const clock = fixedClock("2026-06-10T10:00:00Z");
    const ada = await signUp();
    await wants(ada, { enabled: true, time: "12:00" });
    clock.set("2026-06-10T15:00:00Z");
    await run(Date.parse("2026-06-10T12:00:00Z"));
    expect(await remindersOf(ada)).toHaveLength(0);
  });

  it.each(["^update `users`", "^insert into `emails`", "^commit"])(
    "is neither lost nor doubled where its page is cut off at %s",
    async (match) => {
      const clock = fixedClock("2026-06-10T10:00:00Z");
      const ada = await signUp();
      await wants(ada, { enabled: true, time: "12:00" });
      clock.set("2026-06-10T12:00:00Z");
      for (const mode of ["html", "lost"]) {
        await mysqlFails({ mode, match, times: 1 });
        await run(clock.now()).catch(() => undefined);
      }
      await mysqlFails();
      await run(clock.now());
      expect(await remindersOf(ada)).toHaveLength(1);
    },
  );

  it("keeps to the wall clock when summer time ends", async () => {
    const clock = fixedClock("2026-10-24T00:00:00Z");
    const ada = await signUp({ timezone: "Europe/Paris" });
    await wants(ada, { enabled: true, time: "20:00" });
    const at = async (instant: string) => {
      clock.set(instant);
      await run(clock.now());
      return (await remindersOf(ada)).length;
    };
    expect(await at("2026-10-24T17:45:00Z")).toBe(0);
    expect(await at("2026-10-24T18:00:00Z")).toBe(1);
    expect(await at("2026-10-25T18:00:00Z")).toBe(1);
    expect(await at("2026-10-25T19:00:00Z")).toBe(2);
  });

  it("follows a change of time or zone, but comes only once on an own date", async () => {
    const clock = fixedClock("2026-06-10T06:00:00Z");
    const ada = await signUp();
    await wants(ada, { enabled: true, time: "12:00" });
    await wants(ada, { time: "08:00" });
    clock.set("2026-06-10T08:00:00Z");
    await run(clock.now());
    expect(await remindersOf(ada)).toHaveLength(1);
    await wants(ada, { time: "10:00" });
    clock.set("2026-06-10T10:00:00Z");
    await run(clock.now());
    expect(await remindersOf(ada)).toHaveLength(1);
    await api({ ...ada, ...(await signIn(ada)) }).put("/users/me", { timezone: "Asia/Tokyo" });
    clock.set("2026-06-11T01:00:00Z");
    await run(clock.now());
    expect(await remindersOf(ada)).toHaveLength(2);
  });

  it("does not come to whoever no longer wants it, or may not have it", async () => {
    const clock = fixedClock("2026-06-10T10:00:00Z");
    const [off, late, disabled] = [await signUp(), await signUp(), await signUp()];
    for (const user of [off, late, disabled]) await wants(user, { enabled: true, time: "12:00" });
    await wants(off, { enabled: false });
    await contextAt(0).db.update(users).set({ is_active: false }).where(eq(users.id, disabled.id));
    clock.set("2026-06-10T12:00:00Z");
    await run(clock.now(), nobodyWakes);
    await wants(late, { enabled: false });
    for (const user of [off, late, disabled]) expect(await remindersOf(user)).toHaveLength(0);
  });

  it("comes to those whose switch was set by other ways than their settings", async () => {
    const clock = fixedClock("2026-06-10T10:00:00Z");
    const ada = await signUp();
    await contextAt(0)
      .db.update(users)
      .set({ reminder_enabled: true, reminder_time: "12:00" })
      .where(eq(users.id, ada.id));
    await run(clock.now());
    clock.set("2026-06-10T12:00:00Z");
    await run(clock.now());
    expect(await remindersOf(ada)).toHaveLength(1);
  });

  it("is not sent where Postmark was away until it was stale", async () => {
    const clock = fixedClock("2026-06-10T10:00:00Z");
    const ada = await signUp();
    await wants(ada, { enabled: true, time: "12:00" });
    clock.set("2026-06-10T12:00:00Z");
    await postmarkFails({ mode: "server_error", match: ada.email });
    await run(clock.now());
    expect(await remindersOf(ada)).toHaveLength(0);
    await postmarkFails();
    clock.advance(DAY_MS / 2);
    expect(await remindersOf(ada)).toHaveLength(0);
  });
});
