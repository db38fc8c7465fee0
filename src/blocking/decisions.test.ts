import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { api, call, signIn, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { hourOfInstagram, makeRule, useFrom, type Rule } from "../testing/rules.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

healAfterEach();

type Decisions = {
  policy_version: string;
  valid_until: string;
  decisions: {
    target: { kind: string; id: string };
    rule_id: string;
    state: string;
    reason: string;
    next_change_at: string | null;
    blocked_until: string | null;
  }[];
  rules: Rule[];
};

describe("decisions", () => {
  it("name the stricter rule, and what changes next; an ETag moves with every difference", async () => {
    const clock = fixedClock("2026-03-10T20:00:00Z");
    const ada = await signUp();
    const social = await makeRule(ada, { categories: ["social"], daily_limit_seconds: 1_800 });
    const night = await makeRule(ada, {
      apps: ["instagram.com"],
      schedule: [{ days: [1, 2, 3, 4, 5, 6, 7], start: "21:00", end: "06:00" }],
    });
    const first = await api(ada).get<Decisions>("/blocked/decisions");
    expect(first.body).toMatchObject({
      valid_until: "2026-03-12T00:00:00.000Z",
      timezone: "UTC",
      days: [
        {
          date: "2026-03-10",
          starts_at: "2026-03-10T00:00:00.000Z",
          ends_at: "2026-03-11T00:00:00.000Z",
        },
        {
          date: "2026-03-11",
          starts_at: "2026-03-11T00:00:00.000Z",
          ends_at: "2026-03-12T00:00:00.000Z",
        },
      ],
      decisions: [
        {
          target: { kind: "app", id: "instagram" },
          rule_id: social.id,
          state: "allowed",
          next_change_at: "2026-03-10T21:00:00.000Z",
        },
        { target: { kind: "category", id: "social" }, rule_id: social.id, state: "allowed" },
      ],
    });
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toBe(`"${first.body.policy_version}"`);
    const headers = { authorization: `Bearer ${ada.access_token}`, "if-none-match": etag };
    clock.advance(60_000);
    expect((await call("GET", "/blocked/decisions", undefined, headers)).status).toBe(304);
    await api(ada).post("/activities", useFrom("2026-03-10T10:00:00Z", 1));
    expect((await call("GET", "/blocked/decisions", undefined, headers)).status).toBe(200);
    clock.set("2026-03-10T21:00:00Z");
    Object.assign(ada, await signIn(ada));
    expect((await api(ada).get<Decisions>("/blocked/decisions")).body.decisions).toMatchObject([
      {
        target: { id: "instagram" },
        rule_id: night.id,
        state: "blocked",
        reason: "schedule",
        blocked_until: "2026-03-11T06:00:00.000Z",
      },
      { target: { id: "social" }, rule_id: social.id, state: "allowed" },
    ]);
  });

  it("cost one object call and no MySQL call, and so does the usage that moves them", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    await makeRule(ada, hourOfInstagram);
    const lines = vi.spyOn(console, "info").mockImplementation(() => undefined);
    await api(ada).get("/blocked/decisions");
    await api(ada).post("/activities", useFrom("2026-03-10T10:00:00Z", 60));
    const requests = lines.mock.calls
      .map(([text]) => JSON.parse(String(text)) as Record<string, unknown>)
      .filter(({ event }) => event === "request");
    lines.mockRestore();
    expect(requests).toMatchObject([
      { route: "/api/blocked/decisions", status: 200, object_calls: 1 },
      { route: "/api/activities", status: 201, object_calls: 1 },
    ]);
    for (const line of requests) expect(line).toHaveProperty("mysql_calls", 0);
  });
});

describe("a rule whose deletion nobody heard of", () => {
  it("blocks no more once the phone has asked again, and is told that it is gone", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const { id } = await makeRule(ada, { app: "com.instagram.android", daily_limit_minutes: 0 });
    // The row goes, then the Worker dies: the object never hears of it.
    await mysqlFails({ mode: "refused", match: "from `sessions`" });
    expect((await api(ada).delete(`/blocked/${id}`)).status).toBe(503);
    await mysqlFails();
    await runInDurableObject(userStub(ada), (_object, state) => {
      state.storage.sql.exec("DELETE FROM jobs");
    });
    expect((await api(ada).get<Decisions>("/blocked/decisions")).body.rules).toHaveLength(1);
    expect((await api(ada).delete(`/blocked/${id}`)).status).toBe(404);
    const { body } = await api(ada).get<Decisions>("/blocked/decisions");
    expect(body).toMatchObject({ decisions: [], rules: [] });
  });
});
