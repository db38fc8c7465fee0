import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, call, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { closeSocketsAfterEach, listen } from "../testing/own-socket.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { soon } from "../testing/until.ts";

restoreClockAfterEach();
closeSocketsAfterEach();

healAfterEach();

type Rule = { id: string; state: string; used_seconds: number; pending_change: object | null };
type Policy = { policy_version: string; rules: Rule[] };

const NOON = "2026-03-10T12:00:00Z";
const hourOfInstagram = { app: "com.instagram.android", daily_limit_minutes: 60 };
const use = (started_at: string, minutes: number) => ({
  app: "com.instagram.android",
  started_at,
  duration_seconds: minutes * 60,
});

const stubOf = (user: TestUser) => env.USER.get(env.USER.idFromName(user.id));
const alarm = async (user: TestUser) => await doWhatIsDue(stubOf(user));
const bearer = (user: TestUser) => ({ authorization: `Bearer ${user.access_token}` });

async function make(user: TestUser, rule: object = hourOfInstagram): Promise<Rule> {
  const answer = await api(user).post<Rule>("/blocked", rule);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

async function policyOf(user: TestUser): Promise<Policy> {
  const { status, body } = await api(user).get<Policy>("/blocked/decisions");
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Where only the object's own tables can tell. */
async function countIn(user: TestUser, what: string): Promise<number> {
  return await runInDurableObject(
    stubOf(user),
    (_, { storage }) =>
      storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${what}`).one().n,
  );
}

describe("an alert", () => {
  it("comes once a percentage to every phone, under 20 reports at once and repeated alarms", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const { id: rule_id } = await make(ada);
    const phones = [await listen(ada), await listen(ada)];
    const reports = Array.from({ length: 20 }, (_, n) =>
      use(new Date(Date.parse("2026-03-10T09:00:00Z") + n * 5 * MINUTE_MS).toISOString(), 3),
    );
    await Promise.all([...reports, ...reports].map((one) => api(ada).post("/activities", one)));
    for (let times = 0; times < 3; times += 1) {
      clock.advance(MINUTE_MS);
      await alarm(ada);
    }
    for (const phone of phones) {
      await phone.catchUp();
      expect(phone.of("alert")).toEqual([
        { type: "alert", rule_id, percent: 80, used_seconds: 2_880, limit_seconds: 3_600 },
        { type: "alert", rule_id, percent: 100, used_seconds: 3_600, limit_seconds: 3_600 },
      ]);
      expect(phone.of("blocked")).toEqual([{ type: "blocked", rule_id }]);
      expect(phone.last).toEqual({
        type: "policy",
        policy_version: (await policyOf(ada)).policy_version,
      });
    }
  });

  it("comes again on the next own day, and what was given then is forgotten", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    await make(ada);
    await api(ada).post("/activities", use("2026-03-10T10:00:00Z", 60));
    expect(await countIn(ada, "alerts")).toBe(2);
    clock.set("2026-03-11T12:00:00Z");
    Object.assign(ada, await signIn(ada));
    const phone = await listen(ada);
    await api(ada).post("/activities", use("2026-03-11T10:00:00Z", 50));
    await phone.catchUp();
    expect(phone.of("alert")).toMatchObject([{ percent: 80 }]);
    expect(await countIn(ada, "alerts")).toBe(1);
  });

  it("follows the rule that holds, also before MySQL has heard that it holds", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const rule = { ...hourOfInstagram, strict: true };
    const [wider, off] = [await make(ada, rule), await make(ada, { ...rule, name: "Off" })];
    const change = { daily_limit_minutes: 120, alert_percents: [50, 100] };
    expect((await api(ada).put(`/blocked/${wider.id}`, change)).status).toBe(202);
    expect((await api(ada).put(`/blocked/${off.id}`, { is_active: false })).status).toBe(202);
    clock.set("2026-03-11T12:00:00Z");
    Object.assign(ada, await signIn(ada));
    const phone = await listen(ada);
    await mysqlFails({ mode: "refused" });
    await api(ada).post("/activities", use("2026-03-11T10:00:00Z", 60));
    await phone.catchUp();
    expect(phone.of("alert")).toEqual([
      {
        type: "alert",
        rule_id: wider.id,
        percent: 50,
        used_seconds: 3_600,
        limit_seconds: 7_200,
      },
    ]);
  });
});

describe("a change of policy", () => {
  it("reaches a connected phone within 1 s, and moves the ETag", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const { id } = await make(ada);
    const phone = await listen(ada);
    const before = phone.last?.policy_version ?? "";
    const known = { ...bearer(ada), "if-none-match": `"${before}"` };
    expect((await call("GET", "/blocked/decisions", undefined, known)).status).toBe(304);
    const from = performance.now();
    const put = api(ada).put(`/blocked/${id}`, { daily_limit_minutes: 30 });
    await vi.waitFor(() => expect(phone.frames).toHaveLength(2), { timeout: 1_000, interval: 5 });
    expect(performance.now() - from).toBeLessThan(1_000);
    expect((await put).status).toBe(200);
    expect((await call("GET", "/blocked/decisions", undefined, known)).status).toBe(200);
    const { policy_version } = await policyOf(ada);
    expect(phone.last).toEqual({ type: "policy", policy_version });
    expect(policy_version).not.toBe(before);
  });

  it("that blocks or frees at once is said so: a tighter limit, a reset, a rule that is deleted", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const { id: rule_id } = await make(ada);
    await api(ada).post("/activities", use("2026-03-10T10:00:00Z", 40));
    const phones = [await listen(ada), await listen(ada)];
    const steps: [() => Promise<unknown>, string[]][] = [
      [
        async () => await api(ada).put(`/blocked/${rule_id}`, { daily_limit_minutes: 30 }),
        ["alert", "alert", "blocked", "policy"],
      ],
      [async () => await api(ada).post(`/blocked/${rule_id}/reset`), ["unblocked", "policy"]],
      // Each percentage once a rule and day: a reset brings none of them again.
      [
        async () => await api(ada).post("/activities", use("2026-03-10T08:00:00Z", 35)),
        ["blocked", "policy"],
      ],
      [async () => await api(ada).delete(`/blocked/${rule_id}`), ["unblocked", "policy"]],
    ];
    for (const phone of phones) expect(phone.news).toEqual(["policy"]);
    for (const [change, heard] of steps) {
      await change();
      for (const phone of phones) {
        await phone.catchUp();
        const named = phone.frames.filter(({ type }) => type !== "policy");
        expect(named.every((frame) => frame.rule_id === rule_id)).toBe(true);
        expect(phone.news).toEqual(heard);
      }
    }
  });

  it("is told to whoever listens already when another phone connects or comes back", async () => {
    const clock = fixedClock("2026-03-10T20:59:00Z");
    const ada = await signUp();
    const evening = [{ days: [2], start: "21:00", end: "21:30" }];
    const { id } = await make(ada, { apps: ["a.b"], schedule: evening });
    const phone = await listen(ada);
    expect(phone.news).toEqual(["policy"]);
    clock.set("2026-03-10T21:00:00Z");
    const other = await listen(ada);
    expect(other.frames.map(({ type }) => type)).toEqual(["policy"]);
    await soon(() => expect(phone.frames.map(({ type }) => type)).toEqual(["blocked", "policy"]));
    expect(phone.of("blocked")).toEqual([{ type: "blocked", rule_id: id }]);
    clock.advance(30 * MINUTE_MS - 2 * MINUTE_MS);
    expect(phone.news).toEqual(["blocked", "policy"]);
    clock.set("2026-03-10T21:30:00Z");
    Object.assign(ada, await signIn(ada));
    const third = await listen(ada);
    await soon(() => expect(phone.of("unblocked")).toHaveLength(1));
    expect(third.frames.map(({ type }) => type)).toEqual(["policy"]);
  });
});

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
      const { id: rule_id } = await make(ada);
      clock.advance(2 * HOUR_MS);
      Object.assign(ada, await signIn(ada));
      await api(ada).post("/activities", use(noon, 60));
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
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const { id } = await make(ada, { ...hourOfInstagram, strict: true });
    await api(ada).put(`/blocked/${id}`, { daily_limit_minutes: 120 });
    await api(ada).post("/activities", use("2026-03-10T10:00:00Z", 90));
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
    const { id: rule_id } = await make(ada);
    // Rules go by age, and this one is to be the second.
    clock.advance(1);
    const strict = await make(ada, { apps: ["a.b"], daily_limit_seconds: 60, strict: true });
    await api(ada).put(`/blocked/${strict.id}`, { daily_limit_seconds: 120 });
    clock.set("2026-03-10T23:45:00Z");
    Object.assign(ada, await signIn(ada));
    const phone = await listen(ada);
    expect(phone.news).toEqual(["policy"]);
    await mysqlFails({ mode: "refused" });
    const taken = await api(ada).post<{ decisions: object[] }>(
      "/activities",
      use("2026-03-10T22:00:00Z", 60),
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
    await make(ada);
    const phone = await listen(ada);
    await mysqlFails({ mode: "hung" });
    await api(ada).post("/activities", use("2026-03-10T22:00:00Z", 60));
    await phone.catchUp();
    expect(phone.news).toEqual(["policy", "alert", "alert", "blocked", "policy"]);
    clock.advance(5_000);
    // A mail or the flush is under way and waits for MySQL; meanwhile the day turns.
    // No length of time says whether the phone was told in between, only what came first.
    const order: string[] = [];
    phone.socket.addEventListener("message", () => void order.push("told"));
    const waiting = runDurableObjectAlarm(stubOf(ada)).then(() => order.push("given up"));
    await soon(async () => expect(await countIn(ada, "jobs WHERE leased = 1")).toBeGreaterThan(0));
    clock.set("2026-03-11T00:00:00Z");
    await soon(() => expect(phone.last?.type).toBe("policy"));
    expect(phone.news).toEqual(["unblocked", "policy"]);
    expect(order.slice(0, 2)).toEqual(["told", "told"]);
    await mysqlFails();
    await waiting;
  });
});
