import { describe, expect, it } from "vitest";
import { eq } from "drizzle-orm";
import { queueMails } from "../mail/index.ts";
import { auditOf, twoAdminsBeforeEach } from "../testing/admins.ts";
import { change, codeOf, remove, turn, type Account, type Problem } from "../testing/admin-acts.ts";
import { api, call, mailsTo, signIn, signUp, type TestUser } from "../testing/api.ts";
import { makeChallenge, watch, work } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { closeSocketsAfterEach, listen } from "../testing/own-socket.ts";
import { untilErased } from "../testing/traces.ts";
import { until } from "../testing/until.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { dailyUsage } from "../usage/usage.table.ts";

restoreClockAfterEach();
closeSocketsAfterEach();

let root: TestUser;
/** Another administrator, so that nobody is the last one unless a test says so. */
let other: TestUser;
twoAdminsBeforeEach((one, two) => {
  [root, other] = [one, two];
});
healAfterEach();

const login = async ({ email, password }: TestUser) =>
  await call<Problem & { access_token: string; refresh_token: string }>("POST", "/auth/login", {
    email,
    password,
  });
/** A challenge that has not begun yet, also where midnight comes meanwhile. */
const soon = () => {
  const dates = [2, 3].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
  const [start_date, end_date] = dates.map((date) => date.slice(0, 10));
  return { start_date, end_date };
};
const actsOn = async (id: string) =>
  (await auditOf(id)).filter(
    ({ action }) => action.startsWith("admin.") && action !== "admin.read",
  );

describe("an account that is looked at", () => {
  it("shows its use", async () => {
    const ada = await signUp();
    await signIn(ada);
    await api(ada).post("/blocked", { app: "x.com", daily_limit_minutes: 5 });
    await makeChallenge(ada, soon());
    const started_at = new Date(Date.now() - 600_000).toISOString();
    await api(ada).post("/activities", { app: "x.com", started_at, duration_seconds: 60 });
    // Not by asking as `root`, whose requests of a minute this file nearly uses up.
    await until("the use in MySQL", async () => {
      const rows = await work()
        .db.select({ seconds: dailyUsage.seconds })
        .from(dailyUsage)
        .where(eq(dailyUsage.user_id, ada.id));
      return rows.length > 0;
    });
    const { status, body } = await api(root).get<Account & { sessions: { last_seen_at: string } }>(
      `/admin/users/${ada.id}`,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: ada.id,
      email: ada.email,
      sessions: { live: 2 },
      challenges: { active: 1, finished: 0, won: 0 },
      blocked_rules: 1,
      week_seconds: 60,
    });
    expect(Date.parse(body.sessions.last_seen_at)).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify(body)).not.toContain("hash");
    await until("the look in the audit", async () =>
      (await auditOf(ada.id)).some(
        ({ action, actor_id }) => action === "admin.read" && actor_id === root.id,
      ),
    );
  });

  it("is not there where there is none", async () => {
    for (const id of ["01957f00-0000-7000-8000-000000000001", "nonsense"]) {
      expect((await api(root).get(`/admin/users/${id}`)).status).toBe(404);
      expect((await change(root, id, { role: "admin" })).status).toBe(404);
      expect((await change(root, id, { role: "user" })).status).toBe(404);
      expect((await turn(root, id, "deactivate")).status).toBe(404);
      expect((await turn(root, id, "activate")).status).toBe(404);
      expect((await remove(root, id)).status).toBe(404);
    }
  });
});

describe("changing an account", () => {
  it("changes the fields it names, and is written down with what was before", async () => {
    const ada = await signUp();
    const changed = await change(root, ada.id, { display_name: "Ada L.", role: "admin" });
    expect(changed).toMatchObject({ status: 200, body: { display_name: "Ada L.", role: "admin" } });
    expect((await api(ada).get("/users/me")).body).toMatchObject({ display_name: "Ada L." });
    expect((await api(ada).get("/admin/users?limit=1")).status).toBe(200);
    expect(await actsOn(ada.id)).toMatchObject([
      {
        action: "admin.user_changed",
        level: "warning",
        actor_id: root.id,
        context: { before: { role: "user" }, after: { role: "admin" } },
        personal: { before: { display_name: "Ada" }, after: { display_name: "Ada L." } },
      },
    ]);
  });

  it("takes no other field, and nothing that does not fit", async () => {
    const ada = await signUp();
    for (const [path, value] of [
      ["email", "new@example.com"],
      ["password", "a long enough password"],
      ["email_verified_at", null],
      ["timezone", "UTC"],
      ["id", root.id],
      ["display_name", ""],
      ["role", "owner"],
      ["is_active", "false"],
    ] as const) {
      const { status, body } = await change(root, ada.id, { [path]: value });
      expect([path, status, body.errors?.[0]?.path]).toEqual([path, 422, path]);
    }
    expect(await actsOn(ada.id)).toEqual([]);
  });

  it("signs nobody out who loses nothing by it", async () => {
    const ada = await signUp();
    const same = { display_name: "Ada", role: "user", is_active: true };
    expect((await change(root, ada.id, same)).status).toBe(200);
    expect((await change(root, root.id, { ...same, role: "admin" })).status).toBe(200);
    for (const user of [ada, root]) expect((await api(user).get("/users/me")).status).toBe(200);
  });

  it("ends the sessions of who is demoted; the role is gone from the next call on", async () => {
    const phone = await listen(other);
    expect((await change(root, other.id, { role: "user" })).status).toBe(200);
    expect(codeOf(await api(other).get<Problem>("/admin/users"))).toEqual([401, "session_ended"]);
    await until("the socket's end", async () => phone.closed === 4401);
    const back = { ...other, ...(await signIn(other)) };
    expect(codeOf(await api(back).get<Problem>("/admin/users"))).toEqual([403, "not_allowed"]);
  });
});

