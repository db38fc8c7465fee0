import { runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { closeSocketsAfterEach, listen } from "../testing/own-socket.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { hourOfInstagram, makeRule, policyOf, useFrom } from "../testing/rules.ts";
import { soon } from "../testing/until.ts";
import { countIn } from "../testing/usage.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();
closeSocketsAfterEach();

healAfterEach();

const alarm = async (user: TestUser) => await doWhatIsDue(userStub(user));

describe("the turn of the own day", () => {
  it.each([
    // 02:30 is skipped: the day begins as the clock lands, 03:00 in summer time.
    ["Europe/Paris", 150, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"],
    // 02:30 comes twice: the day begins at the first of them.
    ["Europe/Paris", 150, "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"],
    ["Australia/Lord_Howe", 240, "2026-10-03T12:00:00Z", "2026-10-03T17:00:00Z"],
  ])(
    "frees in %s, day start %i, after %s exactly at %s",
    async (timezone, day_start_minute, noon, turn) => {
      const clock = fixedClock(noon);
      const ada = await signUp({ timezone });
      await api(ada).put("/users/me", { day_start_minute });
      const { id: rule_id } = await makeRule(ada);
      clock.advance(2 * HOUR_MS);
      Object.assign(ada, await signIn(ada));
      await api(ada).post("/activities", useFrom(noon, 60));
      const at = Date.parse(turn);
      clock.set(at - 10 * MINUTE_MS);
      Object.assign(ada, await signIn(ada));
      const phone = await listen(ada);
      expect((await policyOf(ada)).rules).toMatchObject([
        { state: "blocked", used_seconds: 3_600 },
      ]);
      clock.set(at - 1);
      await alarm(ada);
      await phone.catchUp();
      expect(phone.news).toEqual(["policy"]);
      expect((await policyOf(ada)).rules).toMatchObject([{ state: "blocked" }]);
      clock.set(at);
      await alarm(ada);
      await phone.catchUp();
      expect(phone.of("unblocked")).toEqual([{ type: "unblocked", rule_id }]);
      expect(phone.news).toEqual(["unblocked", "policy"]);
      expect((await policyOf(ada)).rules).toMatchObject([{ state: "allowed", used_seconds: 0 }]);
      await alarm(ada);
      await phone.catchUp();
      expect(phone.news).toEqual([]);
    },
  );

  it("is written to MySQL once: what had waited stands there, and nothing is left to do", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const { id } = await makeRule(ada, { ...hourOfInstagram, strict: true });
    await api(ada).put(`/blocked/${id}`, { daily_limit_minutes: 120 });
    await api(ada).post("/activities", useFrom("2026-03-10T10:00:00Z", 90));
    clock.set("2026-03-10T23:59:00Z");
    Object.assign(ada, await signIn(ada));
    const phone = await listen(ada);
    expect(phone.news).toEqual(["policy"]);
    clock.set("2026-03-11T00:00:00Z");
    await alarm(ada);
    await phone.catchUp();
    expect(phone.of("unblocked")).toHaveLength(1);
    await soon(async () =>
      expect(await countIn(ada, "jobs WHERE kind IN ('settle', 'policy')")).toBe(0),
    );
    expect((await policyOf(ada)).rules).toMatchObject([{ id, pending_change: null }]);
  });
});

describe("while MySQL is away", () => {
  it("decisions, alerts on the socket and the day's turn go on, each told once", async () => {
    const clock = fixedClock("2026-03-10T23:00:00Z");
    const ada = await signUp();
    const { id: rule_id } = await makeRule(ada);
    // Rules go by age, and this one is to be the second.
    clock.advance(1);
    const strict = await makeRule(ada, { apps: ["a.b"], daily_limit_seconds: 60, strict: true });
    await api(ada).put(`/blocked/${strict.id}`, { daily_limit_seconds: 120 });
    clock.set("2026-03-10T23:45:00Z");
    Object.assign(ada, await signIn(ada));
    const phone = await listen(ada);
    expect(phone.news).toEqual(["policy"]);
    await mysqlFails({ mode: "refused" });
    const taken = await api(ada).post<{ decisions: object[] }>(
      "/activities",
      useFrom("2026-03-10T22:00:00Z", 60),
    );
    expect(taken).toMatchObject({
      status: 201,
      body: { decisions: [{ rule_id, state: "blocked", reason: "limit" }] },
    });
    await alarm(ada);
    await phone.catchUp();
    expect(phone.news).toEqual(["alert", "alert", "blocked", "policy"]);
    clock.set("2026-03-11T00:00:00Z");
    for (let times = 0; times < 3; times += 1) {
      await alarm(ada);
      clock.advance(5_000);
    }
    await phone.catchUp();
    expect(phone.news).toEqual(["unblocked", "policy"]);
    expect((await policyOf(ada)).rules).toMatchObject([
      { id: rule_id, state: "allowed", used_seconds: 0 },
      { id: strict.id, daily_limit_seconds: 120, pending_change: null },
    ]);
    await mysqlFails();
    clock.advance(5_000);
    await soon(async () => {
      await alarm(ada);
      expect(await countIn(ada, "jobs WHERE kind = 'settle'")).toBe(0);
    });
  });

  it("and hangs, the day turns on time all the same", async () => {
    const clock = fixedClock("2026-03-10T23:45:00Z");
    const ada = await signUp();
    await makeRule(ada);
    const phone = await listen(ada);
    await mysqlFails({ mode: "hung" });
    await api(ada).post("/activities", useFrom("2026-03-10T22:00:00Z", 60));
    await phone.catchUp();
    expect(phone.news).toEqual(["policy", "alert", "alert", "blocked", "policy"]);
    clock.advance(5_000);
    // A mail or the flush is under way and waits for MySQL; meanwhile the day turns.
    // No length of time says whether the phone was told in between, only what came first.
    const order: string[] = [];
    phone.socket.addEventListener("message", () => void order.push("told"));
    const waiting = runDurableObjectAlarm(userStub(ada)).then(() => order.push("given up"));
    await soon(async () => expect(await countIn(ada, "jobs WHERE leased = 1")).toBeGreaterThan(0));
    clock.set("2026-03-11T00:00:00Z");
    await soon(() => expect(phone.last?.type).toBe("policy"));
    expect(phone.news).toEqual(["unblocked", "policy"]);
    expect(order.slice(0, 2)).toEqual(["told", "told"]);
    await mysqlFails();
    await waiting;
  });
});
