import {
  createExecutionContext,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { and, eq, inArray } from "drizzle-orm";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { forgetOldSessions, forgetOldTokens, tendUnverifiedAccounts } from "./auth/auth.jobs.ts";
import { emailTokens, sessions } from "./auth/auth.table.ts";
import { turnDueChallenges } from "./challenges/challenges.jobs.ts";
import { challenges, participants, results } from "./challenges/challenges.table.ts";
import { jobRuns } from "./jobs/jobs.table.ts";
import type { PagedJob } from "./jobs/page.ts";
import { forgetRunsOfLongAgo, inOneGo, runTriggered } from "./jobs/runs.jobs.ts";
import { forgetOldMails, sweepPage } from "./mail/mail.jobs.ts";
import { emails } from "./mail/mail.table.ts";
import { jobContext, type Context } from "./platform/context.ts";
import { newId } from "./platform/ids.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./platform/time/instant.ts";
import { sendReminders } from "./reminders/reminders.jobs.ts";
import { api, call, freshEmail, mailsTo, signUp } from "./testing/api.ts";
import { ring } from "./testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "./testing/clock.ts";
import { tracesInMySql, untilErased } from "./testing/traces.ts";
import { removeDueFiles } from "./users/avatars.jobs.ts";
import { looseFiles } from "./users/avatars.table.ts";
import { sweepErasures } from "./users/users.jobs.ts";
import { users } from "./users/users.table.ts";

restoreClockAfterEach();

type TestClock = ReturnType<typeof fixedClock>;
/** A job's work, and what it comes to. */
type Work = {
  /** When its trigger is due. */
  due: number;
  /** What there is of that work now. */
  look: () => Promise<unknown>;
};
type Scenario = {
  job: string;
  what: string;
  run: PagedJob<Context>;
  prepare: (clock: TestClock) => Promise<Work>;
  /** What a run comes to on time. */
  perfect: unknown;
  /** What it comes to a week late, where that is not the same. */
  week_late?: unknown;
};

const WEEK_MS = 7 * DAY_MS;
/** No job takes so many statements. */
const MOST_DEATHS = 60;

const fetchAnywhere = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = fetchAnywhere;
});

const db = () => jobContext(env, createExecutionContext(), "test").db;

/** Fires a job's trigger at an instant, as the cron does; of a Worker that dies nothing goes on behind it. */
async function trigger(
  { job, run }: Scenario,
  instant: number,
  { is_dying = false } = {},
): Promise<void> {
  const ctx = createExecutionContext();
  const contextOf = (name: string, at: number) => jobContext(env, ctx, name, at);
  await runTriggered(contextOf, { [job]: run }, [job], instant).catch(() => undefined);
  if (!is_dying) await waitOnExecutionContext(ctx);
}

/**
 * Lets nothing out any more after so many trips to MySQL, the last of them maybe unanswered. Brings the
 * Worker back by what it gives, which says whether it came to that.
 */
function dieAfter(trips: number, takes_effect: boolean): () => Promise<boolean> {
  let left = trips;
  let isDead = false;
  const { origin } = new URL(inject("planetscaleUrl"));
  const open = new Map<string, Rollback>();
  globalThis.fetch = async (input, init) => {
    const asked = new Request(input, init);
    const isMySql = asked.url.startsWith(origin);
    if (isMySql) left -= 1;
    if (isDead || (left < 0 && !takes_effect)) throw theWorkerIsDead();
    isDead = left < 0;
    const answer = await fetchAnywhere(asked.clone());
    if (isMySql) await note(open, asked, answer.clone());
    if (isDead) throw theWorkerIsDead();
    return answer;
  };
  return async () => {
    globalThis.fetch = fetchAnywhere;
    // PlanetScale rolls the transactions of the dead back after 20 s of its own clock.
    for (const { url, headers, body } of open.values()) {
      await (await fetchAnywhere(url, { method: "POST", headers, body })).text();
    }
    return isDead || left < 0;
  };
}

const theWorkerIsDead = () => new TypeError("the Worker is dead");

/** Plain text: what one object's request made of streams, another may not read. */
type Rollback = { url: string; headers: [string, string][]; body: string };

/** Keeps the rollback of each session that is in a transaction. */
async function note(open: Map<string, Rollback>, asked: Request, answer: Response) {
  const { session } = await answer.json<{
    session: { vitessSession: { SessionUUID: string; inTransaction?: boolean } };
  }>();
  const { SessionUUID, inTransaction } = session.vitessSession;
  const body = JSON.stringify({ query: "rollback", session });
  const rollback = { url: asked.url, headers: [...asked.headers], body };
  if (inTransaction) open.set(SessionUUID, rollback);
  else open.delete(SessionUUID);
}

