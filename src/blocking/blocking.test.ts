import { describe, expect, it } from "vitest";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { testDatabase } from "../testing/database.ts";
import { hourOfInstagram, makeRule, useFrom, type Rule } from "../testing/rules.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

type Problem = { code: string; errors?: { path: string }[] };
type Taken = { decisions: { target: { id: string }; state: string; used_seconds: number }[] };

const use = (minutes: number, hour = "10") => useFrom(`2026-03-10T${hour}:00:00Z`, minutes);

async function ruleOf(user: TestUser, id: string): Promise<Rule> {
  return (await api(user).get<Rule>(`/blocked/${id}`)).body;
}

describe("a rule", () => {
  it("goes on for an app that the catalogue came to know only after it was made", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const { id } = await makeRule(ada, { app: "org.example.own", daily_limit_minutes: 60 });
    const apps = JSON.stringify(["com.burbn.instagram"]);
    await testDatabase().execute("update block_rules set apps = ? where id = ?", [apps, id]);
    await api(ada).put("/users/me", { display_name: "Ada, read anew" });
    await api(ada).post("/activities", use(50));
    const { body } = await api(ada).get<{ apps: string[]; used_seconds: number }>(`/blocked/${id}`);
    expect(body).toMatchObject({ apps: ["instagram"], used_seconds: 3_000 });
  });

  it("that is given no name has that of what it limits, as far as a name reaches", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const app = `set:${"é".repeat(124)}`;
    const made = await makeRule(await signUp(), { app, daily_limit_minutes: 60 });
    expect(made).toMatchObject({ name: [...app].slice(0, 100).join(""), apps: [app] });
  });

  it("may be made by the seed's shorthand, and shows how it stands", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const made = await makeRule(ada, hourOfInstagram);
    expect(made).toMatchObject({
      name: "instagram",
      apps: ["instagram"],
      daily_limit_seconds: 3_600,
      weekday_limits: {},
      schedule: [],
      alert_percents: [80, 100],
      strict: false,
      is_active: true,
      used_seconds: 0,
      remaining_seconds: 3_600,
      state: "allowed",
      pending_change: null,
    });
    const taken = await api(ada).post<Taken>("/activities", use(50));
    expect(taken.body.decisions).toMatchObject([
      { target: { kind: "app", id: "instagram" }, state: "warning", used_seconds: 3_000 },
    ]);
    await api(ada).post("/activities", use(20, "11"));
    expect(await ruleOf(ada, made.id)).toMatchObject({
      state: "blocked",
      reason: "limit",
      used_seconds: 4_200,
      remaining_seconds: 0,
    });
    expect((await api(ada).get<{ data: Rule[] }>("/blocked")).body).toMatchObject({
      data: [{ id: made.id }],
      next_cursor: null,
    });
    expect((await api(await signUp()).get<Problem>(`/blocked/${made.id}`)).status).toBe(404);
  });

  it.each([
    [{}, "apps"],
    [{ apps: ["a.b"] }, "daily_limit_seconds"],
    [{ apps: ["a.b"], app: "a.b", daily_limit_seconds: 5 }, "app"],
    [{ apps: ["a.b"], daily_limit_seconds: 86_401 }, "daily_limit_seconds"],
    [{ apps: ["a.b"], daily_limit_seconds: 5, alert_percents: [0] }, "alert_percents.0"],
    [
      { apps: ["a.b"], schedule: [{ days: [1], start: "24:00", end: "06:00" }] },
      "schedule.0.start",
    ],
    [{ apps: ["a.b"], daily_limit_seconds: 5, weekday_limits: { "8": 1 } }, "weekday_limits.8"],
    [{ apps: ["a.b"], daily_limit_seconds: 5, used_seconds: 0 }, "used_seconds"],
  ])("is refused as %j, by the field %s", async (rule, path) => {
    const ada = await signUp();
    const refused = await api(ada).post<Problem>("/blocked", rule);
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.map((error) => error.path)).toContain(path);
  });

  it("counts what was deleted, and a recreated rule counts what was used before it", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const made = await makeRule(ada, hourOfInstagram);
    const { body } = await api(ada).post<{ activity: { id: string } }>("/activities", use(60));
    await api(ada).delete(`/activities/${body.activity.id}`);
    expect(await ruleOf(ada, made.id)).toMatchObject({ state: "blocked", used_seconds: 3_600 });
    expect((await api(ada).delete(`/blocked/${made.id}`)).status).toBe(204);
    const again = await makeRule(ada, hourOfInstagram);
    expect(again).toMatchObject({ state: "blocked", used_seconds: 3_600 });
  });

  it("goes back to 0 three times a day, and never a strict one", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const made = await makeRule(ada, hourOfInstagram);
    await api(ada).post("/activities", use(60));
    for (const hour of ["09", "08", "07"]) {
      const reset = await api(ada).post<Rule>(`/blocked/${made.id}/reset`);
      expect(reset).toMatchObject({ status: 200, body: { used_seconds: 0, state: "allowed" } });
      await api(ada).post("/activities", use(60, hour));
      expect(await ruleOf(ada, made.id)).toMatchObject({ used_seconds: 3_600, state: "blocked" });
    }
    expect(await api(ada).post(`/blocked/${made.id}/reset`)).toMatchObject({
      status: 409,
      body: { code: "reset_quota" },
    });
    expect((await api(ada).get("/activities/today")).body).toMatchObject({ total_seconds: 14_400 });
    const strict = await makeRule(ada, { ...hourOfInstagram, strict: true });
    expect((await api(ada).post<Problem>(`/blocked/${strict.id}/reset`)).body.code).toBe(
      "rule_is_strict",
    );
  });
});

