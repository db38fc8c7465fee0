import { runInDurableObject } from "cloudflare:test";
import { expect, describe, it } from "vitest";
import { newId } from "../platform/ids.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import { today } from "../testing/acts/act.ts";
import { rule, makeRule } from "../testing/acts/blocking.ts";
import { webhook, SECRET, bounce, unsubscribePath } from "../testing/acts/mail.ts";
import { api, call, freshEmail, signIn, signUp, type TestUser } from "../testing/api.ts";
import { awaitLogs, logsAbout, visit } from "../testing/visit.ts";
import { joinChallenge, makeChallenge, report } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { testDatabase } from "../testing/database.ts";
import { until } from "../testing/until.ts";
import type { Action } from "./actions.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

/** What is asked for twice, by the same person in the same words. */
type Twice = [
  what: string,
  action: Action,
  prepare: (ada: TestUser) => Promise<() => Promise<unknown>>,
];
const TWICE: Twice[] = [
  [
    "a sign-out",
    "auth.logged_out",
    async ({ refresh_token }) =>
      async () => {
        const { status } = await call("POST", "/auth/logout", { refresh_token });
        expect(status).toBe(204);
      },
  ],
  [
    "the end of all other sessions",
    "auth.sessions_ended",
    async (ada) => {
      await signIn(ada);
      return async () => await api(ada).delete("/users/me/sessions");
    },
  ],
  [
    "a change of the profile",
    "users.changed",
    async (ada) => async () => await api(ada).put("/users/me", { week_start: 3 }),
  ],
  [
    "the avatar's removal",
    "users.avatar_changed",
    async (ada) => {
      await testDatabase().execute("update users set avatar_key = 'x' where id = ?", [ada.id]);
      return async () => await api(ada).delete("/users/me/avatar");
    },
  ],
  [
    "an activity's removal, by its object",
    "usage.activity_deleted",
    async (ada) => {
      const id = await report(ada, { started_at: "2026-03-10T10:00:00Z" });
      return async () => {
        expect((await api(ada).delete(`/activities/${id}`)).status).toBe(204);
      };
    },
  ],
  [
    "an activity's removal, by MySQL",
    "usage.activity_deleted",
    async (ada) => {
      const id = newId(Date.parse("2026-01-01"));
      await testDatabase().execute(
        `insert into activities values ('${ada.id}','${id}','interval','x','x',null,'social','','2026-01-01','2026-01-01','2026-01-01 00:00:01',1,'2026-01-01',null,1)`,
      );
      return async () => {
        expect((await api(ada).delete(`/activities/${id}`)).status).toBe(204);
      };
    },
  ],
  [
    "a rule's change",
    "blocking.rule_changed",
    async (ada) => {
      const id = await makeRule(ada, { weekday_limits: { "1": 60 }, alert_percents: [50, 90] });
      const schedule = [{ days: [1, 2], start: "22:00", end: "06:00" }];
      return async () => await api(ada).put(`/blocked/${id}`, { schedule });
    },
  ],
  [
    "a strict rule's deletion",
    "blocking.rule_deleted",
    async (ada) => {
      const id = await makeRule(ada, { strict: true });
      return async () => {
        expect((await api(ada).delete(`/blocked/${id}`)).status).toBe(202);
      };
    },
  ],
  [
    "a challenge under its own id",
    "challenges.created",
    async (ada) => {
      const id = newId(Date.parse("2026-03-10"));
      return async () => await api(ada).post("/challenges", { id, name: "Ours", ...today });
    },
  ],
  [
    "a challenge's change",
    "challenges.changed",
    async (ada) => {
      const { id } = await makeChallenge(ada, {
        start_date: "2026-03-20",
        end_date: "2026-03-21",
      });
      return async () => await api(ada).put(`/challenges/${id}`, { apps: ["instagram.com"] });
    },
  ],
  [
    "to leave",
    "challenges.left",
    async (ada) => {
      const made = await makeChallenge(await signUp(), { ...today, visibility: "public" });
      await joinChallenge(ada, made);
      return async () => await api(ada).post(`/challenges/${made.id}/leave`);
    },
  ],
  [
    "to join",
    "challenges.joined",
    async (ada) => {
      const { id } = await makeChallenge(await signUp(), { ...today, visibility: "public" });
      return async () => await api(ada).post(`/challenges/${id}/join`, {});
    },
  ],
  [
    "to call a challenge off",
    "challenges.cancelled",
    async (ada) => {
      const { id } = await makeChallenge(ada, today);
      return async () => {
        expect((await api(ada).delete(`/challenges/${id}`)).status).toBe(204);
      };
    },
  ],
  [
    "to unsubscribe",
    "mail.unsubscribed",
    async ({ id }) =>
      async () =>
        await call("POST", unsubscribePath(id)),
  ],
  [
    "a bounce, by Postmark",
    "mail.address_marked",
    async ({ email }) =>
      async () => {
        const told = bounce(email, Date.parse("2026-03-10T11:00:00Z"));
        const { status } = await call("POST", "/webhooks/postmark", told, webhook(SECRET));
        expect(status).toBe(200);
      },
  ],
];

describe("who asks again for what is done", () => {
  it.each(TWICE)("leaves no second row: %s", async (_what, action, prepare) => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const act = await prepare(ada);
    for (let times = 0; times < 3; times += 1) {
      await act();
      clock.advance(SECOND_MS);
    }
    // What comes by the queue comes in order: a failure that is told of last has all before it.
    const last = visit();
    await last.call("POST", "/auth/login", { email: freshEmail(), password: "a wrong one" });
    await awaitLogs(last.request_id);
    const rows = await until("its row", async () => {
      const found = (await logsAbout(ada.id)).filter((row) => row.action === action);
      return found.length > 0 && found;
    });
    expect(rows).toHaveLength(1);
  });

  it("leaves no second row under an Idempotency-Key whose first answer was lost", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const post = async (path: string, body: object) =>
      await visit(ada).call("POST", path, body, {
        "idempotency-key": `key ${path}`.replace(" ", "-"),
      });
    for (const path of ["/blocked", "/challenges"]) {
      const body = path === "/blocked" ? rule : { name: "Ours", ...today };
      for (let times = 0; times < 2; times += 1) {
        expect((await post(path, body)).status).toBe(201);
        // As if nobody had heard how the run ended.
        await forgetAnswers(ada);
      }
    }
    const made = (await logsAbout(ada.id)).map(({ action }) => action);
    expect(made.filter((action) => action.endsWith("created")).sort()).toEqual([
      "blocking.rule_created",
      "challenges.created",
    ]);
  });

  it("20 times at once for a reset leaves three rows of resets and 17 of refusals", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const id = await makeRule(ada);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => await api(ada).post(`/blocked/${id}/reset`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    const rows = await until("all rows", async () => {
      const found = (await logsAbout(ada.id)).filter(({ action }) => /reset/.test(action));
      return found.length >= 20 && found;
    });
    const actions = rows.map(({ action }) => action);
    expect(actions.filter((action) => action === "blocking.rule_reset")).toHaveLength(3);
    expect(actions.filter((action) => action === "blocking.reset_refused")).toHaveLength(17);
  });
});

async function forgetAnswers(user: TestUser): Promise<void> {
  await runInDurableObject(userStub(user), (_object, { storage }) => {
    storage.sql.exec("UPDATE once SET status = NULL, leased_until = 0");
  });
}
