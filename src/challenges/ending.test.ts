import { randomUUID } from "node:crypto";
import { runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { api, call, mailsTo, signUp, type TestUser } from "../testing/api.ts";
import {
  back,
  boardOf,
  expectBoard,
  joinChallenge,
  makeChallenge,
  people,
  report,
  ring,
  seenBy,
  turnAllDue,
  watch,
  work,
  type Challenge,
  type Problem,
} from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { mysqlFails } from "../testing/faults.ts";
import { soon } from "../testing/until.ts";
import { challenges } from "./challenges.table.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

const NOON = "2026-03-01T12:00:00Z";
const twoDays = { start_date: "2026-03-02", end_date: "2026-03-03" };

describe("calling a challenge off", () => {
  const cancelMails = async (user: TestUser) =>
    (await mailsTo(user.email)).filter(({ tag }) => tag === "challenge-cancelled");

  it("closes its board, and is told once to all but its owner, however often it is repeated", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob, cem, eve] = await people(clock, "Ada", "Bob", "Cem", "Eve");
    const { id, invite_code } = await makeChallenge(ada, { ...twoDays, visibility: "private" });
    for (const user of [bob, cem]) await joinChallenge(user, { id, invite_code });
    await api(cem).put("/users/me", { settings: { challenge_emails: false } });
    clock.set("2026-03-02T12:00:00Z");
    await ring(id);
    const owner = await back(ada);
    const viewer = await watch(await back(bob), id);
    expect((await api(owner).delete(`/challenges/${id}`)).status).toBe(204);
    await soon(() => expect(viewer.closed).toBe(4404));
    expect(viewer.frames.at(-1)).toMatchObject({ type: "changes", status: "cancelled" });
    await ring(id);
    expect((await api(owner).delete(`/challenges/${id}`)).status).toBe(204);
    await ring(id);
    await turnAllDue(clock.now());
    await soon(async () => expect(await cancelMails(bob)).toHaveLength(1));
    expect((await cancelMails(bob))[0]?.text).toContain("/challenges");
    expect(await cancelMails(cem)).toHaveLength(0);
    expect(await cancelMails(ada)).toHaveLength(0);

    for (const user of [owner, await back(bob)]) {
      const { status, body } = await seenBy(user, id);
      expect([status, body.status, body.invite_code]).toEqual([200, "cancelled", null]);
      expect((await api(user).get(`/challenges/${id}/leaderboard`)).status).toBe(404);
    }
    const stranger = await back(eve);
    expect((await seenBy(stranger, id)).status).toBe(404);
    const byCode = await api(stranger).post<Problem>("/challenges/join", { invite_code });
    expect(byCode.body.code).toBe("invite_code_unknown");
    const left = await api(await back(bob)).post<Problem>(`/challenges/${id}/leave`);
    expect(left.body.code).toBe("challenge_over");
    for (const [method, path, body] of [
      ["PUT", "", { name: "Again" }],
      ["POST", "/complete", undefined],
      ["POST", "/invite-code", undefined],
    ] as const) {
      const { status } = await call(method, `/challenges/${id}${path}`, body, {
        authorization: `Bearer ${owner.access_token}`,
      });
      expect([path, status]).toEqual([path, 409]);
    }
    const rows = await work().db.select().from(challenges).where(eq(challenges.id, id));
    expect(rows[0]).toMatchObject({ status: "cancelled", next_turn_at: null });
  });

  it("is gone for others also where it was public", async () => {
    const clock = fixedClock(NOON);
    const [ada, eve] = await people(clock, "Ada", "Eve");
    const { id } = await makeChallenge(ada, { ...twoDays, name: randomUUID() });
    await api(ada).delete(`/challenges/${id}`);
    expect((await seenBy(eve, id)).status).toBe(404);
    expect((await api(eve).post(`/challenges/${id}/join`)).status).toBe(404);
    for (const query of ["", "?status=cancelled"]) {
      const list = await api(eve).get<{ data: Challenge[] }>(`/challenges${query}`);
      expect(list.body.data.filter((one) => one.id === id)).toEqual([]);
    }
    const mine = await api(ada).get<{ data: Challenge[] }>("/challenges/my-challenges");
    expect(mine.body.data).toMatchObject([{ id, status: "cancelled" }]);
  });

  it("holds, and is told, also where nobody heard the answer and nobody asked again", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, twoDays, [bob]);
    await mysqlFails({ mode: "lost", match: "^commit" });
    try {
      expect((await api(ada).delete(`/challenges/${id}`)).status).toBe(503);
    } finally {
      await mysqlFails();
    }
    expect((await boardOf(bob, id)).status).toBe("scheduled");
    clock.advance(15 * MINUTE_MS);
    await turnAllDue(clock.now());
    expect((await api(bob).get(`/challenges/${id}/leaderboard`)).status).toBe(404);
    expect(await cancelMails(bob)).toHaveLength(1);
    expect((await api(ada).delete(`/challenges/${id}`)).status).toBe(204);
    await ring(id);
    expect(await cancelMails(bob)).toHaveLength(1);
  });

  it("takes it off the list of what the people in it are counted for", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, twoDays, [bob]);
    const counted = async () =>
      await runInDurableObject(userStub(bob), async (_user, { storage }) => {
        const person = storage.kv.get<{ memberships: { challenge_id: string }[] }>("person");
        return person?.memberships.map(({ challenge_id }) => challenge_id);
      });
    expect(await counted()).toEqual([id]);
    await api(ada).delete(`/challenges/${id}`);
    await ring(id);
    expect(await counted()).toEqual([]);
  });

  it("comes too late once the results are", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const { id } = await makeChallenge(ada, { ...twoDays, grace_hours: 1 });
    clock.set("2026-03-04T00:00:00Z");
    await ring(id);
    clock.set(Date.parse("2026-03-04T01:00:00Z"));
    const late = await api(await back(ada)).delete<Problem>(`/challenges/${id}`);
    expect([late.status, late.body.code]).toEqual([409, "challenge_over"]);
    await ring(id);
    const final = await api(await back(ada)).delete<Problem>(`/challenges/${id}`);
    expect([final.status, final.body.code]).toEqual([409, "challenge_over"]);
    expect((await seenBy(await back(ada), id)).body.status).toBe("final");
  });
});

