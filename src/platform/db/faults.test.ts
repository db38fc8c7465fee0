import { describe, expect, it } from "vitest";
import { api, signUp } from "../../testing/api.ts";
import { mysqlFails } from "../../testing/faults.ts";

describe("while the database fails", () => {
  it.each([
    "refused",
    "hung",
    "cut_off",
    "server_error",
    "html",
    "too_many",
    "broken_json",
    "deadlock",
    "lock_wait",
    "lost",
    "rollback_fails",
  ])("by %s, routes answer 503 within 5 s and never leak why; usage goes on", async (mode) => {
    const ada = await signUp();
    await mysqlFails(
      { mode },
      ...(mode === "rollback_fails" ? [{ mode: "html", match: "^update" }] : []),
    );
    try {
      const from = Date.now();
      const answers = await Promise.all([
        api(ada).get("/users/me"),
        api(ada).put("/users/me", { week_start: 3 }),
        api(ada).get("/challenges"),
      ]);
      expect(Date.now() - from).toBeLessThan(5_000);
      const statuses = answers.map(({ status }) => status);
      expect(statuses.every((status) => [200, 503].includes(status))).toBe(true);
      expect(statuses).toContain(503);
      for (const { status, body, headers } of answers) {
        if (status !== 503) continue;
        expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
        expect(JSON.stringify(body)).not.toMatch(/select|update|errno|vttablet|127\.0\.0\.1/i);
      }
      const started_at = new Date(Date.now() - 60_000).toISOString();
      const item = { app: "x.com", started_at, duration_seconds: 30 };
      expect((await api(ada).post("/activities", item)).status).toBe(201);
      expect((await api(ada).get("/activities/today")).status).toBe(200);
    } finally {
      await mysqlFails();
    }
    expect((await api(ada).get("/users/me")).status).toBe(200);
  });
});
