import { describe, expect, it } from "vitest";
import { formatInstant, MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, mailsTo, signUp, type TestUser } from "../testing/api.ts";
import {
  back,
  boardOf,
  expectBoard,
  makeChallenge,
  people,
  report,
  ring,
  turnAllDue,
  work,
  type BoardAnswer,
  type Challenge,
} from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { soon } from "../testing/until.ts";
import { resultsOf } from "./board.store.ts";
import { boardStub } from "../testing/objects.ts";

restoreClockAfterEach();
healAfterEach();

const TWO_DAYS = { start_date: "2026-03-02", end_date: "2026-03-03" };

/** Reports `seconds` of use that began at an instant. */
async function use(user: TestUser, at: string, seconds: number): Promise<void> {
  await report(user, { started_at: at, duration_seconds: seconds });
}

const scores = (board: BoardAnswer) =>
  board.entries.map(({ rank, user, score }) => [rank, user.display_name, score]);

describe("a challenge's way to its end", () => {
  it("runs, settles for the grace, then is final: stored and mailed once", async () => {
    const clock = fixedClock("2026-03-01T12:00:00Z");
    const [ada, bob, eve] = await people(clock, "Ada", "Bob", "Eve");
    const { id } = await makeChallenge(
      ada,
      { ...TWO_DAYS, missing_day_seconds: 1_000, grace_hours: 3 },
      [bob, eve],
    );
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
    await expectBoard(await back(ada), id, [
      [1, "Ada", 1_600],
      [2, "Bob", 2_000],
      [2, "Eve", 2_000],
    ]);

    clock.set("2026-03-04T02:59:00Z");
    await use(await back(bob), "2026-03-02T09:00:00Z", 100);
    await expectBoard(await back(ada), id, [
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

    const rows = await resultsOf(work(), id, [ada.id, bob.id, eve.id]);
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
    const { id } = await makeChallenge(ada, { ...TWO_DAYS, missing_day_seconds: 1_000 }, [bob]);
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
    const { id } = await makeChallenge(ada, { ...TWO_DAYS, grace_hours: 0 });
    clock.set("2026-03-04T00:00:00Z");
    await mysqlFails({ mode: "server_error" });
    await doWhatIsDue(boardStub(id));
    await mysqlFails();
    const still = await boardOf(await back(ada), id);
    expect(still.status).toBe("scheduled");
    clock.advance(MINUTE_MS);
    await ring(id);
    expect((await boardOf(await back(ada), id)).status).toBe("final");
  });

  it("is played by the zones that people have when it begins", async () => {
    const clock = fixedClock("2026-03-01T12:00:00Z");
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, TWO_DAYS, [bob]);
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
    const total = ({ user, days_total }: BoardAnswer["entries"][number]) => [
      user.display_name,
      days_total,
    ];
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
    await soon(async () =>
      expect((await boardOf(await back(ada), id)).entries.at(-1)?.score).toBe(0),
    );
  });
});
