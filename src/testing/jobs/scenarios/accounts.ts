import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { randomUUID } from "node:crypto";
import { eq, inArray } from "drizzle-orm";
import { tendUnverifiedAccounts } from "../../../auth/auth.jobs.ts";
import { emailTokens, sessions } from "../../../auth/auth.table.ts";
import { jobContext } from "../../../platform/context.ts";
import { newId } from "../../../platform/ids.ts";
import { DAY_MS } from "../../../platform/time/instant.ts";
import { users } from "../../../users/users.table.ts";
import { call, freshEmail, mailsTo } from "../../api.ts";
import { LONG_AGO } from "../long-ago.ts";
import { mailsOf } from "../mails-of.ts";
import { db, WEEK_MS, type Scenario, type TestClock } from "../scenario.ts";

export const accounts: Scenario[] = [
  {
    job: "tend_unverified",
    what: "an account that was never confirmed",
    prepare: async (clock) => {
      const { user_id, exists } = await unconfirmed(clock);
      const look = async () => ({
        warnings: await mailsOf(user_id, "unverified-warning"),
        exists: await exists(),
      });
      return { due: Date.parse("2026-05-16T03:17:00Z"), look };
    },
    perfect: { warnings: 1, exists: true },
  },
  {
    job: "tend_unverified",
    what: "an account that was warned three days ago",
    prepare: async (clock) => {
      const { exists } = await unconfirmed(clock);
      const warned = Date.parse("2026-05-16T03:17:00Z");
      clock.set(warned);
      const ctx = createExecutionContext();
      await tendUnverifiedAccounts(jobContext(env, ctx, "test", warned), null);
      await waitOnExecutionContext(ctx);
      return { due: warned + 3 * DAY_MS, look: async () => ({ exists: await exists() }) };
    },
    perfect: { exists: false },
  },
  {
    job: "forget_tokens",
    what: "a token that is no longer good",
    prepare: async (clock) => {
      clock.set(LONG_AGO);
      const token = (expires_at: number) => ({
        ...{ id: newId(LONG_AGO), user_id: newId(LONG_AGO), purpose: "reset" as const },
        ...{ email: "a@example.com", created_at: LONG_AGO - DAY_MS, expires_at },
        ...{ used_at: null, replaced_at: null },
      });
      const rows = [token(LONG_AGO - 1), token(LONG_AGO + 2 * WEEK_MS)];
      await db().insert(emailTokens).values(rows);
      const look = async () => {
        const ids = rows.map(({ id }) => id);
        const left = await db().select().from(emailTokens).where(inArray(emailTokens.id, ids));
        return left.map(({ id }) => ids.indexOf(id));
      };
      return { due: LONG_AGO, look };
    },
    perfect: [1],
  },
  {
    job: "forget_sessions",
    what: "a session that ended long ago",
    prepare: async (clock) => {
      clock.set(LONG_AGO);
      const long_before = LONG_AGO - 60 * DAY_MS;
      const session = (expires_at: number) => ({
        ...{ id: newId(LONG_AGO), user_id: newId(LONG_AGO), counter: 1, rotated_at: long_before },
        ...{ device_name: null, ip: null, user_agent: null, created_at: long_before },
        ...{ last_seen_at: long_before, expires_at, ended_at: null, end_reason: null },
      });
      const rows = [session(LONG_AGO - 30 * DAY_MS), session(LONG_AGO)];
      await db().insert(sessions).values(rows);
      const look = async () => {
        const ids = rows.map(({ id }) => id);
        const left = await db().select().from(sessions).where(inArray(sessions.id, ids));
        return left.map(({ id }) => ids.indexOf(id));
      };
      return { due: LONG_AGO, look };
    },
    perfect: [1],
  },
];

/** Somebody who registered on 4 May and never followed the mail. */
async function unconfirmed(clock: TestClock) {
  clock.set("2026-05-04T12:00:00Z");
  const email = freshEmail();
  const password = `correct horse ${randomUUID()}`;
  await call("POST", "/auth/register", { email, password, display_name: "Ada" });
  await mailsTo(email);
  const find = async () => (await db().select().from(users).where(eq(users.email, email)))[0];
  return {
    user_id: (await find())?.id ?? "",
    exists: async () => (await find()) !== undefined,
  };
}
