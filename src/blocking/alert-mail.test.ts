import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, mailsTo, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

healAfterEach();

const use = (hour: string, minutes: number) => ({
  app: "com.instagram.android",
  started_at: `2026-03-10T${hour}:00:00Z`,
  duration_seconds: minutes * 60,
});

async function withHourOfInstagram(): Promise<TestUser> {
  const ada = await signUp();
  await api(ada).post("/blocked", {
    app: "com.instagram.android",
    daily_limit_minutes: 60,
    name: "Insta <hour>",
  });
  return ada;
}

async function alertsTo(user: TestUser): Promise<string[]> {
  const mails = await mailsTo(user.email);
  const alerts = mails.filter(({ tag }) => tag === "limit-alert");
  return alerts.map(({ subject }) => subject.replaceAll("\u00a0", " "));
}

describe("the mail of an alert", () => {
  it("comes once for each percentage, whatever repeats, and can be switched off", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await withHourOfInstagram();
    await api(ada).post("/activities", use("08", 50));
    for (let round = 0; round < 3; round += 1) {
      await doWhatIsDue(userStub(ada));
      await evictDurableObject(userStub(ada));
      await api(ada).post("/activities", use("08", 50));
      clock.advance(5_000);
    }
    expect(await alertsTo(ada)).toEqual(["“Insta <hour>”: 80% used, 10 min left"]);
    await api(ada).put("/users/me", { settings: { limit_emails: false } });
    await api(ada).post("/activities", use("09", 50));
    await doWhatIsDue(userStub(ada));
    expect(await alertsTo(ada)).toHaveLength(1);
  });

  it("waits while MySQL is away, and comes once it is back", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await withHourOfInstagram();
    await mysqlFails({ mode: "refused", match: ".", times: 1_000 });
    expect((await api(ada).post("/activities", use("08", 60))).status).toBe(201);
    await doWhatIsDue(userStub(ada));
    await mysqlFails();
    clock.advance(10_000);
    await doWhatIsDue(userStub(ada));
    expect(await alertsTo(ada)).toHaveLength(2);
    clock.advance(10_000);
    await doWhatIsDue(userStub(ada));
    expect(await alertsTo(ada)).toHaveLength(2);
  });
});
