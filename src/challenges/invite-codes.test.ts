import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { api, call, signUp, type TestUser } from "../testing/api.ts";
import {
  back,
  makeChallenge,
  people,
  seenBy,
  type Challenge,
  type Problem,
} from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";

restoreClockAfterEach();

const NOON = "2026-03-01T12:00:00Z";
const twoDays = { start_date: "2026-03-02", end_date: "2026-03-03" };

describe("an invite code", () => {
  const tryCode = async (user: TestUser, invite_code: string | null, id?: string) =>
    await api(user).post<Challenge & Problem>(
      id === undefined ? "/challenges/join" : `/challenges/${id}/join`,
      { invite_code },
    );

  it("is replaced by its owner, and lets nobody in from then on", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob, cem] = await people(clock, "Ada", "Bob", "Cem");
    const old = await makeChallenge(ada, { ...twoDays, visibility: "private" });
    const renewed = await api(ada).post<Challenge>(`/challenges/${old.id}/invite-code`);
    expect(renewed.status).toBe(200);
    expect(renewed.body.invite_code).not.toBe(old.invite_code);
    expect((await tryCode(bob, old.invite_code)).body.code).toBe("invite_code_unknown");
    expect((await tryCode(bob, old.invite_code, old.id)).status).toBe(404);
    expect((await tryCode(bob, renewed.body.invite_code)).status).toBe(200);
    expect((await tryCode(cem, renewed.body.invite_code, old.id)).status).toBe(200);
    const open = await makeChallenge(ada, twoDays);
    const none = await api(ada).post<Problem>(`/challenges/${open.id}/invite-code`);
    expect([none.status, none.body.code]).toEqual([409, "challenge_public"]);
  });

  it("is made once under an Idempotency-Key", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const { id } = await makeChallenge(ada, { ...twoDays, visibility: "private" });
    const headers = { authorization: `Bearer ${ada.access_token}`, "idempotency-key": "k" };
    const path = `/challenges/${id}/invite-code`;
    const first = await call<Challenge>("POST", path, undefined, headers);
    const again = await call<Challenge>("POST", path, undefined, headers);
    expect(again.body).toEqual(first.body);
    expect((await seenBy(ada, id)).body.invite_code).toBe(first.body.invite_code);
  });

  it("may be wrong ten times an hour, by whichever way; then no code is looked at", async () => {
    const clock = fixedClock(NOON);
    const [ada, eve] = await people(clock, "Ada", "Eve");
    const made = await makeChallenge(ada, { ...twoDays, visibility: "private" });
    const wrong = made.invite_code === "ABCDEFGH" ? "ABCDEFGJ" : "ABCDEFGH";
    for (let n = 0; n < 10; n += 1) {
      const where = [undefined, made.id, randomUUID()][n % 3];
      expect((await tryCode(eve, n === 7 ? "short" : wrong, where)).status).toBe(404);
      clock.advance(MINUTE_MS);
    }
    for (const [code, where] of [
      [wrong, undefined],
      [made.invite_code, undefined],
      [made.invite_code, made.id],
    ] as const) {
      const stopped = await tryCode(eve, code, where);
      expect([stopped.status, stopped.body.code]).toEqual([429, "too_many_wrong_codes"]);
      expect(stopped.headers.get("retry-after")).toBe("3000");
    }
    clock.set(Date.parse(NOON) + 2 + HOUR_MS - 1);
    expect((await tryCode(await back(eve), made.invite_code)).status).toBe(429);
    clock.advance(1);
    const token = await back(eve);
    expect((await tryCode(token, made.invite_code)).status).toBe(200);
    expect((await tryCode(token, wrong)).status).toBe(404);
    expect((await tryCode(token, wrong)).status).toBe(429);
  });

  it("may be wrong no more often when all come at once, and right as often as one likes", async () => {
    const clock = fixedClock(NOON);
    const [ada, eve] = await people(clock, "Ada", "Eve");
    const made = await makeChallenge(ada, { ...twoDays, visibility: "private" });
    for (let n = 0; n < 12; n += 1) {
      await tryCode(eve, made.invite_code);
      await api(eve).post(`/challenges/${made.id}/leave`);
    }
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => await tryCode(eve, `WRNG2${n + 100}`)),
    );
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  it("costs nothing where none is needed, or something else is in the way", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob, eve] = await people(clock, "Ada", "Bob", "Eve");
    const full = await makeChallenge(
      ada,
      { ...twoDays, visibility: "private", max_participants: 2 },
      [bob],
    ).then(async ({ id }) => (await seenBy(ada, id)).body);
    const open = await makeChallenge(ada, twoDays);
    for (let n = 0; n < 11; n += 1) {
      expect((await tryCode(eve, full.invite_code)).body.code).toBe("challenge_full");
      expect((await tryCode(eve, "ABCDEFGH", open.id)).status).toBe(n === 0 ? 200 : 409);
    }
    expect((await tryCode(eve, "ABCDEFGH")).status).toBe(404);
  });
});
