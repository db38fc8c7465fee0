import { describe, expect, it, vi } from "vitest";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, call, signIn, signUp, type TestUser } from "../testing/api.ts";
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

const NOON = "2026-03-10T12:00:00Z";
const alarm = async (user: TestUser) => await doWhatIsDue(userStub(user));
const bearer = (user: TestUser) => ({ authorization: `Bearer ${user.access_token}` });

describe("an alert", () => {
  it("comes once a percentage to every phone, under 20 reports at once and repeated alarms", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const { id: rule_id } = await makeRule(ada);
    const phones = [await listen(ada), await listen(ada)];
    const reports = Array.from({ length: 20 }, (_, n) =>
      useFrom(new Date(Date.parse("2026-03-10T09:00:00Z") + n * 5 * MINUTE_MS).toISOString(), 3),
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
    await makeRule(ada);
    await api(ada).post("/activities", useFrom("2026-03-10T10:00:00Z", 60));
    expect(await countIn(ada, "alerts")).toBe(2);
    clock.set("2026-03-11T12:00:00Z");
    Object.assign(ada, await signIn(ada));
    const phone = await listen(ada);
    await api(ada).post("/activities", useFrom("2026-03-11T10:00:00Z", 50));
    await phone.catchUp();
    expect(phone.of("alert")).toMatchObject([{ percent: 80 }]);
    expect(await countIn(ada, "alerts")).toBe(1);
  });

  it("follows the rule that holds, also before MySQL has heard that it holds", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const rule = { ...hourOfInstagram, strict: true };
    const [wider, off] = [await makeRule(ada, rule), await makeRule(ada, { ...rule, name: "Off" })];
    const change = { daily_limit_minutes: 120, alert_percents: [50, 100] };
    expect((await api(ada).put(`/blocked/${wider.id}`, change)).status).toBe(202);
    expect((await api(ada).put(`/blocked/${off.id}`, { is_active: false })).status).toBe(202);
    clock.set("2026-03-11T12:00:00Z");
    Object.assign(ada, await signIn(ada));
    const phone = await listen(ada);
    await mysqlFails({ mode: "refused" });
    await api(ada).post("/activities", useFrom("2026-03-11T10:00:00Z", 60));
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
    const { id } = await makeRule(ada);
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
    const { id: rule_id } = await makeRule(ada);
    await api(ada).post("/activities", useFrom("2026-03-10T10:00:00Z", 40));
    const phones = [await listen(ada), await listen(ada)];
    const steps: [() => Promise<unknown>, string[]][] = [
      [
        async () => await api(ada).put(`/blocked/${rule_id}`, { daily_limit_minutes: 30 }),
        ["alert", "alert", "blocked", "policy"],
      ],
      [async () => await api(ada).post(`/blocked/${rule_id}/reset`), ["unblocked", "policy"]],
      // Each percentage once a rule and day: a reset brings none of them again.
      [
        async () => await api(ada).post("/activities", useFrom("2026-03-10T08:00:00Z", 35)),
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
    const { id } = await makeRule(ada, { apps: ["a.b"], schedule: evening });
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
