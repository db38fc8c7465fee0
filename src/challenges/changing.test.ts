import { randomUUID } from "node:crypto";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { api, signUp } from "../testing/api.ts";
import {
  back,
  expectBoard,
  makeChallenge,
  people,
  report,
  ring,
  seenBy,
  watch,
  type Challenge,
  type Problem,
} from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { soon } from "../testing/until.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

const NOON = "2026-03-01T12:00:00Z";
const twoDays = { start_date: "2026-03-02", end_date: "2026-03-03" };

describe("changing a challenge", () => {
  it("changes what is named and keeps the rest", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const made = await makeChallenge(ada, { ...twoDays, apps: ["instagram"], grace_hours: 3 });
    const changes = { name: "Theirs", description: "Quiet", apps: ["com.google.android.youtube"] };
    const changed = await api(ada).put<Challenge>(`/challenges/${made.id}`, changes);
    expect(changed).toMatchObject({
      status: 200,
      body: { ...made, ...changes, apps: ["youtube"] },
    });
    expect((await seenBy(ada, made.id)).body).toEqual(changed.body);
    expect((await api(ada).put(`/challenges/${made.id}`, {})).body).toEqual(changed.body);
  });

  it("changes the metric with its goal", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const { id } = await makeChallenge(ada, twoDays);
    const put = async (body: object) => {
      const answer = await api(ada).put<Challenge & Problem>(`/challenges/${id}`, body);
      const { metric, goal_seconds, errors } = answer.body;
      return [answer.status, errors?.[0]?.path ?? [metric, goal_seconds]];
    };
    expect(await put({ metric: "days_under_goal" })).toEqual([422, "goal_seconds"]);
    const goal = { metric: "days_under_goal", goal_seconds: 60 };
    expect(await put(goal)).toEqual([200, ["days_under_goal", 60]]);
    expect(await put({ goal_seconds: 90 })).toEqual([200, ["days_under_goal", 90]]);
    expect(await put({ goal_seconds: null })).toEqual([422, "goal_seconds"]);
    expect(await put({ ...goal, metric: "most_reduction" })).toEqual([422, "goal_seconds"]);
    expect(await put({ metric: "most_reduction" })).toEqual([200, ["most_reduction", null]]);
  });

  it.each([
    [["start_date"], { start_date: "2026-02-28" }],
    [["start_date"], { start_date: "2026-03-01" }],
    [["start_date"], { start_date: "2027-03-05", end_date: "2027-03-06" }],
    [["end_date"], { end_date: "2026-03-01" }],
    [["end_date"], { end_date: "2026-06-02" }],
    [["end_date"], { start_date: "2026-03-04" }],
    [["max_participants"], { max_participants: 2 }],
    [["name"], { name: " " }],
    [["id"], { id: randomUUID() }],
    [
      ["status", "owner_id", "invite_code", "join"],
      {
        status: "running",
        owner_id: randomUUID(),
        invite_code: "ABCDEFGH",
        join: true,
      },
    ],
  ])("refuses a wrong %s, and changes nothing: %j", async (paths, wrong) => {
    const clock = fixedClock(NOON);
    const [ada, bob, cem] = await people(clock, "Ada", "Bob", "Cem");
    const made = await makeChallenge(ada, twoDays, [bob, cem]);
    const before = (await seenBy(ada, made.id)).body;
    const refused = await api(ada).put<Problem>(`/challenges/${made.id}`, wrong);
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.map(({ path }) => path)).toEqual(paths);
    expect((await seenBy(ada, made.id)).body).toEqual(before);
  });

  it("is the owner's alone: to anybody else it is not there", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob, eve] = await people(clock, "Ada", "Bob", "Eve");
    const { id } = await makeChallenge(ada, twoDays, [bob]);
    for (const user of [bob, eve]) {
      const calls = [
        await api(user).put<Problem>(`/challenges/${id}`, { name: "Mine" }),
        await api(user).delete<Problem>(`/challenges/${id}`),
        await api(user).post<Problem>(`/challenges/${id}/complete`),
        await api(user).post<Problem>(`/challenges/${id}/invite-code`),
      ];
      for (const { status, body } of calls) expect([status, body.code]).toEqual([404, "not_found"]);
    }
    expect((await seenBy(ada, id)).body).toMatchObject({ name: "Ours", status: "scheduled" });
  });

  it("ends when the first day of anybody in it begins", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    clock.advance(1);
    const kiri = await signUp({ timezone: "Pacific/Kiritimati" });
    const { id } = await makeChallenge(ada, { ...twoDays, start_date: "2026-03-03" }, [kiri]);
    clock.set(Date.parse("2026-03-02T10:00:00Z") - 1);
    const owner = await back(ada);
    expect((await api(owner).put(`/challenges/${id}`, { name: "Late" })).status).toBe(200);
    clock.advance(1);
    const begun = await api(owner).put<Problem>(`/challenges/${id}`, { name: "Too late" });
    expect([begun.status, begun.body.code]).toEqual([409, "challenge_frozen"]);
    await ring(id);
    const running = await api(owner).put<Problem>(`/challenges/${id}`, { name: "Too late" });
    expect([running.status, running.body.code]).toEqual([409, "challenge_frozen"]);
    expect((await seenBy(owner, id)).body).toMatchObject({ name: "Late", status: "running" });
  });

  it("moves its turns with its dates, to an earlier start and to a later one", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(
      ada,
      { start_date: "2026-03-10", end_date: "2026-03-12", missing_day_seconds: 500 },
      [bob],
    );
    await api(ada).put(`/challenges/${id}`, twoDays);
    clock.set("2026-03-02T00:00:00Z");
    await ring(id);
    expect((await seenBy(await back(ada), id)).body.status).toBe("running");
    clock.set("2026-03-03T00:00:00Z");
    await ring(id);
    await expectBoard(await back(ada), id, [
      [1, "Ada", 500],
      [1, "Bob", 500],
    ]);
    const later = await makeChallenge(await back(ada), {
      start_date: "2026-03-04",
      end_date: "2026-03-04",
    });
    const put = { start_date: "2026-03-06", end_date: "2026-03-06" };
    await api(await back(ada)).put(`/challenges/${later.id}`, put);
    clock.set("2026-03-05T12:00:00Z");
    await ring(later.id);
    expect((await seenBy(await back(ada), later.id)).body.status).toBe("scheduled");
    clock.set("2026-03-06T00:00:00Z");
    await ring(later.id);
    expect((await seenBy(await back(ada), later.id)).body.status).toBe("running");
  });

  it("tells the objects of all who are in it by what they are counted now", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, { ...twoDays, apps: ["instagram"] }, [bob]);
    const changed = await api(ada).put(`/challenges/${id}`, { apps: ["youtube"] });
    expect(changed.status).toBe(200);
    await ring(id);
    const counted = await runInDurableObject(userStub(bob), (_user, { storage }) => {
      const person = storage.kv.get<{ memberships: { apps: string[] }[] }>("person");
      return person?.memberships.map(({ apps }) => apps);
    });
    expect(counted).toEqual([["youtube"]]);
    clock.set("2026-03-02T12:00:00Z");
    await ring(id);
    for (const [user, seconds] of [
      [ada, 100],
      [bob, 70],
    ] as const) {
      const phone = await back(user);
      const at = { started_at: "2026-03-02T09:00:00Z", duration_seconds: seconds };
      await report(phone, { ...at, app: "youtube" });
      await report(phone, { ...at, app: "instagram", started_at: "2026-03-02T10:00:00Z" });
    }
    await expectBoard(await back(ada), id, [
      [1, "Bob", 70],
      [2, "Ada", 100],
    ]);
  });

  it("gives a code to one that becomes private, and closes it to strangers; takes it away again", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob, eve] = await people(clock, "Ada", "Bob", "Eve");
    const { id } = await makeChallenge(ada, twoDays, [bob]);
    const [member, stranger] = [await watch(bob, id), await watch(eve, id)];
    const closed = await api(ada).put<Challenge>(`/challenges/${id}`, { visibility: "private" });
    expect(closed.body.invite_code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
    await soon(() => expect(stranger.closed).toBe(4403));
    expect(member.closed).toBeNull();
    for (const path of ["", "/leaderboard"])
      expect((await api(eve).get(`/challenges/${id}${path}`)).status).toBe(404);
    const kept = await api(ada).put<Challenge>(`/challenges/${id}`, { name: "Still ours" });
    expect(kept.body.invite_code).toBe(closed.body.invite_code);
    const open = await api(ada).put<Challenge>(`/challenges/${id}`, { visibility: "public" });
    expect(open.body.invite_code).toBeNull();
    const { invite_code } = closed.body;
    const dead = await api(eve).post<Problem>("/challenges/join", { invite_code });
    expect(dead.body.code).toBe("invite_code_unknown");
    expect((await api(eve).get(`/challenges/${id}/leaderboard`)).status).toBe(200);
  });

  it("takes a limit of participants, and takes it away", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob, cem] = await people(clock, "Ada", "Bob", "Cem");
    const { id } = await makeChallenge(ada, twoDays, [bob]);
    await api(ada).put(`/challenges/${id}`, { max_participants: 2 });
    expect((await api(cem).post<Problem>(`/challenges/${id}/join`)).body.code).toBe(
      "challenge_full",
    );
    await api(ada).put(`/challenges/${id}`, { max_participants: null });
    expect((await api(cem).post(`/challenges/${id}/join`)).status).toBe(200);
  });
});
