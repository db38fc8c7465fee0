import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { expect } from "vitest";
import { auditLogs } from "../../audit/audit.table.ts";
import { tendUnverifiedAccounts } from "../../auth/auth.jobs.ts";
import { jobContext } from "../../platform/context.ts";
import { DAY_MS } from "../../platform/time/instant.ts";
import { api, freshEmail, signUp } from "../api.ts";
import { mysqlFails } from "../faults.ts";
import { awaitLogs, logsAbout, logsOfRequest, visit } from "../visit.ts";
import { png } from "../images.ts";
import { testDatabase } from "../database.ts";
import { untilErased } from "../traces.ts";
import { about, answered, asUser, by, idOf, nobody, type Act, type Tried } from "./act.ts";

export const USERS_ACTS = {
  "users.changed": [
    asUser("name and zone, before and after", async (ada) => ({
      method: "PUT",
      path: "/users/me",
      body: { display_name: "Zoé", timezone: "Europe/Paris", locale: "en" },
      status: 200,
      row: by(ada, {
        context: { fields: ["display_name", "timezone"] },
        personal: {
          before: { display_name: "Ada", timezone: "UTC" },
          after: { display_name: "Zoé", timezone: "Europe/Paris" },
        },
      }),
      secrets: ["Zoé", "Europe/Paris"],
    })),
  ],
  "users.avatar_changed": [
    asUser("set", async (ada) => ({
      method: "PUT",
      path: "/users/me/avatar",
      body: png(),
      status: 200,
      row: by(ada, { context: { avatar: "set" } }),
    })),
    {
      what: "removed",
      async run() {
        const ada = await signUp();
        await visit(ada).call("PUT", "/users/me/avatar", png());
        const of = visit(ada);
        answered(200, await of.call("DELETE", "/users/me/avatar"));
        return { of, rows: [by(ada, { context: { avatar: "removed" } })], people: [ada] };
      },
    },
  ],
  "users.deleted": [
    {
      what: "one's own account",
      async run() {
        const ada = await signUp();
        const of = visit(ada);
        // The erasure, which may be as quick, would take place and name out of the row.
        await mysqlFails({ mode: "refused", match: `^update \`audit_logs\`.*${ada.id}` });
        try {
          answered(204, await of.call("DELETE", "/users/me", { password: ada.password }));
          const found = await awaitLogs(of.request_id);
          return { of, rows: [by(ada)], people: [ada], found };
        } finally {
          await mysqlFails();
        }
      },
    },
  ],
  "users.erased": [
    {
      what: "by the account's object, under the pseudonym",
      async run(clock) {
        const ada = await signUp();
        await api(ada).delete("/users/me", { password: ada.password });
        const { rows } = await testDatabase().execute(
          "select pseudonym from erasures where user_id = ?",
          [ada.id],
        );
        const { pseudonym } = rows[0] as { pseudonym: string };
        await untilErased(ada.id, clock);
        const logs = await logsAbout(pseudonym);
        const found = logs.filter(({ action }) => action === "users.erased");
        const row = about({ id: pseudonym }, { context: { job: "user.erase" } });
        return { of: null, rows: [row], people: [ada], found };
      },
    },
  ],
  "users.unverified_removed": [
    {
      what: "by the nightly job, with the trace of who registered",
      async run(clock) {
        const of = visit();
        const [email, password] = [freshEmail(), "correct horse battery"];
        await of.call("POST", "/auth/register", { email, password, display_name: "Zoé" });
        const id = await idOf(email);
        const run = async () =>
          await tendUnverifiedAccounts(
            jobContext(env, createExecutionContext(), "tend_unverified", clock.now()),
            null,
          );
        clock.advance(11 * DAY_MS);
        await run();
        clock.advance(4 * DAY_MS);
        await run();
        const [registered] = await logsOfRequest(of.request_id);
        if (registered?.user_id !== null || registered.ip !== null) throw new Error("it is known");
        const found = await jobContext(env, createExecutionContext(), "test")
          .db.select()
          .from(auditLogs)
          .where(
            and(
              eq(auditLogs.action, "users.unverified_removed"),
              // Other tests run the job too, at instants of theirs.
              eq(auditLogs.created_at, clock.now()),
            ),
          )
          .limit(1);
        const accounts = expect.any(Number) as number;
        const context = { accounts, job: "tend_unverified" };
        return { of: null, rows: [{ ...nobody, context }], secrets: [email, id], found };
      },
    },
  ],
} satisfies Partial<Record<Tried, Act[]>>;