describe("switching an account off", () => {
  it("signs it out everywhere, closes its sockets and keeps it from signing in", async () => {
    const ada = await signUp();
    const tablet = { ...ada, ...(await signIn(ada)) };
    const { id } = await makeChallenge(ada, soon());
    const [own, board] = [await listen(ada), await watch(tablet, id)];
    const from = Date.now();
    expect(await turn(root, ada.id, "deactivate")).toMatchObject({
      status: 200,
      body: { id: ada.id, is_active: false },
    });
    for (const device of [ada, tablet]) {
      expect((await api(device).get("/users/me")).status).toBe(401);
      const { refresh_token } = device;
      expect((await call("POST", "/auth/refresh", { refresh_token })).status).toBe(401);
    }
    expect(codeOf(await login(ada))).toEqual([403, "account_disabled"]);
    expect((await login({ ...ada, password: "not the password" })).status).toBe(401);
    await until("both ends", async () => own.closed !== null && board.closed !== null);
    expect(Date.now() - from).toBeLessThan(5_000);
    expect(own.closed).toBe(4403);
    expect(await actsOn(ada.id)).toMatchObject([
      {
        action: "admin.user_deactivated",
        context: { before: { is_active: true }, after: { is_active: false } },
        personal: null,
      },
    ]);
  });

  it("drops the mails that wait for it", async () => {
    const ada = await signUp();
    await mailsTo(ada.email);
    const mail = (kind: "challenge-cancelled" | "password-changed", data: object) => ({
      dedupe_key: `test:${kind}:${ada.id}`,
      user_id: ada.id,
      to_address: ada.email,
      kind,
      locale: "en" as const,
      data: { display_name: "Ada", ...data },
      link: { path: "/challenges" },
    });
    await turn(root, ada.id, "deactivate");
    await queueMails(work(), [mail("challenge-cancelled", { challenge_name: "Less" })]);
    const tags = (await mailsTo(ada.email)).map(({ tag }) => tag);
    expect(tags).not.toContain("challenge-cancelled");
    await call("POST", "/auth/forgot-password", { email: ada.email });
    expect((await mailsTo(ada.email)).map(({ tag }) => tag)).toEqual(tags);
  });

  it("is undone by switching it on: it can sign in again, with all it had", async () => {
    const ada = await signUp();
    const rule = await api(ada).post<{ id: string }>("/blocked", {
      app: "x.com",
      daily_limit_minutes: 5,
    });
    await turn(root, ada.id, "deactivate");
    expect((await turn(root, ada.id, "activate")).body).toMatchObject({ is_active: true });
    expect((await api(ada).get("/users/me")).status).toBe(401);
    const back = { ...ada, ...(await signIn(ada)) };
    expect((await api(back).get(`/blocked/${rule.body.id}`)).status).toBe(200);
    expect((await actsOn(ada.id)).map(({ action }) => action)).toEqual([
      "admin.user_deactivated",
      "admin.user_activated",
    ]);
  });

  it.each([
    ["deactivate", async (id: string) => await turn(root, id, "deactivate"), false],
    ["activate", async (id: string) => await turn(root, id, "activate"), true],
    ["PUT", async (id: string) => await change(root, id, { is_active: false }), false],
  ] as const)(
    "is put right by doing it again where the object could not be told (%s)",
    async (_how, act, is_active) => {
      const ada = await signUp();
      if (is_active) await turn(root, ada.id, "deactivate");
      const phone = is_active ? null : await listen(ada);
      // Only the object of the person, who is told, reads these.
      await mysqlFails({ mode: "refused", match: "from `user_day_rules`" });
      expect((await act(ada.id)).status).toBe(503);
      await mysqlFails();
      expect(await act(ada.id)).toMatchObject({ status: 200, body: { is_active } });
      if (phone) await until("the socket's end", async () => phone.closed === 4403);
      expect((await login(ada)).status).toBe(is_active ? 200 : 403);
      if (!is_active) expect((await api(ada).get("/users/me")).status).toBe(401);
    },
  );
});

describe("deleting an account", () => {
  it("erases it as if its owner had asked", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const phone = await listen(ada);
    expect((await remove(root, ada.id)).status).toBe(204);
    expect((await api(ada).get("/users/me")).status).toBe(401);
    expect((await login(ada)).status).toBe(401);
    await until("the socket's end", async () => phone.closed !== null);
    expect((await api(root).get(`/admin/users/${ada.id}`)).status).toBe(404);
    expect((await turn(root, ada.id, "activate")).status).toBe(404);
    expect((await remove(root, ada.id)).status).toBe(204);
    await untilErased(ada.id, clock);
    expect((await remove(root, ada.id)).status).toBe(404);
    const mails = (await mailsTo(ada.email)).filter(({ tag }) => tag === "account-deleted");
    expect(mails).toHaveLength(1);
  });

  it("is written down once with whose it was, however often it is asked for", async () => {
    const ada = await signUp();
    await mysqlFails({ mode: "refused", match: "from `user_day_rules`" });
    expect((await remove(root, ada.id)).status).toBe(503);
    await mysqlFails();
    expect((await remove(root, ada.id)).status).toBe(204);
    const acts = (await actsOn(ada.id)).filter(({ action }) => action === "admin.user_deleted");
    expect(acts).toMatchObject([
      { actor_id: root.id, context: { before: { role: "user", is_active: true } } },
    ]);
  });
});
