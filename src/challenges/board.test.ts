import { randomUUID } from "node:crypto";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, signUp, type TestUser } from "../testing/api.ts";
import {
  back,
  boardOf,
  expectBoard,
  joinChallenge,
  makeChallenge,
  people,
  report,
  ring,
  work,
  type BoardAnswer,
} from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { soon } from "../testing/until.ts";
import { challenges } from "./challenges.table.ts";
import { boardStub, userStub } from "../testing/objects.ts";

restoreClockAfterEach();
healAfterEach();

const NOON = "2026-03-02T12:00:00Z";
const TWO_DAYS = { start_date: "2026-03-02", end_date: "2026-03-03" };

/** Reports `seconds` of use that began at an instant. */
async function use(user: TestUser, at: string, seconds: number, app = "instagram"): Promise<void> {
  await report(user, { app, started_at: at, duration_seconds: seconds });
}

const scores = (board: BoardAnswer) =>
  board.entries.map(({ rank, user, score }) => [rank, user.display_name, score]);

describe("a board", () => {
  it("shows usage of the counted apps as soon as a phone has told of it", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(
      ada,
      { ...TWO_DAYS, apps: ["com.instagram.android"], categories: ["video"] },
      [bob],
    );
    await use(ada, "2026-03-02T09:00:00Z", 600);
    await use(ada, "2026-03-02T10:00:00Z", 60, "youtube.com");
    await use(ada, "2026-03-02T11:00:00Z", 900, "org.example.reader");
    await use(bob, "2026-03-02T09:00:00Z", 30);
    await expectBoard(ada, id, [
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
    await expectBoard(ada, id, [
      [1, "Ada", 660],
      [2, "Bob", 730],
    ]);
    await soon(async () => expect((await boardOf(ada, id)).version).toBeGreaterThan(version));
  });

  it("counts an app that the catalogue came to know only after the challenge was made", async () => {
    const clock = fixedClock(NOON);
    const [ada] = await people(clock, "Ada");
    const { id } = await makeChallenge(ada, { ...TWO_DAYS, apps: ["org.example.own"] });
    const { db } = work();
    const apps = ["com.burbn.instagram"];
    await db.update(challenges).set({ apps }).where(eq(challenges.id, id));
    const session = await back(ada);
    await use(session, "2026-03-02T09:00:00Z", 600, "com.instagram.android");
    await expectBoard(session, id, [[1, "Ada", 600]]);
    const seen = await api(session).get<{ apps: string[] }>(`/challenges/${id}`);
    expect(seen.body.apps).toEqual(["instagram"]);
  });

  it("gives equal scores one rank, and its lines in pages and around the caller", async () => {
    const clock = fixedClock(NOON);
    const [a, b, c, d, e] = await people(clock, "A", "B", "C", "D", "E");
    const { id } = await makeChallenge(a, TWO_DAYS, [b, c, d, e]);
    for (const [user, seconds] of [
      [a, 10],
      [b, 20],
      [c, 20],
      [d, 40],
      [e, 50],
    ] as const) {
      await use(user, "2026-03-02T09:00:00Z", seconds);
    }
    await expectBoard(a, id, [
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
    await soon(async () => expect((await boardOf(a, id)).me?.score).toBe(100));
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
    const { id } = await makeChallenge(ada, { ...TWO_DAYS, missing_day_seconds: 5_000 }, [
      bob,
      cem,
    ]);
    await use(cem, "2026-03-02T19:00:00Z", 60);
    await expectBoard(cem, id, [
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
    const { id } = await makeChallenge(ada, { ...TWO_DAYS, missing_day_seconds: 100 }, [bob]);
    await api(ada).post("/activities", { items: [], reported_dates: ["2026-03-02"] });
    await soon(async () => expect((await boardOf(ada, id)).me?.days_reported).toBe(1));
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
    const { id } = await makeChallenge(ada, TWO_DAYS, [bob]);
    await use(bob, "2026-03-02T09:00:00Z", 600);
    await expectBoard(ada, id, [
      [1, "Ada", 0],
      [2, "Bob", 600],
    ]);
    await api(bob).post(`/challenges/${id}/leave`);
    const without = await boardOf(bob, id);
    expect(without).toMatchObject({ total: 1, me: null });
    await use(bob, "2026-03-02T11:00:00Z", 60);
    await joinChallenge(bob, { id, invite_code: null });
    await expectBoard(ada, id, [
      [1, "Ada", 0],
      [2, "Bob", 660],
    ]);
  });

  it("shows a new name at once", async () => {
    const clock = fixedClock(NOON);
    const [ada] = await people(clock, "Ada");
    const { id } = await makeChallenge(ada, TWO_DAYS);
    await use(ada, "2026-03-02T09:00:00Z", 1);
    await expectBoard(ada, id, [[1, "Ada", 1]]);
    await api(ada).put("/users/me", { display_name: "Countess" });
    await expectBoard(ada, id, [[1, "Countess", 1]]);
  });

  it("is the same after sleep, and after all it knew was lost", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob, cem] = await people(clock, "Ada", "Bob", "Cem");
    const { id } = await makeChallenge(ada, TWO_DAYS, [bob, cem]);
    await use(ada, "2026-03-02T09:00:00Z", 300);
    await use(bob, "2026-03-02T09:00:00Z", 200);
    await use(cem, "2026-03-02T09:00:00Z", 100);
    await api(cem).post(`/challenges/${id}/leave`);
    const expected: [number, string, number][] = [
      [1, "Bob", 200],
      [2, "Ada", 300],
    ];
    await expectBoard(ada, id, expected);
    await evictDurableObject(boardStub(id));
    expect(scores(await boardOf(ada, id))).toEqual(expected);

    clock.advance(MINUTE_MS);
    for (const user of [ada, bob, cem]) {
      await doWhatIsDue(userStub(user));
    }
    await runInDurableObject(
      boardStub(id),
      async (_board, state) => await state.storage.deleteAll(),
    );
    await evictDurableObject(boardStub(id));
    expect(scores(await boardOf(ada, id))).toEqual(expected);
    await joinChallenge(cem, { id, invite_code: null });
    await expectBoard(ada, id, [
      [1, "Cem", 100],
      [2, "Bob", 200],
      [3, "Ada", 300],
    ]);
  });

  it("goes on while the database is away", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, TWO_DAYS, [bob]);
    await expectBoard(ada, id, [
      [1, "Ada", 0],
      [1, "Bob", 0],
    ]);
    await mysqlFails({ mode: "refused" });
    await use(ada, "2026-03-02T09:00:00Z", 600);
    await expectBoard(bob, id, [
      [1, "Bob", 0],
      [2, "Ada", 600],
    ]);
    const away = await api(bob).get(`/challenges/${id}`);
    expect(away).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
    const unknown = await api(bob).get(`/challenges/${randomUUID()}/leaderboard`);
    expect(unknown).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
  });

  it("leaves nothing behind of a challenge that is not there", async () => {
    const ada = await signUp();
    const nowhere = randomUUID();
    expect((await api(ada).get(`/challenges/${nowhere}/leaderboard`)).status).toBe(404);
    await runInDurableObject(boardStub(nowhere), (_board, state) => {
      const tables = state.storage.sql.exec("SELECT name FROM sqlite_master").toArray();
      expect(tables).toEqual([]);
    });
  });
});
