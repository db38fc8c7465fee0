import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Client } from "@planetscale/database";
import { describe, expect, inject, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, mailsTo, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { until } from "../testing/until.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { mailAlert } from "./alert-mail.service.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

healAfterEach();

type Clock = ReturnType<typeof fixedClock>;
type Row = { dedupe_key: string; to_address: string; locale: string };

const NOON = "2026-03-10T12:00:00Z";
const mysql = () => new Client({ url: inject("planetscaleUrl") });
const use = (started_at: string, minutes: number) => ({
  app: "com.instagram.android",
  started_at,
  duration_seconds: minutes * 60,
});

async function make(user: TestUser, more: object = {}): Promise<string> {
  const rule = {
    app: "com.instagram.android",
    name: "Less of it",
    daily_limit_minutes: 60,
    ...more,
  };
  const { status, body } = await api(user).post<{ id: string }>("/blocked", rule);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

/** Has the object's alarm run until no alert of its waits to be mailed. */
async function mailed(user: TestUser, clock: Clock): Promise<void> {
  const stub = userStub(user);
  await until("the alerts' mails", async () => {
    await doWhatIsDue(stub);
    clock.advance(SECOND_MS);
    return await runInDurableObject(stub, (_, { storage }) => {
      const left = storage.sql.exec("SELECT 1 FROM jobs WHERE kind = 'alert_mail'").toArray();
      return left.length === 0 && [...storage.kv.list({ prefix: "unmailed_alert" })].length === 0;
    });
  });
}

async function outbox(user: TestUser): Promise<Row[]> {
  const find =
    "select dedupe_key, to_address, locale from emails where user_id = ? and kind = 'limit-alert' order by id";
  return (await mysql().execute(find, [user.id])).rows as Row[];
}

/** The mails about limits that came to a user, oldest first, once so many are there. */
async function alertMails(user: TestUser, count: number) {
  const read = async () =>
    (await mailsTo(user.email)).filter(({ tag }) => tag === "limit-alert").reverse();
  await until("the mails in the box", async () => (await read()).length >= count);
  return await read();
}

const keysOf = (user: TestUser, rule_id: string, date: string, percents: number[]) =>
  percents.map((percent) => `limit-alert/${user.id}/${rule_id}/${date}/${percent}`);

describe("the mail of an alert", () => {
  it("comes once a rule, day and percentage, and says what was reached", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const id = await make(ada);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        await api(ada).post("/activities", use("2026-03-10T09:00:00Z", 50));
      }),
    );
    await mailed(ada, clock);
    const [first] = await alertMails(ada, 1);
    expect(first?.subject).toContain("Less of it");
    expect(first?.html).toContain(`/limits/${id}`);
    expect(first?.text).toMatch(/80\s*%/);
    await api(ada).post("/activities", use("2026-03-10T10:00:00Z", 15));
    await mailed(ada, clock);
    await api(ada).post(`/blocked/${id}/reset`);
    await api(ada).post("/activities", use("2026-03-10T06:00:00Z", 70));
    await mailed(ada, clock);
    expect(await alertMails(ada, 2)).toHaveLength(2);
    clock.set("2026-03-11T12:00:00Z");
    Object.assign(ada, await signIn(ada));
    await api(ada).post("/activities", use("2026-03-11T09:00:00Z", 50));
    await mailed(ada, clock);
    expect(await alertMails(ada, 3)).toHaveLength(3);
    expect((await outbox(ada)).map((row) => row.dedupe_key)).toEqual([
      ...keysOf(ada, id, "2026-03-10", [80, 100]),
      ...keysOf(ada, id, "2026-03-11", [80]),
    ]);
  });

  it("is written in the reader's language", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp({ locale: "fr" });
    await make(ada);
    await api(ada).post("/activities", use("2026-03-10T09:00:00Z", 50));
    await mailed(ada, clock);
    const [mail] = await alertMails(ada, 1);
    expect(mail?.text).toContain("aujourd’hui");
    expect(await outbox(ada)).toMatchObject([{ to_address: ada.email, locale: "fr" }]);
  });

  it("follows once MySQL is back, each once, also where the rule is gone by then", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const [kept, gone] = [await make(ada), await make(ada, { name: "Gone" })];
    await mysqlFails({ mode: "refused" });
    await api(ada).post("/activities", use("2026-03-10T09:00:00Z", 50));
    await api(ada).post("/activities", use("2026-03-10T10:00:00Z", 10));
    const stub = userStub(ada);
    for (let times = 0; times < 3; times += 1) {
      await doWhatIsDue(stub);
      clock.advance(5 * SECOND_MS);
    }
    await mysqlFails();
    expect(await outbox(ada)).toEqual([]);
    expect((await api(ada).delete(`/blocked/${gone}`)).status).toBe(204);
    await mailed(ada, clock);
    expect((await outbox(ada)).map((row) => row.dedupe_key).sort()).toEqual(
      [kept, gone].flatMap((id) => keysOf(ada, id, "2026-03-10", [80, 100])).sort(),
    );
    const subjects = (await alertMails(ada, 4)).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject.includes("Gone"))).toHaveLength(2);
    expect(subjects).toHaveLength(4);
  });

  it("comes once also where the outbox took it and the answer was lost", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    await make(ada);
    await mysqlFails({ mode: "lost", match: "^insert into `emails`", times: 2 });
    await api(ada).post("/activities", use("2026-03-10T09:00:00Z", 50));
    await mailed(ada, clock);
    expect(await outbox(ada)).toHaveLength(1);
    expect(await alertMails(ada, 1)).toHaveLength(1);
  });

  it("is found by the sweep where the queue failed, and is one however often it is asked for", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const ctx = jobContext(env, createExecutionContext(), "test");
    const failing = { send: async () => await Promise.reject(new Error("no queue")) };
    const bindings = { ...ctx.bindings, MAIL_QUEUE: failing as unknown as Queue };
    const alert = {
      rule_id: "01957f00-0000-7000-8000-000000000001",
      rule_name: "Less of it",
      date: "2026-03-10",
      percent: 80,
      used_seconds: 2_880,
      limit_seconds: 3_600,
    };
    for (let times = 0; times < 3; times += 1)
      await mailAlert({ ...ctx, db: ctx.db, bindings }, ada.id, alert);
    expect(await outbox(ada)).toHaveLength(1);
    expect(await alertMails(ada, 1)).toHaveLength(1);
  });
});

