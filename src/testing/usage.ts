import { runInDurableObject } from "cloudflare:test";
import { doWhatIsDue } from "./alarms.ts";
import type { TestUser } from "./api.ts";
import { userStub } from "./objects.ts";

/** An item of Instagram's use. */
export const insta = (started_at: string, duration_seconds: number, more: object = {}) => ({
  app: "com.instagram.android",
  started_at,
  duration_seconds,
  ...more,
});

/** Writes what a user's object holds to MySQL now, and does whatever else is due a second later. */
export async function flush(user: TestUser, clock: { advance(ms: number): void }): Promise<void> {
  clock.advance(1_000);
  await doWhatIsDue(userStub(user));
}

/** How many rows a user's object holds of what follows a `FROM`: where only its own tables can tell. */
export async function countIn(user: TestUser, what: string): Promise<number> {
  return await runInDurableObject(
    userStub(user),
    (_, { storage }) =>
      storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${what}`).one().n,
  );
}
