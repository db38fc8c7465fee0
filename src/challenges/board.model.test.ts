import {
  createExecutionContext,
  createScheduledController,
  evictDurableObject,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { like } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { runCron } from "../cron.ts";
import { emails } from "../mail/mail.table.ts";
import { jobContext } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { addDays, daysFromTo, type OwnDate } from "../platform/time/dates.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../platform/time/instant.ts";
import { ownDateOf } from "../platform/time/own-day.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { until } from "../testing/until.ts";
import { api, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { challengeDays } from "../usage/usage.table.ts";
import { findUser } from "../users/index.ts";
import { users } from "../users/users.table.ts";
import type { BoardPage, Entry } from "./board-entry.ts";
import { resultsOf } from "./board.store.ts";
import { participants } from "./challenges.table.ts";
import { boardStub } from "../testing/objects.ts";

restoreClockAfterEach();

const start_date = "2026-03-09";
const end_date = "2026-03-13";
const missing_day_seconds = 7_000;
const goal_seconds = 4_000;
const METRICS = [
  { metric: "least_time" },
  { metric: "most_reduction" },
  { metric: "days_under_goal", goal_seconds },
] as const;
type Metric = (typeof METRICS)[number]["metric"];
const zones = ["UTC", "Asia/Tokyo", "America/Los_Angeles"];

const work = () => jobContext(env, createExecutionContext(), "test");

/** A source of chance that gives the same numbers for the same seed (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) % below;
  };
}

/** A public challenge of `count` people who came in behind the API's back; gives its id and theirs. */
async function crowded(owner: TestUser, count: number, now: number, metric: object) {
  const made = await api(owner).post<{ id: string }>("/challenges", {
    name: "A crowd",
    start_date,
    end_date,
    missing_day_seconds,
    grace_hours: 0,
    join: false,
    ...metric,
  });
  const challenge_id = made.body.id;
  const { db } = work();
  const account = await findUser({ db }, owner.id);
  if (!account) throw new Error("no account");
  const ids = Array.from({ length: count }, () => newId(now)).sort();
  await db
    .insert(users)
    .values(
      ids.map((id) => ({ ...account, id, email: `${id}@example.com`, display_name: id.slice(-8) })),
    );
  await db.insert(participants).values(
    ids.map((user_id, n) => ({
      challenge_id,
      user_id,
      timezone: zones[n % zones.length] ?? "UTC",
      day_start_minute: 0,
      joined_at: now,
      left_at: null,
    })),
  );
  // The board was made before they came: it is lost, and made anew when it is first asked for.
  await runInDurableObject(
    boardStub(challenge_id),
    async (_, state) => await state.storage.deleteAll(),
  );
  await evictDurableObject(boardStub(challenge_id));
  return { challenge_id, ids };
}

async function wholeBoard(challenge_id: string, viewer_id: string): Promise<Entry[]> {
  const lines: Entry[] = [];
  for (let after: BoardPage["next"] = null; ;) {
    const question = { challenge_id, viewer_id, limit: 100, after, around_me: false };
    const page = await boardStub(challenge_id).page(question);
    if (typeof page === "string") throw new Error(page);
    lines.push(...page.entries);
    after = page.next;
    if (after === null) return lines;
  }
}

async function ring(challenge_id: string): Promise<void> {
  await doWhatIsDue(boardStub(challenge_id));
}

/** A score by the words of API.md and the README; `told` gives a date's seconds, null for silence. */
function scoreByHand(metric: Metric, told: (date: OwnDate) => number | null, today: OwnDate) {
  const dates = daysFromTo(start_date, end_date);
  const over = dates.filter((date) => date < today);
  const running = dates.filter((date) => date >= today).map((date) => told(date) ?? 0);
  const soFar = running.reduce((sum, seconds) => sum + seconds, 0);
  if (metric === "days_under_goal") {
    return over.filter((date) => (told(date) ?? Infinity) < goal_seconds).length;
  }
  const sumOf = (missing: number) => over.reduce((sum, date) => sum + (told(date) ?? missing), 0);
  if (metric === "least_time") return sumOf(missing_day_seconds) + soFar;
  const before = daysFromTo(addDays(start_date, -7), addDays(start_date, -1));
  const usual = before.reduce((sum, date) => sum + (told(date) ?? 0), 0) / 7;
  const spent = sumOf(Math.max(usual, missing_day_seconds));
  const percent = (total: number, days: number) => {
    if (days === 0 || (usual === 0 && total === 0)) return 0;
    const exact = usual === 0 ? -1_000 : 100 * (1 - total / days / usual);
    return Math.max(-1_000, Math.round(exact * 100) / 100) + 0;
  };
  return Math.min(percent(spent, over.length), percent(spent + soFar, over.length + 1));
}

/** What the board must say, by nothing of the board's own code. */
function recomputed(
  metric: Metric,
  ids: readonly string[],
  told: Map<string, { version: number; seconds: number }>,
  now: number,
) {
  const lines = ids.map((id, n) => {
    const timezone = zones[n % zones.length] ?? "UTC";
    const today = ownDateOf(now, { timezone, day_start_minute: 0 });
    const secondsOf = (date: OwnDate) => told.get(`${id}/${date}`)?.seconds ?? null;
    const days_reported = daysFromTo(start_date, end_date).filter(
      (date) => date <= today && secondsOf(date) !== null,
    ).length;
    return { id, score: scoreByHand(metric, secondsOf, today), days_reported };
  });
  const isBetter = (a: number, b: number) => (metric === "least_time" ? a < b : a > b);
  lines.sort((a, b) =>
    a.score === b.score ? (a.id < b.id ? -1 : 1) : isBetter(a.score, b.score) ? -1 : 1,
  );
  return lines.map((line) => ({
    ...line,
    rank: lines.findIndex((other) => other.score === line.score) + 1,
  }));
}

const shown = (lines: readonly Entry[]) =>
  lines.map(({ rank, score, days_reported, user }) => ({
    id: user.id,
    score,
    days_reported,
    rank,
  }));

const fresh = Math.trunc(Date.now() / 1000);
const RUNS = METRICS.flatMap((rules) => [11, fresh].map((seed) => ({ seed, ...rules })));

describe("a board under random reports", () => {
  it.each(RUNS)(
    "agrees with a recomputation, in whatever order they come: $metric, seed $seed",
    async ({ seed, ...rules }) => {
      const { metric } = rules;
      const below = chance(seed);
      const clock = fixedClock("2026-03-09T12:00:00Z");
      const owner = await signUp();
      const { challenge_id, ids } = await crowded(owner, 40, clock.now(), rules);
      const told = new Map<string, Day>();
      const versions = new Map<string, number>();
      for (let round = 0; round < 8; round += 1) {
        const reports = Array.from({ length: 25 }, () => {
          const user_id = ids[below(ids.length)] ?? "";
          const latest = versions.get(user_id) ?? 0;
          // Now and then one that was overtaken on its way.
          const version = below(4) === 0 ? below(latest + 1) : latest + 1 + below(3);
          versions.set(user_id, Math.max(latest, version));
          const days = [0, 1].map(() => ({
            date: addDays(start_date, below(16) - 9),
            // Few different ones, so that many scores are equal.
            seconds: below(10) * 1_000,
            reported: true,
          }));
          const [first, second] = days;
          return { user_id, version, days: first?.date === second?.date ? days.slice(1) : days };
        });
        const answers = await Promise.all(
          reports.map(
            async ({ user_id, version, days }) =>
              await boardStub(challenge_id).report({
                challenge_id,
                user_id,
                display_name: user_id.slice(-8),
                avatar_url: null,
                version,
                days,
              }),
          ),
        );
        expect(new Set(answers)).toEqual(new Set(["ok"]));
        for (const { user_id, version, days } of reports) {
          for (const { date, seconds } of days) note(told, user_id, date, { version, seconds });
        }
        clock.advance(8 * HOUR_MS);
        await ring(challenge_id);
        if (round === 4) await evictDurableObject(boardStub(challenge_id));
        const lines = await wholeBoard(challenge_id, owner.id);
        expect(shown(lines)).toEqual(recomputed(metric, ids, told, clock.now()));
      }
    },
  );
});

type Day = { version: number; seconds: number };

function note(told: Map<string, Day>, user_id: string, date: OwnDate, day: Day): void {
  const key = `${user_id}/${date}`;
  if (day.version > (told.get(key)?.version ?? -1)) told.set(key, day);
}

describe("a board of many", () => {
  it.each(METRICS)(
    "is filled, turned, stored and mailed page by page: $metric",
    async (rules) => {
      const { metric } = rules;
      const clock = fixedClock("2026-03-09T12:00:00Z");
      const owner = await signUp();
      const { challenge_id, ids } = await crowded(owner, 620, clock.now(), rules);
      const below = chance(7);
      const days = ids.flatMap((user_id) =>
        daysFromTo(addDays(start_date, -7), end_date).flatMap((date) =>
          below(3) === 0 ? [] : [{ user_id, date, seconds: below(9_000) }],
        ),
      );
      const told = new Map(
        days.map((day) => [`${day.user_id}/${day.date}`, { version: 1, ...day }]),
      );
      const { db } = work();
      await db
        .insert(challengeDays)
        .values(days.map((day) => ({ ...day, challenge_id, reported: true, version: 1 })));

      // A trigger's instant is one run: each metric has its own.
      const muchLater =
        Date.parse("2026-03-20T00:00:00Z") + METRICS.indexOf(rules) * 15 * MINUTE_MS;
      clock.set(muchLater);
      const cron = createScheduledController({ cron: "*/15 * * * *", scheduledTime: muchLater });
      await Promise.all([
        runCron(cron, env, createExecutionContext()),
        runCron(cron, env, createExecutionContext()),
      ]);
      const expected = recomputed(metric, ids, told, muchLater);
      const mailed = async () =>
        await work()
          .db.select({ user_id: emails.user_id })
          .from(emails)
          .where(like(emails.dedupe_key, `challenge-result/${challenge_id}/%`));
      // The cron may come to it by a message, and what lost a deadlock is tried again by the clock.
      await until("everybody's mail", async () => {
        await ring(challenge_id);
        clock.advance(10 * SECOND_MS);
        return (await mailed()).length === ids.length;
      });
      expect(shown(await wholeBoard(challenge_id, owner.id))).toEqual(expected);

      const results = await resultsOf(work(), challenge_id, ids);
      const byRank = results.sort((a, b) => a.rank - b.rank || (a.user_id < b.user_id ? -1 : 1));
      expect(
        byRank.map(({ user_id, score, days_reported, rank }) => ({
          id: user_id,
          score,
          days_reported,
          rank,
        })),
      ).toEqual(expected);
      expect(byRank.filter(({ won }) => won).every(({ rank }) => rank === 1)).toBe(true);

      const mails = await mailed();
      expect(mails).toHaveLength(ids.length);
      expect(new Set(mails.map(({ user_id }) => user_id))).toEqual(new Set(ids));
    },
    60_000,
  );
});
