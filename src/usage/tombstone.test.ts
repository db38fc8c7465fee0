import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { api, signUp } from "../testing/api.ts";
import { userStub } from "../testing/objects.ts";

describe("a deleted activity", () => {
  it("goes on counting for limits, also in an object that was put to sleep meanwhile", async () => {
    const ada = await signUp();
    const rule = await api(ada).post<{ id: string }>("/blocked", {
      app: "x.com",
      daily_limit_minutes: 60,
    });
    const used = await api(ada).post<{ activity: { id: string } }>("/activities", {
      app: "x.com",
      started_at: new Date(Date.now() - 60_000).toISOString(),
      duration_seconds: 60,
    });
    expect((await api(ada).delete(`/activities/${used.body.activity.id}`)).status).toBe(204);
    await evictDurableObject(userStub(ada));
    const today = await api(ada).get<{ total_seconds: number }>("/activities/today");
    expect(today.body.total_seconds).toBe(0);
    const standing = await api(ada).get<{ used_seconds: number }>(`/blocked/${rule.body.id}`);
    // A minute that lies about midnight is in two days.
    expect(standing.body.used_seconds).toBeGreaterThan(0);
  });
});