describe("completing a challenge", () => {
  it("skips the rest of the grace, but not a minute of anybody's last day", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp({ display_name: "Ada" });
    clock.advance(1);
    const la = await signUp({ display_name: "La", timezone: "America/Los_Angeles" });
    const { id } = await makeChallenge(ada, { ...twoDays, missing_day_seconds: 900 }, [la]);
    const complete = async () =>
      await api(await back(ada)).post<Challenge & Problem>(`/challenges/${id}/complete`);
    expect((await complete()).body.code).toBe("challenge_running");
    for (const [at, status] of [
      ["2026-03-02T12:00:00Z", "running"],
      ["2026-03-04T07:59:59Z", "running"],
    ] as const) {
      clock.set(at);
      await ring(id);
      const early = await complete();
      expect([early.status, early.body.code]).toEqual([409, "challenge_running"]);
      expect((await seenBy(await back(ada), id)).body.status).toBe(status);
    }
    clock.set("2026-03-04T08:00:00Z");
    const done = await complete();
    expect(done).toMatchObject({ status: 200, body: { id, status: "final" } });
    await expectBoard(await back(ada), id, [
      [1, "Ada", 1_800],
      [1, "La", 1_800],
    ]);
    expect(await complete()).toMatchObject({ status: 200, body: { status: "final" } });
    await ring(id);
    const results = (await mailsTo(la.email)).filter(({ tag }) => tag === "challenge-result");
    expect(results).toHaveLength(1);
  });

  it("comes about also where the board did not hear of it", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const { id } = await makeChallenge(ada, { ...twoDays, grace_hours: 72 });
    clock.set("2026-03-04T00:00:00Z");
    await ring(id);
    const owner = await back(ada);
    await mysqlFails({ mode: "lost", match: "^commit" });
    try {
      expect((await api(owner).post(`/challenges/${id}/complete`)).status).toBe(503);
    } finally {
      await mysqlFails();
    }
    clock.advance(15 * MINUTE_MS);
    await turnAllDue(clock.now());
    expect((await seenBy(owner, id)).body.status).toBe("final");
  });
});

describe("a challenge whose owner has deleted their account", () => {
  it.each([
    ["in it", false],
    ["out of it again", true],
  ])("goes on to its end, also where they were %s", async (_where, has_left) => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, { ...twoDays, grace_hours: 0 }, [bob]);
    if (has_left) await api(ada).post(`/challenges/${id}/leave`);
    const gone = await api(ada).delete("/users/me", { password: ada.password });
    expect(gone.status).toBe(204);
    clock.set("2026-03-02T12:00:00Z");
    await ring(id);
    const member = await back(bob);
    await soon(async () => {
      const { body } = await seenBy(member, id);
      expect(body).toMatchObject({ owner: null, status: "running", participant_count: 1 });
    });
    await report(member, { started_at: "2026-03-02T09:00:00Z" });
    await expectBoard(member, id, [[1, "Bob", 60]]);
    expect((await api(member).delete(`/challenges/${id}`)).status).toBe(404);
    clock.set(Date.parse("2026-03-04T00:00:00Z") + DAY_MS);
    await ring(id);
    expect((await seenBy(await back(bob), id)).body.status).toBe("final");
    await soon(async () =>
      expect((await mailsTo(bob.email)).map(({ tag }) => tag)).toContain("challenge-result"),
    );
  });
});
