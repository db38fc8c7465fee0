import {
  createExecutionContext,
  abortAllDurableObjects,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { MINUTE_MS, SECOND_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, mailsTo, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fileOf, isStored, putAvatar, untilGone } from "../testing/avatars.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { png } from "../testing/images.ts";
import { countRows, testDatabase } from "../testing/database.ts";
import { keptIn, tracesInMySql, untilErased } from "../testing/traces.ts";
import { until, soon } from "../testing/until.ts";
import { healAfterEach, mysqlFails, mysqlFaultsLeft } from "../testing/faults.ts";
import { sweepErasures } from "../users/users.jobs.ts";
import { boardStub, userStub } from "../testing/objects.ts";

restoreClockAfterEach();

healAfterEach();

const boardObject = (id: string) => boardStub(id);
const remove = async (user: TestUser) =>
  await api(user).delete("/users/me", { password: user.password });

const itemsOf = async ({ id }: TestUser) => await countRows("activities where user_id = ?", id);

async function use(user: TestUser, at: number, seconds = 30) {
  return await api(user).post("/activities", {
    app: "instagram.com",
    started_at: new Date(at).toISOString(),
    duration_seconds: seconds,
  });
}

/** Two people in a challenge that is final, one that runs and belongs to the first, one that she left. */
async function people(clock: { set: (at: string) => void; advance: (ms: number) => void }) {
  clock.set("2026-03-02T12:00:00Z");
  let ada = await signUp({ display_name: "Ada" });
  let bob = await signUp({ display_name: "Bob" });
  const make = async (more: object) => {
    const made = await api(ada).post<{ id: string }>("/challenges", { name: "Less", ...more });
    await api(bob).post(`/challenges/${made.body.id}/join`);
    return made.body.id;
  };
  const day = { start_date: "2026-03-02", end_date: "2026-03-02", grace_hours: 0 };
  const final = await make(day);
  await use(ada, Date.parse("2026-03-02T09:00:00Z"));
  clock.advance(SECOND_MS);
  await doWhatIsDue(userStub(ada));
  return {
    final,
    make,
    /** Signs both in again on the next day, when the first challenge is over. */
    async nextDay() {
      clock.set("2026-03-03T12:00:00Z");
      ada = { ...ada, ...(await signIn(ada)) };
      bob = { ...bob, ...(await signIn(bob)) };
      return { ada, bob };
    },
  };
}

const ring = async (id: string) => {
  await doWhatIsDue(boardObject(id));
};

/** The statements of an erasure, in their order. */
const statements = [
  "^select .* from `erasures`",
  "from `challenges` where `challenges`.`owner_id`",
  "from `challenges` where .* for update",
  "^update `challenge_participants`",
  "^update `challenge_results`",
  "^update `challenge_days`",
  "^delete from `challenge_participants`",
  "^delete from `challenge_results`",
  "^update `challenges`",
  "^commit",
  "from `challenge_participants` left join",
  "^delete from `activities`",
  "^delete from `daily_usage`",
  "^delete from `challenge_days` where `challenge_days`.`user_id`",
  "^delete from `block_rules`",
  "^delete from `sessions`",
  "^delete from `email_tokens`",
  "^delete from `emails`",
  "^update `audit_logs` .* where `audit_logs`.`user_id`",
  "^update `audit_logs` .* where `audit_logs`.`actor_id`",
  "^delete from `user_day_rules`",
  "^delete from `user_search`",
  // Not the readers of a mail, which are asked for by `in`: its batch would come back half a minute later.
  "^select .* from `users` where `users`.`id` = ",
  "^delete from `users`",
  "^delete from `erasures`",
  "into `audit_logs`",
];

describe("an erasure", () => {
  it.each(["refused", "lost"])(
    "goes on where it stopped, though every step fails once (%s) and the object dies in between",
    async (mode) => {
      const clock = fixedClock(Date.now());
      const { final, make, nextDay } = await people(clock);
      const { ada, bob } = await nextDay();
      await ring(final);
      const own = await make({ start_date: "2026-03-03", end_date: "2026-03-05" });
      await use(ada, clock.now() - MINUTE_MS);
      expect((await remove(ada)).status).toBe(204);
      // A plain SELECT is tried three times unseen.
      const faults = statements.map((match) => ({
        mode,
        match,
        times: match.includes("select") || match.startsWith("from") ? 3 : 1,
      }));
      await mysqlFails(...faults);
      await untilErased(ada.id, clock, async () => await abortAllDurableObjects());
      expect((await mysqlFaultsLeft()).map(({ match }) => match)).toEqual([]);
      const farewells = async () =>
        (await mailsTo(ada.email)).filter(({ tag }) => tag === "account-deleted");
      await until("the farewell is out", async () => (await farewells()).length > 0);
      for (const text of [ada.id, ada.email]) {
        await soon(async () => expect(await tracesInMySql(text)).toEqual([]));
      }
      for (const id of [final, own]) expect(await keptIn(boardObject(id))).not.toContain(ada.id);
      const board = await api(bob).get<{ total: number }>(`/challenges/${final}/leaderboard`);
      expect(board.body.total).toBe(2);
      expect((await api(bob).get(`/challenges/${own}`)).body).toMatchObject({
        owner: null,
        participant_count: 1,
      });
      expect(await farewells()).toHaveLength(1);
    },
    60_000,
  );

  it("leaves no item behind that is reported, or still being written, while it runs", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    // The driver gives this statement up after 3 s; the server carries it out all the same.
    const match = `into \`activities\`.*${ada.id}`;
    await mysqlFails({ mode: "slow", match, delay_ms: 6_000, times: 1 });
    await use(ada, clock.now() - MINUTE_MS);
    clock.advance(SECOND_MS);
    const flush = runDurableObjectAlarm(userStub(ada));
    const posts = Array.from(
      { length: 30 },
      async (_, n) => await use(ada, clock.now() - 10 * MINUTE_MS - n * MINUTE_MS),
    );
    const [deleted, ...taken] = await Promise.all([remove(ada), ...posts]);
    expect(deleted.status).toBe(204);
    expect(new Set(taken.map(({ status }) => status)).size).toBeGreaterThan(0);
    expect((await use(ada, clock.now() - MINUTE_MS)).status).toBe(401);
    await flush;
    await doWhatIsDue(userStub(ada));
    await until("the late statement arrives", async () => (await itemsOf(ada)) > 0);
    await untilErased(ada.id, clock);
    expect(await itemsOf(ada)).toBe(0);
    expect(await tracesInMySql(ada.id)).toEqual([]);
    await doWhatIsDue(userStub(ada));
    expect(await itemsOf(ada)).toBe(0);
  }, 40_000);

  it("keeps the place of who goes while the results are being written", async () => {
    const clock = fixedClock(Date.now());
    const { final, nextDay } = await people(clock);
    const { ada, bob } = await nextDay();
    await mysqlFails({ mode: "refused", match: "into `challenge_results`" });
    await ring(final);
    expect((await remove(ada)).status).toBe(204);
    await doWhatIsDue(userStub(ada));
    await mysqlFails();
    await untilErased(ada.id, clock);
    await ring(final);
    const { body } = await api(bob).get<{ entries: { rank: number; user: { id: string } }[] }>(
      `/challenges/${final}/leaderboard`,
    );
    expect(body.entries.map(({ rank }) => rank)).toEqual([1, 2]);
    const { rows } = await testDatabase().execute(
      "select user_id from challenge_results where challenge_id = ? order by final_rank",
      [final],
    );
    expect(rows).toEqual(body.entries.map(({ user }) => ({ user_id: user.id })));
    expect(await countRows("challenge_participants where challenge_id = ?", final)).toBe(2);
    expect(await tracesInMySql(ada.id)).toEqual([]);
  });

  it("is over for good, also where one more alarm comes to the object that has just ended", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    expect((await remove(ada)).status).toBe(204);
    clock.advance(MINUTE_MS);
    await runInDurableObject(userStub(ada), async (object) => {
      await object.alarm();
      await object.alarm();
    });
    expect(await keptIn(userStub(ada))).toBe("");
    expect(await tracesInMySql(ada.id)).toEqual([]);
  });

  it("takes away the picture of an upload that ended after it began", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const { avatar_url } = (await putAvatar(ada, png())).body;
    const late = avatar_url?.replace(/[^/]+$/, crypto.randomUUID()) ?? "";
    await env.FILES.put(fileOf(late), png());
    await remove(ada);
    await testDatabase().execute("update users set avatar_key = ? where id = ?", [
      late.split("/").at(-1),
      ada.id,
    ]);
    await untilErased(ada.id, clock);
    for (const url of [avatar_url, late]) expect(await isStored(url)).toBe(false);
  });

  it("may be asked for again where the object could not be told", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    await mysqlFails({ mode: "refused", match: "from `user_day_rules`" });
    expect((await remove(ada)).status).toBe(503);
    await mysqlFails();
    expect((await remove(ada)).status).toBe(204);
    expect((await remove(ada)).status).toBe(401);
    await untilErased(ada.id, clock);
  });

  it("is not waited for by the picture, which goes at once", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const { avatar_url } = (await putAvatar(ada, png())).body;
    // The object cannot read what it is told of, so nothing is erased yet.
    await mysqlFails({ mode: "refused", match: "from `user_day_rules`" });
    expect((await remove(ada)).status).toBe(503);
    await untilGone(avatar_url);
    await mysqlFails();
    await untilErased(ada.id, clock);
  });

  it("is found by the sweep a minute later where nobody told the object", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    await mysqlFails({ mode: "refused", match: "from `user_day_rules`" });
    await remove(ada);
    await mysqlFails();
    await runInDurableObject(userStub(ada), (_object, state) => {
      state.storage.sql.exec("DELETE FROM jobs");
    });
    const sweep = async () =>
      await sweepErasures(jobContext(env, createExecutionContext(), "test", clock.now()));
    expect(await sweep()).toMatchObject({ failed: 0 });
    expect((await api(ada).get("/activities/today")).status).toBe(200);
    clock.advance(MINUTE_MS + SECOND_MS);
    expect((await sweep()).waiting).toBeGreaterThan(0);
    expect((await api(ada).get("/activities/today")).status).toBe(401);
    await untilErased(ada.id, clock);
    expect(await tracesInMySql(ada.id)).toEqual([]);
  });

  it("never takes an object's usage on the word of a database that lacks the account", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    await use(ada, clock.now() - MINUTE_MS);
    await testDatabase().execute("update users set id = 'elsewhere' where id = ?", [ada.id]);
    await api(ada).post("/challenges/01957f00-0000-7000-8000-000000000001/leave");
    await api(ada).put("/users/me", { display_name: "Ada" });
    await runInDurableObject(userStub(ada), async (object) => await object.reload(ada.id));
    expect((await api(ada).get("/activities/today")).status).toBe(401);
    clock.advance(SECOND_MS);
    await doWhatIsDue(userStub(ada));
    await testDatabase().execute("update users set id = ? where id = 'elsewhere'", [ada.id]);
    const again = await signIn(ada);
    expect((await api(again).get("/activities/today")).body).toMatchObject({ total_seconds: 30 });
  });
});
