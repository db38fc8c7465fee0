import { randomUUID } from "node:crypto";
import {
  createExecutionContext,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { inject, describe, expect, it, vi } from "vitest";
import { jobContext } from "../platform/context.ts";
import { formatInstant, MINUTE_MS } from "../platform/time/instant.ts";
import { api, mailsTo, signIn, signUp, type TestUser } from "../testing/api.ts";
import { turnAllDue } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import type { BoardPage, Entry } from "./board-entry.ts";
import { resultsOf } from "./board.store.ts";
import { challenges } from "./challenges.table.ts";

restoreClockAfterEach();

type Board = BoardPage & { next_cursor: string | null };
type Challenge = { id: string; status: string; participant_count: number };

const NOON = "2026-03-02T12:00:00Z";
const twoDays = { name: "Two days", start_date: "2026-03-02", end_date: "2026-03-03" };

const stubOf = (id: string) => env.BOARD.get(env.BOARD.idFromName(id));

/** Signs people up one after the other: equal scores stand in the order of their ids. */
async function people<const Names extends readonly string[]>(
  clock: { advance: (ms: number) => void },
  ...names: Names
): Promise<{ -readonly [At in keyof Names]: TestUser }> {
  const all: TestUser[] = [];
  for (const display_name of names) {
    clock.advance(1);
    all.push(await signUp({ display_name }));
  }
  return all as { -readonly [At in keyof Names]: TestUser };
}

async function make(owner: TestUser, others: TestUser[], more: object = {}): Promise<string> {
  const made = await api(owner).post<Challenge>("/challenges", { ...twoDays, ...more });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  for (const one of others) await join(one, made.body.id);
  return made.body.id;
}

async function join(user: TestUser, id: string): Promise<void> {
  const joined = await api(user).post(`/challenges/${id}/join`);
  if (joined.status !== 200) throw new Error(JSON.stringify(joined.body));
}

/** Reports `seconds` of use that began at an instant. */
async function use(user: TestUser, at: string, seconds: number, app = "instagram"): Promise<void> {
  const taken = await api(user).post("/activities", {
    app,
    started_at: at,
    duration_seconds: seconds,
  });
  if (taken.status !== 201) throw new Error(JSON.stringify(taken.body));
}

async function boardOf(user: TestUser, id: string, query = ""): Promise<Board> {
  const { status, body } = await api(user).get<Board>(`/challenges/${id}/leaderboard${query}`);
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

const scores = (board: Board) =>
  board.entries.map(({ rank, user, score }) => [rank, user.display_name, score]);

/** Waits for what follows an answer: phones are answered before their boards have heard. */
async function expectScores(user: TestUser, id: string, expected: unknown[][]): Promise<void> {
  await vi.waitFor(async () => expect(scores(await boardOf(user, id))).toEqual(expected), 5_000);
}

/** Has the board do what is due by the clock. */
async function ring(id: string): Promise<void> {
  for (let times = 0; times < 5; times += 1) await runDurableObjectAlarm(stubOf(id));
}

/** Signs in again: tokens do not outlive the days that pass here. */
async function back(user: TestUser): Promise<TestUser> {
  return { ...user, ...(await signIn(user)) };
}

async function failDatabase(faults: object[]): Promise<void> {
  const url = `http://${new URL(inject("planetscaleUrl")).host}/_faults`;
  await fetch(url, { method: "POST", body: JSON.stringify(faults) });
}

describe("a board", () => {
  it("shows usage of the counted apps as soon as a phone has told of it", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const id = await make(ada, [bob], { apps: ["com.instagram.android"], categories: ["video"] });
    await use(ada, "2026-03-02T09:00:00Z", 600);
    await use(ada, "2026-03-02T10:00:00Z", 60, "youtube.com");
    await use(ada, "2026-03-02T11:00:00Z", 900, "org.example.reader");
    await use(bob, "2026-03-02T09:00:00Z", 30);
    await expectScores(ada, id, [
      [1, "Bob", 30],
      [2, "Ada", 660],
    ]);
    const board = await boardOf(ada, id);
    expect(board).toMatchObject({ status: "running", total: 2, next_cursor: null });
    expect(board.me).toEqual({
      rank: 2,
      user: { id: ada.id, display_name: "Ada", avatar_url: null },
      score: 660,
      coverage: 1,
      days_reported: 1,
      days_total: 1,
    });
    const version = board.version;
    await use(bob, "2026-03-02T11:00:00Z", 700);
    await expectScores(ada, id, [
      [1, "Ada", 660],
      [2, "Bob", 730],
    ]);
    await vi.waitFor(async () => expect((await boardOf(ada, id)).version).toBeGreaterThan(version));
  });

  it("counts an app that the catalogue came to know only after the challenge was made", async () => {
    const clock = fixedClock(NOON);
    const [ada] = await people(clock, "Ada");
    const id = await make(ada, [], { apps: ["org.example.own"] });
    const { db } = jobContext(env, createExecutionContext(), "test");
    const apps = ["com.burbn.instagram"];
    await db.update(challenges).set({ apps }).where(eq(challenges.id, id));
    const session = await back(ada);
    await use(session, "2026-03-02T09:00:00Z", 600, "com.instagram.android");
    await expectScores(session, id, [[1, "Ada", 600]]);
    const seen = await api(session).get<{ apps: string[] }>(`/challenges/${id}`);
    expect(seen.body.apps).toEqual(["instagram"]);
  });

  it("gives equal scores one rank, and its lines in pages and around the caller", async () => {
    const clock = fixedClock(NOON);
    const [a, b, c, d, e] = await people(clock, "A", "B", "C", "D", "E");
    const id = await make(a, [b, c, d, e]);
    for (const [user, seconds] of [
      [a, 10],
      [b, 20],
      [c, 20],
      [d, 40],
      [e, 50],
    ] as const) {
      await use(user, "2026-03-02T09:00:00Z", seconds);
    }
    await expectScores(a, id, [
      [1, "A", 10],
      [2, "B", 20],
      [2, "C", 20],
      [4, "D", 40],
      [5, "E", 50],
    ]);
    const first = await boardOf(e, id, "?limit=2");
    expect(scores(first)).toEqual([
      [1, "A", 10],
      [2, "B", 20],
    ]);
    expect(first.me?.rank).toBe(5);
    await use(a, "2026-03-02T10:00:00Z", 90);
    await vi.waitFor(async () => expect((await boardOf(a, id)).me?.score).toBe(100));
    const second = await boardOf(e, id, `?limit=2&cursor=${first.next_cursor}`);
    expect(scores(second)).toEqual([
      [1, "C", 20],
      [3, "D", 40],
    ]);
    const around = await boardOf(d, id, "?around=me&limit=3");
    expect(scores(around)).toEqual([
      [1, "C", 20],
      [3, "D", 40],
      [4, "E", 50],
    ]);
    const edge = await boardOf(a, id, "?around=me&limit=2");
    expect(scores(edge)).toEqual([
      [4, "E", 50],
      [5, "A", 100],
    ]);
    const wrong = await api(a).get(
      `/challenges/${id}/leaderboard?around=me&cursor=${first.next_cursor}`,
    );
    expect(wrong.status).toBe(422);
  });

  it("counts a day of silence once it is over, in each one's own zone", async () => {
    const clock = fixedClock("2026-03-02T20:00:00Z");
    const ada = await signUp({ display_name: "Ada", timezone: "Europe/Paris" });
    clock.advance(1);
    const bob = await signUp({ display_name: "Bob", timezone: "America/New_York" });
    const cem = await signUp({ display_name: "Cem", timezone: "Europe/Paris" });
    const id = await make(ada, [bob, cem], { missing_day_seconds: 5_000 });
    await use(cem, "2026-03-02T19:00:00Z", 60);
    await expectScores(cem, id, [
      [1, "Ada", 0],
      [1, "Bob", 0],
      [3, "Cem", 60],
    ]);
    clock.set("2026-03-02T23:00:00Z");
    await ring(id);
    const paris = await boardOf(await back(cem), id);
    expect(scores(paris)).toEqual([
      [1, "Bob", 0],
      [2, "Cem", 60],
      [3, "Ada", 5_000],
    ]);
    expect(
      paris.entries.map((line) => [line.days_total, line.days_reported, line.coverage]),
    ).toEqual([
      [1, 0, 1],
      [2, 1, 1],
      [2, 0, 0],
    ]);
    clock.set("2026-03-03T05:00:00Z");
    await ring(id);
    const newYork = await boardOf(await back(cem), id);
    expect(scores(newYork)).toEqual([
      [1, "Cem", 60],
      [2, "Ada", 5_000],
      [2, "Bob", 5_000],
    ]);
  });

  it("counts a day that a phone vouches for as it is, even without usage", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const id = await make(ada, [bob], { missing_day_seconds: 100 });
    await api(ada).post("/activities", { items: [], reported_dates: ["2026-03-02"] });
    await vi.waitFor(async () => expect((await boardOf(ada, id)).me?.days_reported).toBe(1));
    clock.set("2026-03-03T00:00:00Z");
    await ring(id);
    expect(scores(await boardOf(await back(ada), id))).toEqual([
      [1, "Ada", 0],
      [2, "Bob", 100],
    ]);
  });

  it("keeps the score of who leaves and comes back", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const id = await make(ada, [bob]);
    await use(bob, "2026-03-02T09:00:00Z", 600);
    await expectScores(ada, id, [
      [1, "Ada", 0],
      [2, "Bob", 600],
    ]);
    await api(bob).post(`/challenges/${id}/leave`);
    const without = await boardOf(bob, id);
    expect(without).toMatchObject({ total: 1, me: null });
    await use(bob, "2026-03-02T11:00:00Z", 60);
    await join(bob, id);
    await expectScores(ada, id, [
      [1, "Ada", 0],
      [2, "Bob", 660],
    ]);
  });

  it("shows a new name at once", async () => {
    const clock = fixedClock(NOON);
    const [ada] = await people(clock, "Ada");
    const id = await make(ada, []);
    await use(ada, "2026-03-02T09:00:00Z", 1);
    await expectScores(ada, id, [[1, "Ada", 1]]);
    await api(ada).put("/users/me", { display_name: "Countess" });
    await expectScores(ada, id, [[1, "Countess", 1]]);
  });

  it("is the same after sleep, and after all it knew was lost", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob, cem] = await people(clock, "Ada", "Bob", "Cem");
    const id = await make(ada, [bob, cem]);
    await use(ada, "2026-03-02T09:00:00Z", 300);
    await use(bob, "2026-03-02T09:00:00Z", 200);
    await use(cem, "2026-03-02T09:00:00Z", 100);
    await api(cem).post(`/challenges/${id}/leave`);
    const expected = [
      [1, "Bob", 200],
      [2, "Ada", 300],
    ];
    await expectScores(ada, id, expected);
    await evictDurableObject(stubOf(id));
    expect(scores(await boardOf(ada, id))).toEqual(expected);

    clock.advance(MINUTE_MS);
    for (const user of [ada, bob, cem]) {
      await runDurableObjectAlarm(env.USER.get(env.USER.idFromName(user.id)));
    }
    await runInDurableObject(stubOf(id), async (_board, state) => await state.storage.deleteAll());
    await evictDurableObject(stubOf(id));
    expect(scores(await boardOf(ada, id))).toEqual(expected);
    await join(cem, id);
    await expectScores(ada, id, [
      [1, "Cem", 100],
      [2, "Bob", 200],
      [3, "Ada", 300],
    ]);
  });

  it("goes on while the database is away", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const id = await make(ada, [bob]);
    await expectScores(ada, id, [
      [1, "Ada", 0],
      [1, "Bob", 0],
    ]);
    await failDatabase([{ mode: "refused" }]);
    try {
      await use(ada, "2026-03-02T09:00:00Z", 600);
      await expectScores(bob, id, [
        [1, "Bob", 0],
        [2, "Ada", 600],
      ]);
      const away = await api(bob).get(`/challenges/${id}`);
      expect(away).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
      const unknown = await api(bob).get(`/challenges/${randomUUID()}/leaderboard`);
      expect(unknown).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
    } finally {
      await failDatabase([]);
    }
  });

  it("leaves nothing behind of a challenge that is not there", async () => {
    const ada = await signUp();
    const nowhere = randomUUID();
    expect((await api(ada).get(`/challenges/${nowhere}/leaderboard`)).status).toBe(404);
    await runInDurableObject(stubOf(nowhere), (_board, state) => {
      const tables = state.storage.sql.exec("SELECT name FROM sqlite_master").toArray();
      expect(tables).toEqual([]);
    });
  });
});

