import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { addDays, daysFromTo } from "../platform/time/dates.ts";
import { MINUTE_MS, SECOND_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, type TestUser } from "../testing/api.ts";
import {
  back,
  joinChallenge,
  linesOf,
  makeChallenge,
  people,
  report,
  reportTotal,
  ring,
  work,
  type Challenge,
} from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { soon, until } from "../testing/until.ts";
import { resultsOf } from "./board.store.ts";
import { boardStub, userStub } from "../testing/objects.ts";

restoreClockAfterEach();

const FIRST = "2026-03-02";
const LAST = "2026-03-05";
const week = daysFromTo(addDays(FIRST, -7), addDays(FIRST, -1));
const terms = { start_date: FIRST, end_date: LAST, missing_day_seconds: 5_000 };

/**
 * Ada and Bob play one challenge of each metric. Both used an hour a day in the week before; on the
 * first day Ada used 1,000 s and Bob, who is about to cheat, 2,000 s, over the goal of 1,500 s. It is
 * noon of the second day, of which nothing was reported yet.
 */
async function contest() {
  const clock = fixedClock("2026-03-01T12:00:00Z");
  const [ada, bob] = await people(clock, "Ada", "Bob");
  for (const user of [ada, bob]) for (const date of week) await reportTotal(user, date, 3_600);
  const games: Challenge[] = [];
  for (const metric of [
    { metric: "least_time" },
    { metric: "most_reduction" },
    { metric: "days_under_goal", goal_seconds: 1_500 },
  ]) {
    games.push(await makeChallenge(ada, { ...terms, ...metric }, [bob]));
  }
  const go = async (instant: string) => {
    clock.set(instant);
    for (const { id } of games) await ring(id);
    return { ada: await back(ada), bob: await back(bob) };
  };
  const first = await go("2026-03-02T12:00:00Z");
  await reportTotal(first.ada, FIRST, 1_000);
  const activity = await reportTotal(first.bob, FIRST, 2_000);
  const { ada: honest, bob: cheat } = await go("2026-03-03T12:00:00Z");
  await expectScores(honest, games, { Ada: [1_000, 72.22, 1], Bob: [2_000, 44.44, 0] });
  return { clock, games, go, ada: honest, bob: cheat, activity };
}

type Scores = Record<string, [least_time: number, most_reduction: number, days_under_goal: number]>;

/** Waits until everybody has these scores, best first, on the board of each metric. */
async function expectScores(viewer: TestUser, games: readonly Challenge[], scores: Scores) {
  const expected = games.map((_, at) => Object.entries(scores).map(([name, of]) => [name, of[at]]));
  await soon(async () => {
    const boards = await Promise.all(games.map(async ({ id }) => await linesOf(viewer, id)));
    const shown = boards.map((lines) => lines.map(({ user, score }) => [user.display_name, score]));
    expect(shown).toEqual(expected);
  });
}

/** Has MySQL hear all there is, and the boards forget all they know: what they say next comes from there. */
async function loseBoards(games: readonly Challenge[], users: readonly TestUser[]) {
  for (const user of users) await doWhatIsDue(userStub(user));
  for (const { id } of games) {
    await runInDurableObject(
      boardStub(id),
      async (_board, state) => await state.storage.deleteAll(),
    );
    await evictDurableObject(boardStub(id));
  }
}

/** Has the boards hear whatever these people's reports may still change: a flush tells them once more. */
async function settle(clock: { advance: (ms: number) => void }, ...users: TestUser[]) {
  for (const user of users) {
    await until("everything told", async () => {
      clock.advance(SECOND_MS);
      await doWhatIsDue(userStub(user));
      const find = "SELECT 1 FROM jobs WHERE kind IN ('flush', 'board')";
      return await runInDurableObject(
        userStub(user),
        (_user, { storage }) => storage.sql.exec(find).toArray().length === 0,
      );
    });
  }
}