/** Boards and queues go on behind a job's back: looks until their part is done, too, and gives what it sees. */
async function seen(look: Work["look"], expected: unknown): Promise<unknown> {
  let found: unknown;
  await vi
    .waitFor(async () => {
      found = await look();
      if (!isDeepStrictEqual(found, expected)) throw new Error("not yet");
    }, 10_000)
    .catch(() => undefined);
  return found;
}

const mailsOf = async (user_id: string, kind: string) =>
  (
    await db()
      .select({ id: emails.id })
      .from(emails)
      .where(and(eq(emails.user_id, user_id), eq(emails.kind, kind)))
  ).length;

const LONG_AGO = Date.parse("2020-06-01T03:17:00Z");

const scenarios: Scenario[] = [
  {
    job: "send_reminders",
    what: "a reminder that is due",
    run: sendReminders,
    prepare: async (clock) => {
      clock.set("2026-06-10T10:00:00Z");
      const ada = await signUp();
      const settings = { daily_reminder: { enabled: true, time: "12:00" } };
      await api(ada).put("/users/me", { settings });
      const look = async () => {
        const [row] = await db().select().from(users).where(eq(users.id, ada.id));
        const isPlanned = Number(row?.reminder_due_at) > clock.now();
        return { mails: await mailsOf(ada.id, "daily-reminder"), is_planned: isPlanned };
      };
      return { due: Date.parse("2026-06-10T12:00:00Z"), look };
    },
    perfect: { mails: 1, is_planned: true },
    // Of a week ago it would say nothing any more.
    week_late: { mails: 0, is_planned: true },
  },
  {
    job: "turn_challenges",
    what: "a challenge whose grace is over",
    run: turnDueChallenges,
    prepare: async (clock) => {
      clock.set("2026-03-10T10:00:00Z");
      const due = Date.parse("2026-03-10T12:00:00Z");
      const people = [await signUp(), await signUp()];
      const id = newId(due);
      const made = Date.parse("2026-03-01T00:00:00Z");
      await db()
        .insert(challenges)
        .values({
          ...{ id, owner_id: null, name: "Over", description: "", visibility: "public" as const },
          ...{ apps: [], categories: [], metric: "least_time" as const },
          ...{ start_date: "2026-03-02", end_date: "2026-03-04", missing_day_seconds: 100 },
          ...{ grace_hours: 12, participant_count: 2, status: "running" as const, version: 1 },
          ...{ starts_at: made + DAY_MS, ends_at: made + 4 * DAY_MS },
          ...{ next_turn_at: made + 4 * DAY_MS, created_at: made, updated_at: made },
        });
      const part = { challenge_id: id, timezone: "UTC", day_start_minute: 0, joined_at: made };
      await db()
        .insert(participants)
        .values(people.map((user) => ({ ...part, user_id: user.id, left_at: null })));
      const look = async () => {
        await ring(id);
        const [row] = await db().select().from(challenges).where(eq(challenges.id, id));
        const lines = await db().select().from(results).where(eq(results.challenge_id, id));
        const mails = await Promise.all(
          people.map(async (user) => await mailsOf(user.id, "challenge-result")),
        );
        return { status: row?.status, scores: lines.map(({ score }) => score), mails };
      };
      return { due, look };
    },
    perfect: { status: "final", scores: [300, 300], mails: [1, 1] },
  },
  {
    job: "sweep_outbox",
    what: "mails whose wake was lost",
    run: sweepPage,
    prepare: async (clock) => {
      const due = Date.parse("2026-05-05T12:00:00Z");
      clock.set(due - HOUR_MS);
      const addresses = [freshEmail(), freshEmail()];
      await db()
        .insert(emails)
        .values(
          addresses.map((to_address) => ({
            ...{ id: newId(due), dedupe_key: randomUUID(), user_id: null, to_address },
            ...{ kind: "welcome", locale: "en", data: { display_name: "Ada", link: null } },
            ...{ status: "waiting" as const, attempts: 0, next_attempt_at: due - HOUR_MS },
            ...{ good_until: null, lease_id: null, message_id: null, error_code: null },
            ...{ created_at: due - HOUR_MS, sent_at: null, delivered_at: null },
          })),
        );
      const look = async () => {
        const rows = await db().select().from(emails).where(inArray(emails.to_address, addresses));
        const come = await Promise.all(
          addresses.map(async (one) => (await mailsTo(one)).length > 0),
        );
        return { rows: rows.map(({ status }) => status), come };
      };
      return { due, look };
    },
    perfect: { rows: ["sent", "sent"], come: [true, true] },
  },
  {
    job: "remove_files",
    what: "files that no row names",
    run: inOneGo(removeDueFiles),
    prepare: async (clock) => {
      const due = Date.parse("2026-05-06T12:00:00Z");
      clock.set(due);
      const file = () => `avatars/${randomUUID()}.png`;
      const [first, second, later] = [file(), file(), file()];
      for (const name of [first, second, later]) await env.FILES.put(name, "image");
      await db()
        .insert(looseFiles)
        .values([
          { file_name: first, state: "unused", due_at: due - 1 },
          { file_name: second, state: "incoming", due_at: due - HOUR_MS },
          { file_name: later, state: "unused", due_at: due + 2 * WEEK_MS },
        ]);
      const names = [first, second, later];
      const look = async () => {
        const files = await Promise.all(names.map(async (name) => await env.FILES.head(name)));
        const rows = await db()
          .select()
          .from(looseFiles)
          .where(inArray(looseFiles.file_name, names));
        return { files: files.map((one) => one !== null), rows: rows.length };
      };
      return { due, look };
    },
    perfect: { files: [false, false, true], rows: 1 },
  },
  {
    job: "sweep_erasures",
    what: "an erasure that its object never heard of",
    run: inOneGo(sweepErasures),
    prepare: async (clock) => {
      clock.set(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
      const ada = await signUp();
      const object = env.USER.get(env.USER.idFromName(ada.id));
      const hear = dieWhere("from `user_day_rules`");
      await api(ada).delete("/users/me", { password: ada.password });
      hear();
      await runInDurableObject(object, (_object, state) => {
        state.storage.sql.exec("DELETE FROM jobs");
      });
      const look = async () => {
        await untilErased(ada.id, clock);
        return await tracesInMySql(ada.id);
      };
      return { due: clock.now() + 2 * MINUTE_MS, look };
    },
    perfect: [],
  },
  {
    job: "tend_unverified",
    what: "an account that was never confirmed",
    run: tendUnverifiedAccounts,
    prepare: async (clock) => {
      const { user_id, exists } = await unconfirmed(clock);
      const look = async () => ({
        warnings: await mailsOf(user_id, "unverified-warning"),
        exists: await exists(),
      });
      return { due: Date.parse("2026-05-16T03:17:00Z"), look };
    },
    perfect: { warnings: 1, exists: true },
  },
  {
    job: "tend_unverified",
    what: "an account that was warned three days ago",
    run: tendUnverifiedAccounts,
    prepare: async (clock) => {
      const { exists } = await unconfirmed(clock);
      const warned = Date.parse("2026-05-16T03:17:00Z");
      clock.set(warned);
      const ctx = createExecutionContext();
      await tendUnverifiedAccounts(jobContext(env, ctx, "test", warned), null);
      await waitOnExecutionContext(ctx);
      return { due: warned + 3 * DAY_MS, look: async () => ({ exists: await exists() }) };
    },
    perfect: { exists: false },
  },
  {
    job: "forget_tokens",
    what: "a token that is no longer good",
    run: forgetOldTokens,
    prepare: async (clock) => {
      clock.set(LONG_AGO);
      const token = (expires_at: number) => ({
        ...{ id: newId(LONG_AGO), user_id: newId(LONG_AGO), purpose: "reset" as const },
        ...{ email: "a@example.com", created_at: LONG_AGO - DAY_MS, expires_at },
        ...{ used_at: null, replaced_at: null },
      });
      const rows = [token(LONG_AGO - 1), token(LONG_AGO + 2 * WEEK_MS)];
      await db().insert(emailTokens).values(rows);
      const look = async () => {
        const ids = rows.map(({ id }) => id);
        const left = await db().select().from(emailTokens).where(inArray(emailTokens.id, ids));
        return left.map(({ id }) => ids.indexOf(id));
      };
      return { due: LONG_AGO, look };
    },
    perfect: [1],
  },
  {
    job: "forget_sessions",
    what: "a session that ended long ago",
    run: forgetOldSessions,
    prepare: async (clock) => {
      clock.set(LONG_AGO);
      const long_before = LONG_AGO - 60 * DAY_MS;
      const session = (expires_at: number) => ({
        ...{ id: newId(LONG_AGO), user_id: newId(LONG_AGO), counter: 1, rotated_at: long_before },
        ...{ device_name: null, ip: null, user_agent: null, created_at: long_before },
        ...{ last_seen_at: long_before, expires_at, ended_at: null, end_reason: null },
      });
      const rows = [session(LONG_AGO - 30 * DAY_MS), session(LONG_AGO)];
      await db().insert(sessions).values(rows);
      const look = async () => {
        const ids = rows.map(({ id }) => id);
        const left = await db().select().from(sessions).where(inArray(sessions.id, ids));
        return left.map(({ id }) => ids.indexOf(id));
      };
      return { due: LONG_AGO, look };
    },
    perfect: [1],
  },
  {
    job: "forget_mails",
    what: "a mail of long ago",
    run: forgetOldMails,
    prepare: async (clock) => {
      clock.set(LONG_AGO);
      const mail = (at: number) => ({
        ...{ id: newId(LONG_AGO), dedupe_key: randomUUID(), user_id: null, kind: "welcome" },
        ...{ to_address: "a@example.com", locale: "en", data: {}, status: "sent" as const },
        ...{ attempts: 1, next_attempt_at: at, good_until: null, lease_id: null },
        ...{ message_id: null, error_code: null, created_at: at, sent_at: at, delivered_at: null },
      });
      const rows = [mail(LONG_AGO - 90 * DAY_MS), mail(LONG_AGO - DAY_MS)];
      await db().insert(emails).values(rows);
      const look = async () => {
        const ids = rows.map(({ id }) => id);
        const left = await db().select().from(emails).where(inArray(emails.id, ids));
        return left.map(({ id }) => ids.indexOf(id));
      };
      return { due: LONG_AGO, look };
    },
    perfect: [1],
  },
  {
    job: "forget_runs",
    what: "a run of long ago",
    run: forgetRunsOfLongAgo,
    prepare: async (clock) => {
      clock.set(LONG_AGO);
      const job = `test-${randomUUID().slice(0, 8)}`;
      const at = (window_start: number) => ({
        ...{ job, window_start, started_at: window_start, ended_at: window_start, lease_id: null },
        ...{ lease_until: window_start, next_after: null, pages: 1, failures: 0 },
        ...{ counts: {}, error: null },
      });
      await db()
        .insert(jobRuns)
        .values([at(LONG_AGO - 31 * DAY_MS), at(LONG_AGO - DAY_MS)]);
      const look = async () => {
        const left = await db().select().from(jobRuns).where(eq(jobRuns.job, job));
        return left.map(({ window_start }) => (LONG_AGO - window_start) / DAY_MS);
      };
      return { due: LONG_AGO, look };
    },
    perfect: [1],
  },
];

/** From here on nothing that speaks of this gets through; call what it gives to end that. */
function dieWhere(words: string): () => void {
  globalThis.fetch = async (input, init) => {
    const asked = new Request(input, init);
    if ((await asked.clone().text()).includes(words)) throw theWorkerIsDead();
    return await fetchAnywhere(asked);
  };
  return () => {
    globalThis.fetch = fetchAnywhere;
  };
}

/** Somebody who registered on 4 May and never followed the mail. */
async function unconfirmed(clock: TestClock) {
  clock.set("2026-05-04T12:00:00Z");
  const email = freshEmail();
  const password = `correct horse ${randomUUID()}`;
  await call("POST", "/auth/register", { email, password, display_name: "Ada" });
  await mailsTo(email);
  const find = async () => (await db().select().from(users).where(eq(users.email, email)))[0];
  return {
    user_id: (await find())?.id ?? "",
    exists: async () => (await find()) !== undefined,
  };
}

describe.each(scenarios)("$job, with $what", (scenario) => {
  const { prepare, perfect, week_late = perfect } = scenario;

  it("comes to what it is for, however often and at once it runs", async () => {
    const clock = fixedClock(0);
    const { due, look } = await prepare(clock);
    clock.set(due);
    await Promise.all([trigger(scenario, due), trigger(scenario, due)]);
    await trigger(scenario, due);
    expect(await seen(look, perfect)).toEqual(perfect);
    clock.advance(15 * MINUTE_MS);
    await Promise.all([trigger(scenario, clock.now()), trigger(scenario, clock.now())]);
    expect(await seen(look, perfect)).toEqual(perfect);
  });

  it("comes to the same after a week without it", async () => {
    const clock = fixedClock(0);
    const { due, look } = await prepare(clock);
    clock.set(due + WEEK_MS);
    await trigger(scenario, clock.now());
    expect(await seen(look, week_late)).toEqual(week_late);
  });

  it.each([
    ["before", false],
    ["behind", true],
  ] as const)(
    "comes to the same where it dies %s each of its steps",
    async (_when, takes_effect) => {
      const clock = fixedClock(0);
      const { due, look } = await prepare(clock);
      clock.set(due);
      let deaths = 0;
      for (let hasDied = true; hasDied; deaths += 1) {
        expect(deaths).toBeLessThan(MOST_DEATHS);
        const revive = dieAfter(deaths, takes_effect);
        await trigger(scenario, clock.now(), { is_dying: true });
        hasDied = await revive();
        // The next trigger comes a minute later: an hour of them must not make a reminder stale.
        clock.advance(MINUTE_MS);
      }
      expect(deaths).toBeGreaterThan(3);
      // What the dead held is free by now.
      clock.advance(15 * MINUTE_MS);
      await trigger(scenario, clock.now());
      expect(await seen(look, perfect)).toEqual(perfect);
    },
  );
});
