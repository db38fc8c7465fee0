import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { addDays } from "../platform/time/dates.ts";
import { ownDateOf } from "../platform/time/own-day.ts";
import { api, insist, signUp, type TestUser } from "../testing/api.ts";
import { makeChallenge, type Challenge, type Problem } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";

restoreClockAfterEach();

type List = { data: Challenge[] };

/** By a clock that stands, so that midnight cannot come meanwhile. */
let today: string;
beforeEach(() => {
  today = ownDateOf(fixedClock(Date.now()).now(), { timezone: "UTC", day_start_minute: 0 });
});

/** A public challenge that begins tomorrow, but for what is given. */
const make = async (owner: TestUser, more: object = {}): Promise<Challenge> =>
  await makeChallenge(owner, {
    start_date: addDays(today, 1),
    end_date: addDays(today, 7),
    ...more,
  });

describe("a private challenge", () => {
  it("shows its code to its owner and those in it, and is not there for others", async () => {
    const [ada, bob, eve] = [await signUp(), await signUp(), await signUp()];
    const made = await make(ada, { visibility: "private" });
    expect(made.invite_code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
    await api(bob).post("/challenges/join", { invite_code: made.invite_code });
    const seen = await api(bob).get<Challenge>(`/challenges/${made.id}`);
    expect(seen.body.invite_code).toBe(made.invite_code);
    for (const path of ["", "/leaderboard"]) {
      const hidden = await api(eve).get<Problem>(`/challenges/${made.id}${path}`);
      expect(hidden).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
    const listed = await api(eve).get<List>("/challenges?limit=100");
    expect(listed.body.data.some((one) => one.id === made.id)).toBe(false);
  });

  it("is entered by its code, in upper and lower case alike", async () => {
    const [ada, bob, cem] = [await signUp(), await signUp(), await signUp()];
    const { id, invite_code } = await make(ada, { visibility: "private" });
    const byLink = await api(bob).post<Challenge>("/challenges/join", {
      invite_code: invite_code?.toLowerCase(),
    });
    expect(byLink).toMatchObject({ status: 200, body: { id, joined: true, participant_count: 2 } });
    const byId = await api(cem).post<Challenge>(`/challenges/${id}/join`, { invite_code });
    expect(byId).toMatchObject({ status: 200, body: { id, participant_count: 3 } });
  });

  it("tells a wrong code nothing, not even that it is there", async () => {
    const [ada, eve] = [await signUp(), await signUp()];
    const { id, invite_code } = await make(ada, { visibility: "private" });
    const other = invite_code === "ABCDEFGH" ? "ABCDEFGJ" : "ABCDEFGH";
    const byLink = await api(eve).post("/challenges/join", { invite_code: other });
    expect(byLink).toMatchObject({ status: 404, body: { code: "invite_code_unknown" } });
    const missing = await api(eve).post<Problem>(`/challenges/${randomUUID()}/join`, {
      invite_code: other,
    });
    for (const body of [{ invite_code: other }, {}, undefined]) {
      const byId = await api(eve).post<Problem>(`/challenges/${id}/join`, body);
      expect(byId.status).toBe(404);
      expect(byId.body.code).toBe(missing.body.code);
    }
  });

  it("lets its owner in without the code, and wants it anew from those who left", async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const { id, invite_code } = await make(ada, { visibility: "private", join: false });
    expect((await api(ada).post(`/challenges/${id}/join`)).status).toBe(200);
    await api(bob).post("/challenges/join", { invite_code });
    expect((await api(bob).post(`/challenges/${id}/leave`)).status).toBe(204);
    expect((await api(bob).get(`/challenges/${id}`)).status).toBe(404);
    expect((await api(bob).post(`/challenges/${id}/join`)).status).toBe(404);
    expect((await api(bob).post(`/challenges/${id}/join`, { invite_code })).status).toBe(200);
  });
});

describe("joining and leaving", () => {
  it("counts everybody once", async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await make(ada);
    const join = async () => await api(bob).post<Challenge & Problem>(`/challenges/${id}/join`);
    expect(await join()).toMatchObject({
      status: 200,
      body: { participant_count: 2, joined: true },
    });
    expect(await join()).toMatchObject({ status: 409, body: { code: "already_joined" } });
    expect((await api(bob).post(`/challenges/${id}/leave`)).status).toBe(204);
    const again = await api(bob).post(`/challenges/${id}/leave`);
    expect(again).toMatchObject({ status: 404, body: { code: "not_joined" } });
    expect((await api(ada).get<Challenge>(`/challenges/${id}`)).body.participant_count).toBe(1);
    expect(await join()).toMatchObject({ status: 200, body: { participant_count: 2 } });
  });

  it("holds the capacity exactly, also when all come at once", async () => {
    const ada = await signUp();
    const { id } = await make(ada, { max_participants: 6 });
    const others: TestUser[] = [];
    for (let n = 0; n < 30; n += 1) others.push(await signUp());
    const answers = await Promise.all(
      others.map(
        async (one) =>
          await insist(async () => await api(one).post<Problem>(`/challenges/${id}/join`)),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.map(({ body }) => body.code)).toEqual(Array(25).fill("challenge_full"));
    const full = await api(ada).get<Challenge>(`/challenges/${id}`);
    expect(full.body.participant_count).toBe(6);
    const board = await api(ada).get<{ total: number }>(`/challenges/${id}/leaderboard`);
    expect(board.body.total).toBe(6);
  }, 60_000);

  it("goes on without its owner", async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await make(ada);
    await api(bob).post(`/challenges/${id}/join`);
    expect((await api(ada).post(`/challenges/${id}/leave`)).status).toBe(204);
    const seen = await api(bob).get<Challenge>(`/challenges/${id}`);
    expect(seen.body).toMatchObject({ participant_count: 1, joined: true, owner: { id: ada.id } });
  });

  it("is not found where there is no such challenge", async () => {
    const ada = await signUp();
    const nowhere = randomUUID();
    expect((await api(ada).post(`/challenges/${nowhere}/join`)).body).toMatchObject({
      code: "not_found",
    });
    expect((await api(ada).post(`/challenges/${nowhere}/leave`)).body).toMatchObject({
      code: "not_joined",
    });
    expect((await api(ada).get(`/challenges/${nowhere}`)).body).toMatchObject({
      code: "not_found",
    });
    expect((await api(ada).get(`/challenges/${nowhere}/leaderboard`)).status).toBe(404);
    expect((await api(ada).get("/challenges/nonsense")).status).toBe(404);
  });
});