describe("a challenge's way to its end", () => {
  it("runs, settles for the grace, then is final: stored and mailed once", async () => {
    const clock = fixedClock("2026-03-01T12:00:00Z");
    const [ada, bob, eve] = await people(clock, "Ada", "Bob", "Eve");
    const id = await make(ada, [bob, eve], { missing_day_seconds: 1_000, grace_hours: 3 });
    await api(eve).put("/users/me", { settings: { challenge_emails: false } });
    const statusNow = async () =>
      (await api(await back(ada)).get<Challenge>(`/challenges/${id}`)).body.status;
    expect(await statusNow()).toBe("scheduled");

    clock.set("2026-03-02T00:00:00Z");
    await ring(id);
    expect(await statusNow()).toBe("running");

    clock.set("2026-03-03T12:00:00Z");
    await use(await back(ada), "2026-03-03T09:00:00Z", 600);
    clock.set("2026-03-04T00:00:00Z");
    await ring(id);
    expect(await statusNow()).toBe("settling");
    const late = await api(await signUp()).post(`/challenges/${id}/join`);
    expect(late).toMatchObject({ status: 409, body: { code: "challenge_over" } });
    await expectScores(await back(ada), id, [
      [1, "Ada", 1_600],
      [2, "Bob", 2_000],
      [2, "Eve", 2_000],
    ]);

    clock.set("2026-03-04T02:59:00Z");
    await use(await back(bob), "2026-03-02T09:00:00Z", 100);
    await expectScores(await back(ada), id, [
      [1, "Bob", 1_100],
      [2, "Ada", 1_600],
      [3, "Eve", 2_000],
    ]);

    clock.set("2026-03-04T03:00:00Z");
    await ring(id);
    expect(await statusNow()).toBe("final");
    await use(await back(ada), "2026-03-02T10:00:00Z", 1);
    await ring(id);
    const final = await boardOf(await back(ada), id);
    expect(scores(final)).toEqual([
      [1, "Bob", 1_100],
      [2, "Ada", 1_600],
      [3, "Eve", 2_000],
    ]);
    const left = await api(await back(bob)).post(`/challenges/${id}/leave`);
    expect(left).toMatchObject({ status: 409, body: { code: "challenge_over" } });

    const ctx = jobContext(env, createExecutionContext(), "test");
    const rows = await resultsOf(ctx, id, [ada.id, bob.id, eve.id]);
    expect(rows.sort((a, b) => a.rank - b.rank)).toMatchObject([
      { user_id: bob.id, rank: 1, score: 1_100, won: true, days_reported: 1, days_total: 2 },
      { user_id: ada.id, rank: 2, score: 1_600, won: false },
      { user_id: eve.id, rank: 3, score: 2_000, won: false, days_reported: 0 },
    ]);

    await turnAllDue(clock.now());
    await ring(id);
    const sent = async (user: TestUser) =>
      (await mailsTo(user.email)).filter((mail) => mail.tag === "challenge-result");
    expect(await sent(bob)).toHaveLength(1);
    expect(await sent(ada)).toHaveLength(1);
    expect(await sent(eve)).toHaveLength(0);
    expect((await sent(ada))[0]?.text).toContain(`/challenges/${id}`);
  });

  it("is taken by the cron where the alarm was missed, also twice and all of it at once", async () => {
    const clock = fixedClock("2026-03-01T12:00:00Z");
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const id = await make(ada, [bob], { missing_day_seconds: 1_000 });
    const muchLater = Date.parse("2026-03-10T00:00:00Z");
    const runs = await Promise.all([turnAllDue(muchLater), turnAllDue(muchLater)]);
    for (const { due, failed } of runs) {
      expect(due).toBeGreaterThan(0);
      expect(failed).toBe(0);
    }
    clock.set(muchLater);
    expect((await turnAllDue(muchLater)).due).toBe(0);
    const board = await boardOf(await back(ada), id);
    expect(board.status).toBe("final");
    expect(scores(board)).toEqual([
      [1, "Ada", 2_000],
      [1, "Bob", 2_000],
    ]);
  });

  it("turns late, but turns, when the database was away at the time", async () => {
    const clock = fixedClock("2026-03-01T12:00:00Z");
    const [ada] = await people(clock, "Ada");
    const id = await make(ada, [], { grace_hours: 0 });
    clock.set("2026-03-04T00:00:00Z");
    await failDatabase([{ mode: "server_error" }]);
    try {
      await runDurableObjectAlarm(stubOf(id));
    } finally {
      await failDatabase([]);
    }
    const still = await boardOf(await back(ada), id);
    expect(still.status).toBe("scheduled");
    clock.advance(MINUTE_MS);
    await ring(id);
    expect((await boardOf(await back(ada), id)).status).toBe("final");
  });

  it("is played by the zones that people have when it begins", async () => {
    const clock = fixedClock("2026-03-01T12:00:00Z");
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const id = await make(ada, [bob]);
    await api(bob).put("/users/me", { timezone: "America/Los_Angeles" });
    await api(ada).put("/users/me", { timezone: "America/New_York" });
    clock.set("2026-03-02T00:00:00Z");
    await ring(id);
    const early = await boardOf(await back(ada), id);
    expect(early.status).toBe("scheduled");
    clock.set("2026-03-02T05:00:00Z");
    await ring(id);
    const begun = await boardOf(await back(ada), id);
    expect(begun.status).toBe("running");
    const total = ({ user, days_total }: Entry) => [user.display_name, days_total];
    expect(begun.entries.map(total)).toEqual([
      ["Ada", 1],
      ["Bob", 0],
    ]);
    await api(await back(bob)).put("/users/me", { timezone: "Asia/Tokyo" });
    clock.set("2026-03-02T08:00:00Z");
    await ring(id);
    const frozen = await boardOf(await back(ada), id);
    expect(frozen.entries.map(total)).toEqual([
      ["Ada", 1],
      ["Bob", 1],
    ]);
    clock.set("2026-03-02T12:00:00Z");
    await use(await back(bob), formatInstant(Date.parse("2026-03-02T07:30:00Z")), 1_200);
    // Half past seven in London is half past eleven the evening before in Los Angeles.
    await vi.waitFor(async () =>
      expect((await boardOf(await back(ada), id)).entries.at(-1)?.score).toBe(0),
    );
  });
});