describe("no rank is improved by", () => {
  it("silence: on a day, from the start on, or before it", async () => {
    const { games, go, ada } = await contest();
    await reportTotal(ada, "2026-03-03", 1_000);
    const { ada: later, bob } = await go("2026-03-04T12:00:00Z");
    // A silent day counts 5,000 s and is never under a goal.
    await expectScores(later, games, { Ada: [2_000, 72.22, 2], Bob: [7_000, 2.78, 0] });
    await reportTotal(bob, "2026-03-03", 2_000);
    await expectScores(later, games, { Ada: [2_000, 72.22, 2], Bob: [4_000, 44.44, 0] });

    const clock = { advance: () => undefined };
    const [silent, fresh] = await people(clock, "Silent", "Fresh");
    for (const date of week) await reportTotal(silent, date, 80_000);
    for (const user of [silent, fresh]) for (const game of games) await joinChallenge(user, game);
    for (const date of [FIRST, "2026-03-03"]) await reportTotal(fresh, date, 4_000);
    await expectScores(later, [games[0]!], {
      Ada: [2_000, 0, 0],
      Bob: [4_000, 0, 0],
      Fresh: [8_000, 0, 0],
      Silent: [10_000, 0, 0],
    });
    await expectScores(later, [games[1]!], {
      Ada: [72.22, 0, 0],
      Bob: [44.44, 0, 0],
      Silent: [0, 0, 0],
      Fresh: [-1_000, 0, 0],
    });
    const under = await linesOf(later, games[2]!.id);
    expect(under.map(({ rank, score }) => [rank, score])).toEqual([
      [1, 2],
      [2, 0],
      [2, 0],
      [2, 0],
    ]);
  });

  it("deletion", async () => {
    const { games, ada, bob, activity } = await contest();
    expect((await api(bob).delete(`/activities/${activity}`)).status).toBe(204);
    // The day is told anew as a whole by the next report of it.
    await reportTotal(bob, FIRST, 10, "tablet");
    await expectScores(ada, games, { Ada: [1_000, 72.22, 1], Bob: [2_010, 44.17, 0] });
  });

  it("a change of zone or day start", async () => {
    const { games, go, ada, bob } = await contest();
    await reportTotal(ada, "2026-03-03", 1_000);
    await api(bob).put("/users/me", { timezone: "America/Los_Angeles", day_start_minute: 600 });
    // By his own clock this is all of 2 March, a day that is over the goal already.
    const half = { started_at: "2026-03-03T01:00:00Z", duration_seconds: 1_000 };
    await report(bob, { ...half, device_id: "phone" });
    await report(bob, { ...half, device_id: "phone", started_at: "2026-03-03T09:00:00Z" });
    const { ada: later } = await go("2026-03-04T00:00:00Z");
    await expectScores(later, games, { Ada: [2_000, 72.22, 2], Bob: [4_000, 44.44, 0] });
  });

  it("moving back behind a day that was told already, and joining then", async () => {
    const { clock, games, ada } = await contest();
    const [cheat] = await people(clock, "Cy");
    // There it is the 4th already, and a date that was reached stays reached.
    clock.advance(MINUTE_MS);
    await api(cheat).put("/users/me", { timezone: "Pacific/Kiritimati" });
    clock.advance(MINUTE_MS);
    await reportTotal(cheat, "2026-03-04", 2_500);
    await api(cheat).put("/users/me", { timezone: "UTC" });
    await joinChallenge(cheat, games[0]!);
    await expectScores(ada, [games[0]!], {
      Ada: [1_000, 0, 0],
      Bob: [2_000, 0, 0],
      Cy: [7_500, 0, 0],
    });
  });

  it("leaving and coming back", async () => {
    const { games, ada, bob } = await contest();
    for (const { id } of games) await api(bob).post(`/challenges/${id}/leave`);
    await expectScores(ada, games, { Ada: [1_000, 72.22, 1] });
    for (const date of week) await reportTotal(bob, date, 80_000);
    await reportTotal(bob, "2026-03-03", 1_000);
    for (const game of games) await joinChallenge(bob, game);
    await expectScores(ada, games, { Ada: [1_000, 72.22, 1], Bob: [3_000, 44.44, 0] });
  });

  it("back-dating: more use before the start, or today's use on another day", async () => {
    const { clock, games, go, ada, bob } = await contest();
    for (const date of week) {
      await reportTotal(bob, date, 80_000);
      await reportTotal(bob, date, 80_000, "another phone");
      await report(bob, { started_at: `${date}T08:00:00Z`, duration_seconds: 36_000 });
    }
    // What he uses today, told as of the first day and of a month ago.
    await reportTotal(bob, FIRST, 3_000);
    const longAgo = { started_at: "2026-01-20T08:00:00Z", duration_seconds: 1_000 };
    expect((await api(bob).post("/activities", { app: "instagram", ...longAgo })).status).toBe(422);
    await reportTotal(ada, "2026-03-03", 1_000);
    await settle(clock, ada, bob);
    const scores: Scores = { Ada: [2_000, 72.22, 1], Bob: [3_000, 16.67, 0] };
    await expectScores(ada, games, scores);
    clock.advance(MINUTE_MS);
    await loseBoards(games, [ada, bob]);
    await expectScores(ada, games, scores);
    const { ada: later } = await go("2026-03-04T00:00:00Z");
    await expectScores(later, games, { Ada: [2_000, 72.22, 2], Bob: [8_000, -11.11, 0] });
  });

  it("a second phone", async () => {
    const { games, go, ada, bob } = await contest();
    await reportTotal(bob, FIRST, 0, "tablet");
    await reportTotal(bob, FIRST, 10, "tablet");
    for (const date of week) await reportTotal(bob, date, 50_000, "tablet");
    await api(bob).post("/activities", { items: [], reported_dates: [FIRST] });
    await reportTotal(bob, "2026-03-03", 1_000);
    await reportTotal(bob, "2026-03-03", 900, "tablet");
    await reportTotal(ada, "2026-03-03", 1_000);
    const { ada: later } = await go("2026-03-04T00:00:00Z");
    await expectScores(later, games, { Ada: [2_000, 72.22, 2], Bob: [3_910, 45.69, 0] });
  });

  it("anything after the end", async () => {
    const { clock, games, go, ada, bob, activity } = await contest();
    for (const [user, seconds] of [
      [ada, 1_000],
      [bob, 2_000],
    ] as const) {
      await reportTotal(user, "2026-03-03", seconds);
    }
    // Over for everybody, and no day after the last one counts.
    const { bob: late } = await go("2026-03-06T06:00:00Z");
    await reportTotal(late, "2026-03-06", 1);
    await settle(clock, ada, late);
    const scores: Scores = { Ada: [12_000, 16.67, 2], Bob: [14_000, 2.78, 0] };
    await expectScores(late, games, scores);
    const { ada: winner, bob: loser } = await go("2026-03-06T12:00:00Z");
    await api(loser).delete(`/activities/${activity}`);
    await api(loser).post("/activities", { items: [], reported_dates: [LAST] });
    await reportTotal(loser, LAST, 0);
    await api(loser).put("/users/me", { timezone: "Asia/Tokyo" });
    for (const { id } of games) {
      const left = await api(loser).post<{ code: string }>(`/challenges/${id}/leave`);
      expect(left.body.code).toBe("challenge_over");
    }
    await settle(clock, loser);
    await expectScores(winner, games, scores);
    for (const [at, { id }] of games.entries()) {
      const rows = await resultsOf(work(), id, [ada.id, bob.id]);
      expect(rows.sort((a, b) => a.rank - b.rank)).toMatchObject([
        { user_id: ada.id, rank: 1, score: scores["Ada"]![at], won: true },
        { user_id: bob.id, rank: 2, score: scores["Bob"]![at], won: false },
      ]);
    }
  });
});
