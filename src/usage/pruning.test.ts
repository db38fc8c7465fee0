import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { rowsIn } from "../testing/database.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

type Clock = ReturnType<typeof fixedClock>;
type Page = { data: { id: string }[] };

const insta = (started_at: string, duration_seconds: number, more: object = {}) => ({
  app: "com.instagram.android",
  device_id: "phone",
  started_at,
  duration_seconds,
  ...more,
});

async function report(user: TestUser, body: object): Promise<string[]> {
  const { status, body: answer } = await api(user).post<{
    receipts: { id: string; status: string }[];
  }>("/activities", body);
  expect(status).toBe(200);
  expect(answer.receipts.map((receipt) => receipt.status)).not.toContain("rejected");
  return answer.receipts.map(({ id }) => id);
}

/** Runs what is due in the user's object, a second later. */
async function runJobs(user: TestUser, clock: Clock): Promise<void> {
  clock.advance(1_000);
  await doWhatIsDue(userStub(user));
}

/** The same user once the clock is there; by then their session has ended. */
async function later(user: TestUser, clock: Clock, instant: string): Promise<TestUser> {
  clock.set(instant);
  return { ...user, ...(await signIn(user)) };
}

/** How many rows the object keeps in each of the ledger's tables. */
async function kept(user: TestUser): Promise<Record<string, number>> {
  return await runInDurableObject(userStub(user), (_object, { storage }) =>
    Object.fromEntries(
      ["intervals", "totals", "reported", "devices", "outbox"].map((table) => [
        table,
        storage.sql.exec<{ rows: number }>(`SELECT count(*) AS rows FROM ${table}`).one().rows,
      ]),
    ),
  );
}

async function totalsOf(user: TestUser): Promise<Record<string, number>> {
  const rows = await rowsIn<{ date: string; seconds: number }>(
    "select date, seconds from daily_usage where user_id = ? and scope = 'total' order by date",
    user.id,
  );
  return Object.fromEntries(rows.map(({ date, seconds }) => [date, seconds]));
}

const NOTHING = { intervals: 0, totals: 0, reported: 0, devices: 0, outbox: 0 };

describe("what a user's object lets go of", () => {
  it("is all of it, 36 days later, and MySQL and the history still hold it", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const old = insta("2026-03-09T10:00:00Z", 600);
    const ids = await report(ada, {
      items: [
        old,
        insta("2026-03-10T10:00:00Z", 300),
        {
          kind: "day_total",
          app: "x.com",
          device_id: "tablet",
          date: "2026-03-10",
          total_seconds: 60,
        },
      ],
      reported_dates: ["2026-03-08"],
    });
    await runJobs(ada, clock);
    expect(await kept(ada)).toEqual({
      ...NOTHING,
      intervals: 2,
      totals: 1,
      reported: 1,
      devices: 1,
    });
    const before = await totalsOf(ada);
    expect(before).toEqual({ "2026-03-08": 0, "2026-03-09": 600, "2026-03-10": 360 });

    const back = await later(ada, clock, "2026-04-15T12:00:10Z");
    await runJobs(back, clock);
    expect(await kept(back)).toEqual(NOTHING);
    expect(await totalsOf(back)).toEqual(before);
    const { body } = await api(back).get<Page>("/activities");
    expect(body.data.map(({ id }) => id).sort()).toEqual(ids.sort());

    const resent = await api(back).post<{ receipts: object[] }>("/activities", { items: [old] });
    expect(resent.body.receipts).toMatchObject([{ status: "rejected", reason: "too_old" }]);
    expect((await api(back).post("/activities", old)).status).toBe(422);
    await runJobs(back, clock);
    expect(await totalsOf(back)).toEqual(before);
  });

  it("is all of it too where only days were vouched for", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    await report(ada, { reported_dates: ["2026-03-08", "2026-03-09"] });
    for (const day of ["03-10T12:00:05", "03-12T12:00:00", "04-15T12:00:00"]) {
      clock.set(`2026-${day}Z`);
      await runJobs(ada, clock);
    }
    expect(await kept(ada)).toEqual(NOTHING);
  });

  it("is nothing while MySQL does not hold it", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    await report(ada, { items: [insta("2026-03-09T10:00:00Z", 600)] });
    clock.set("2026-04-15T12:00:00Z");
    await runInDurableObject(userStub(ada), (_object, { storage }) => {
      // As though the flush had failed ever since.
      storage.sql.exec("UPDATE jobs SET due_at = due_at + 1e12 WHERE kind = 'flush'");
    });
    await runJobs(ada, clock);
    expect(await kept(ada)).toMatchObject({ intervals: 1, outbox: 1 });
  });

  it("is no part of a day that an item may still come in for", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp({ timezone: "Europe/Paris" });
    // The 8th of February in Paris; the first reaches into it from the evening before.
    await report(ada, {
      items: [
        insta("2026-02-07T23:30:00+01:00", 3_000),
        insta("2026-02-08T00:30:00+01:00", 600),
        {
          kind: "day_total",
          app: "x.com",
          device_id: "tablet",
          date: "2026-02-08",
          total_seconds: 60,
        },
      ],
    });
    await runJobs(ada, clock);
    expect(await totalsOf(ada)).toEqual({ "2026-02-07": 1_800, "2026-02-08": 1_860 });

    // 31 days after its last hour: the last minute in which anything of that day is taken.
    const back = await later(ada, clock, "2026-03-11T22:00:00Z");
    await runJobs(back, clock);
    await report(back, { items: [insta("2026-02-08T23:00:01+01:00", 7_200)] });
    await runJobs(back, clock);
    expect(await totalsOf(back)).toEqual({
      "2026-02-07": 1_800,
      "2026-02-08": 1_860 + 3_599,
      "2026-02-09": 3_601,
    });
  });
});

describe("deleting an item of a day that the object has let go of in part", () => {
  it("takes that item out of the day and nothing else, and changes no board", async () => {
    const clock = fixedClock("2026-03-01T21:00:00Z");
    const ada = await signUp();
    const created = await api(ada).post<{ id: string }>("/challenges", {
      name: "Less",
      start_date: "2026-03-01",
      end_date: "2026-05-20",
    });
    expect(created.status).toBe(201);
    const [, evening = ""] = await report(ada, {
      items: [insta("2026-03-01T01:00:00Z", 600), insta("2026-03-01T20:00:00Z", 300)],
    });
    await runJobs(ada, clock);
    const back = await later(ada, clock, "2026-04-05T12:00:00Z");
    await runJobs(back, clock);
    expect(await kept(back)).toMatchObject({ intervals: 1 });

    expect((await api(back).delete(`/activities/${evening}`)).status).toBe(204);
    await runJobs(back, clock);
    expect(await totalsOf(back)).toEqual({ "2026-03-01": 600 });
    const board = await rowsIn(
      "select date, seconds from challenge_days where challenge_id = ? and date = '2026-03-01'",
      created.body.id,
    );
    expect(board).toEqual([{ date: "2026-03-01", seconds: 900 }]);
    const { body } = await api(back).get<Page>("/activities");
    expect(body.data).toHaveLength(1);
    expect((await api(back).delete(`/activities/${evening}`)).status).toBe(204);
    expect(await totalsOf(back)).toEqual({ "2026-03-01": 600 });
  });
});
