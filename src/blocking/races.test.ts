import { runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

type Rule = {
  id: string;
  name: string;
  used_seconds: number;
  daily_limit_seconds: number | null;
  pending_change: object | null;
};
type Problem = { code: string };

const TURN = Date.parse("2026-03-10T23:00:00Z");
async function make(user: TestUser, more: object): Promise<Rule> {
  const rule = { app: "com.instagram.android", daily_limit_minutes: 60, ...more };
  return (await api(user).post<Rule>("/blocked", rule)).body;
}

describe("a rule's time", () => {
  it("is put back three times a day, also when twenty phones ask at once", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const { id } = await make(ada, {});
    for (const day of ["2026-03-10", "2026-03-11"]) {
      clock.set(`${day}T13:00:00Z`);
      Object.assign(ada, await signIn(ada));
      const item = { app: "com.instagram.android", started_at: `${day}T12:00:00Z` };
      await api(ada).post("/activities", { ...item, duration_seconds: 600 });
      const answers = await Promise.all(
        Array.from(
          { length: 20 },
          async () => await api(ada).post<Rule & Problem>(`/blocked/${id}/reset`),
        ),
      );
      const refused = answers.filter(({ status }) => status !== 200);
      expect(answers).toHaveLength(refused.length + 3);
      expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(["reset_quota"]));
      expect((await api(ada).get<Rule>(`/blocked/${id}`)).body.used_seconds).toBe(0);
    }
  });
});

describe("a loosening that waits, at the turn of the day", () => {
  it.each([-1, 0, 1])(
    "takes place once, and takes nothing away from a change that comes at %i ms from it",
    async (offset_ms) => {
      const clock = fixedClock("2026-03-10T12:00:00Z");
      const ada = await signUp({ timezone: "Europe/Paris" });
      const { id } = await make(ada, { strict: true });
      const path = `/blocked/${id}`;
      expect((await api(ada).put(path, { daily_limit_seconds: 7_200 })).status).toBe(202);
      clock.set(TURN + offset_ms);
      Object.assign(ada, await signIn(ada));
      const item = { app: "com.instagram.android", duration_seconds: 60 };
      const answers = await Promise.all([
        api(ada).put(path, { name: "Late" }),
        api(ada).put(path, { alert_percents: [50] }),
        ...["22:10", "22:20", "22:30"].map(
          async (time) =>
            await api(ada).post("/activities", { ...item, started_at: `2026-03-10T${time}:00Z` }),
        ),
        api(ada).get("/blocked/decisions"),
        runDurableObjectAlarm(userStub(ada)).then(() => ({ status: 200 })),
        api(ada).get("/blocked"),
      ]);
      expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
      clock.set(TURN + 60_000);
      await doWhatIsDue(userStub(ada));
      const seen = (await api(ada).get<Rule>(path)).body;
      expect(seen).toMatchObject({
        name: "Late",
        alert_percents: [50],
        daily_limit_seconds: 7_200,
        pending_change: null,
        // The minutes of the day before are not today's.
        used_seconds: 0,
      });
      const { rules } = (await api(ada).get<{ rules: Rule[] }>("/blocked/decisions")).body;
      expect(rules).toEqual([seen]);
    },
  );

  it("is called off in time, or not at all, by whoever asks as it falls due", async () => {
    for (const offset_ms of [-1, 0]) {
      const clock = fixedClock("2026-03-10T12:00:00Z");
      const ada = await signUp({ timezone: "Europe/Paris" });
      const { id } = await make(ada, { strict: true });
      const path = `/blocked/${id}`;
      await api(ada).put(path, { daily_limit_seconds: 7_200 });
      clock.set(TURN + offset_ms);
      Object.assign(ada, await signIn(ada));
      await Promise.all([
        api(ada).put(path, { pending_change: null }),
        runDurableObjectAlarm(userStub(ada)),
        api(ada).get("/blocked/decisions"),
      ]);
      clock.set(TURN + 60_000);
      expect((await api(ada).get<Rule>(path)).body).toMatchObject({
        daily_limit_seconds: offset_ms < 0 ? 3_600 : 7_200,
        pending_change: null,
      });
    }
  });
});
