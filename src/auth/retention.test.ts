import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { randomUUID } from "node:crypto";
import { eq, inArray } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import type { JobPage } from "../jobs/index.ts";
import { forgetOldMails } from "../mail/mail.jobs.ts";
import { emails, mailAddresses } from "../mail/mail.table.ts";
import { jobContext, type Context } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { DAY_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { call, freshEmail, mailedToken, mailsTo } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { userDayRules, users } from "../users/users.table.ts";
import { forgetOldSessions, forgetOldTokens, tendUnverifiedAccounts } from "./auth.jobs.ts";
import { emailTokens, sessions } from "./auth.table.ts";

restoreClockAfterEach();

healAfterEach();

const db = () => jobContext(env, createExecutionContext(), "test").db;

async function run(
  job: (ctx: Context, after: string | null) => Promise<JobPage>,
  now: number,
): Promise<void> {
  const ctx = createExecutionContext();
  let after: string | null = null;
  do after = (await job(jobContext(env, ctx, "test", now), after)).next_after;
  while (after !== null);
  await waitOnExecutionContext(ctx);
}

describe("an account whose address was never confirmed", () => {
  const START = Date.parse("2026-05-04T12:00:00Z");
  const night = (n: number) => Date.parse("2026-05-04T03:17:00Z") + n * DAY_MS;
  type TestClock = ReturnType<typeof fixedClock>;

  async function register(): Promise<{ email: string; clock: TestClock }> {
    const clock = fixedClock(START);
    const email = freshEmail();
    const password = `correct horse ${randomUUID()}`;
    await call("POST", "/auth/register", { email, password, display_name: "Ada", locale: "fr" });
    await mailsTo(email);
    return { email, clock };
  }
  async function tend(clock: TestClock, n: number): Promise<void> {
    clock.set(night(n));
    await run(tendUnverifiedAccounts, night(n));
  }
  const find = async (email: string) =>
    (await db().select().from(users).where(eq(users.email, email)))[0];
  const warnings = async (email: string) =>
    (await mailsTo(email)).filter(({ tag }) => tag === "unverified-warning").length;

  it("is warned once after 11 days and removed after 14, with all that hung on it", async () => {
    const { email, clock } = await register();
    const { id = "" } = (await find(email)) ?? {};
    const seen: [number, boolean][] = [];
    for (let n = 10; n <= 15; n += 1) {
      await tend(clock, n);
      seen.push([await warnings(email), (await find(email)) !== undefined]);
    }
    expect(seen).toEqual([
      [0, true],
      [0, true],
      [1, true],
      [1, true],
      [1, true],
      [1, false],
    ]);
    expect(await db().select().from(emailTokens).where(eq(emailTokens.user_id, id))).toEqual([]);
    expect(await db().select().from(emails).where(eq(emails.user_id, id))).toEqual([]);
    expect(await db().select().from(userDayRules).where(eq(userDayRules.user_id, id))).toEqual([]);
  });

  it("stays for good once the warning's own link is followed", async () => {
    const { email, clock } = await register();
    await tend(clock, 12);
    const token = await mailedToken(email, "unverified-warning");
    expect((await call("POST", "/auth/verify-email", { token })).status).toBe(200);
    for (const n of [13, 15, 30]) await tend(clock, n);
    expect(await find(email)).toBeDefined();
  });

  it("is left in peace while it holds a token that is still good", async () => {
    const { email, clock } = await register();
    await tend(clock, 12);
    clock.set(night(15) - 10 * MINUTE_MS);
    await call("POST", "/auth/resend-verification", { email });
    await tend(clock, 15);
    const token = await mailedToken(email);
    expect((await call("POST", "/auth/verify-email", { token })).status).toBe(200);
  });

  it("is warned first also where the job was away for a week", async () => {
    const { email, clock } = await register();
    await tend(clock, 19);
    expect([await warnings(email), (await find(email)) !== undefined]).toEqual([1, true]);
    await tend(clock, 21);
    expect(await find(email)).toBeDefined();
    await tend(clock, 22);
    expect(await find(email)).toBeUndefined();
  });

  it("is warned once by jobs that run twice at once, or are cut off anywhere", async () => {
    const { email, clock } = await register();
    clock.set(night(12));
    const matches = ["^insert into `email_tokens`", "^insert into `emails`", "^commit"];
    for (const match of matches) {
      for (const mode of ["html", "lost"]) {
        await mysqlFails({ mode, match, times: 1 });
        await run(tendUnverifiedAccounts, night(12)).catch(() => undefined);
      }
    }
    await mysqlFails();
    await Promise.all([1, 2].map(async () => await run(tendUnverifiedAccounts, night(12))));
    expect(await warnings(email)).toBe(1);
    clock.set(night(15));
    for (const match of ["^delete from `users`", "^delete from `emails`", "^commit"]) {
      await mysqlFails({ mode: "html", match, times: 1 });
      await run(tendUnverifiedAccounts, night(15)).catch(() => undefined);
    }
    await mysqlFails();
    await Promise.all([1, 2].map(async () => await run(tendUnverifiedAccounts, night(15))));
    expect(await find(email)).toBeUndefined();
  });
});

describe("what is no longer needed", () => {
  const NOW = Date.parse("2020-06-01T03:17:00Z");
  const DAY = DAY_MS;

  it("of mail tokens is forgotten when they are no longer good, over many pages", async () => {
    const token = (id: string, expires_at: number) => ({
      id,
      user_id: newId(NOW),
      purpose: "reset" as const,
      email: "a@example.com",
      created_at: NOW - DAY,
      expires_at,
      used_at: null,
      replaced_at: null,
    });
    const old = Array.from({ length: 2_300 }, () => token(newId(NOW), NOW - 1));
    const fresh = token(newId(NOW), NOW + 1);
    for (let from = 0; from < old.length; from += 500) {
      await db()
        .insert(emailTokens)
        .values(old.slice(from, from + 500));
    }
    await db().insert(emailTokens).values(fresh);
    await run(forgetOldTokens, NOW);
    const ids = [old[0], old[1_500], old[2_299], fresh].map((one) => one?.id ?? "");
    const rows = await db().select().from(emailTokens).where(inArray(emailTokens.id, ids));
    expect(rows.map(({ id }) => id)).toEqual([fresh.id]);
  });

  it("of sessions is forgotten 30 days after they ended or expired", async () => {
    const session = (ended_at: number | null, expires_at: number) => ({
      id: newId(NOW),
      user_id: newId(NOW),
      counter: 1,
      rotated_at: NOW - 60 * DAY,
      device_name: null,
      ip: null,
      user_agent: null,
      created_at: NOW - 60 * DAY,
      last_seen_at: NOW - 60 * DAY,
      expires_at,
      ended_at,
      end_reason: null,
    });
    const gone = [
      session(null, NOW - 30 * DAY),
      session(NOW - 30 * DAY, NOW - 23 * DAY),
      session(NOW - 40 * DAY, NOW - 35 * DAY),
    ];
    const kept = [
      session(null, NOW - 30 * DAY + 1),
      session(NOW - 30 * DAY + 1, NOW - 29 * DAY),
      session(null, NOW + DAY),
    ];
    const all = [...gone, ...kept];
    await db().insert(sessions).values(all);
    await run(forgetOldSessions, NOW);
    const ids = all.map(({ id }) => id);
    const rows = await db().select().from(sessions).where(inArray(sessions.id, ids));
    expect(rows.map(({ id }) => id).sort()).toEqual(kept.map(({ id }) => id).sort());
  });

  it("of mails and marks is forgotten after 90 days, but nothing that waits or still holds", async () => {
    const mail = (status: "waiting" | "sent" | "failed" | "dropped", next_attempt_at: number) => ({
      id: newId(NOW),
      dedupe_key: randomUUID(),
      user_id: null,
      to_address: "a@example.com",
      kind: "welcome",
      locale: "en",
      data: {},
      status,
      attempts: 1,
      next_attempt_at,
      good_until: null,
      lease_id: null,
      message_id: null,
      error_code: null,
      created_at: next_attempt_at,
      sent_at: null,
      delivered_at: null,
    });
    const old = NOW - 90 * DAY;
    const gone = [mail("sent", old), mail("failed", old), mail("dropped", old)];
    const waiting = mail("waiting", old);
    const kept = [mail("sent", old + 1), mail("failed", old + 1), waiting];
    const all = [...gone, ...kept];
    await db().insert(emails).values(all);
    const [bounced, complained] = [freshEmail(), freshEmail()];
    const mark = { stream: "broadcast", since: old };
    await db()
      .insert(mailAddresses)
      .values([
        { ...mark, address: bounced, state: "hard_bounce" },
        { ...mark, address: complained, state: "complaint" },
      ]);
    await run(forgetOldMails, NOW);
    const ids = all.map(({ id }) => id);
    const rows = await db().select().from(emails).where(inArray(emails.id, ids));
    expect(rows.map(({ id }) => id).sort()).toEqual(kept.map(({ id }) => id).sort());
    const marks = await db()
      .select()
      .from(mailAddresses)
      .where(inArray(mailAddresses.address, [bounced, complained]));
    expect(marks.map(({ address }) => address)).toEqual([complained]);
    // It would be sent by whichever test sweeps next.
    await db().delete(emails).where(eq(emails.id, waiting.id));
  });
});