describe("a strict rule", () => {
  it("is tightened at once, and loosened with the next own day", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp({ timezone: "Europe/Paris" });
    const made = await makeRule(ada, { ...hourOfInstagram, strict: true });
    const path = `/blocked/${made.id}`;
    expect(await api(ada).put(path, { daily_limit_seconds: 1_800 })).toMatchObject({
      status: 200,
      body: { daily_limit_seconds: 1_800, pending_change: null },
    });
    expect(await api(ada).put(path, { daily_limit_seconds: 7_200 })).toMatchObject({
      status: 202,
      body: {
        daily_limit_seconds: 1_800,
        pending_change: {
          effective_date: "2026-03-11",
          not_before: "2026-03-10T23:00:00.000Z",
          rule: { daily_limit_seconds: 7_200 },
        },
      },
    });
    expect(await api(ada).put(path, { pending_change: null })).toMatchObject({
      status: 200,
      body: { daily_limit_seconds: 1_800, pending_change: null },
    });
    expect((await api(ada).put(path, { daily_limit_seconds: 7_200 })).status).toBe(202);
    clock.set("2026-03-10T22:59:59Z");
    Object.assign(ada, await signIn(ada));
    expect(await ruleOf(ada, made.id)).toMatchObject({ daily_limit_seconds: 1_800 });
    clock.set("2026-03-10T23:00:00Z");
    expect(await ruleOf(ada, made.id)).toMatchObject({
      daily_limit_seconds: 7_200,
      pending_change: null,
    });
  });

  it.each([
    ["deleted", async (ada: TestUser, path: string) => await api(ada).delete(path)],
    [
      "switched off",
      async (ada: TestUser, path: string) => await api(ada).put(path, { is_active: false }),
    ],
    [
      "no longer strict",
      async (ada: TestUser, path: string) => await api(ada).put(path, { strict: false }),
    ],
  ])("is %s with the next own day only", async (_what, loosen) => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const made = await makeRule(ada, { ...hourOfInstagram, strict: true });
    await api(ada).post("/activities", use(60));
    expect((await loosen(ada, `/blocked/${made.id}`)).status).toBe(202);
    expect(await ruleOf(ada, made.id)).toMatchObject({
      state: "blocked",
      strict: true,
      is_active: true,
    });
    clock.set("2026-03-11T00:00:00Z");
    Object.assign(ada, await signIn(ada));
    await doWhatIsDue(userStub(ada));
    const after = await api(ada).get<Rule>(`/blocked/${made.id}`);
    if (after.status !== 404) {
      expect([after.body.strict, after.body.is_active]).toContain(false);
      expect(after.body.pending_change).toBeNull();
    }
    expect(after.status === 404).toBe(_what === "deleted");
  });
});