describe("no mail of an alert", () => {
  it.each([
    ["has switched these mails off", "update users set limit_emails = 0 where id = ?"],
    ["is disabled", "update users set is_active = 0 where id = ?"],
    ["has not confirmed the address", "update users set email_verified_at = null where id = ?"],
  ])(
    "comes to who %s by the time it is written, and it is not kept for later",
    async (_who, change) => {
      const clock = fixedClock(NOON);
      const ada = await signUp();
      await make(ada);
      // Nobody can be looked up until the change is made.
      await mysqlFails({ mode: "refused", match: "^select .* from `users`" });
      await api(ada).post("/activities", use("2026-03-10T09:00:00Z", 60));
      await mysql().execute(change, [ada.id]);
      await mysqlFails();
      await mailed(ada, clock);
      expect(await outbox(ada)).toEqual([]);
    },
  );

  it("comes to who says so in the settings, and every one after to who wants them again", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    await make(ada);
    await api(ada).put("/users/me", { settings: { limit_emails: false } });
    await api(ada).post("/activities", use("2026-03-10T09:00:00Z", 50));
    await mailed(ada, clock);
    await api(ada).put("/users/me", { settings: { limit_emails: true } });
    await api(ada).post("/activities", use("2026-03-10T10:00:00Z", 10));
    await mailed(ada, clock);
    expect((await outbox(ada)).map((row) => row.dedupe_key.split("/").at(-1))).toEqual(["100"]);
  });
});
