import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { doWhatIsDue } from "./alarms.ts";
import type { TestUser } from "./api.ts";

/** The Durable Object of a user. */
export const userObject = ({ id }: { id: string }) => env.USER.get(env.USER.idFromName(id));

/** Writes what a user's object holds to MySQL now, and does whatever else is due a second later. */
export async function flush(user: TestUser, clock: { advance(ms: number): void }): Promise<void> {
  clock.advance(1_000);
  await doWhatIsDue(userObject(user));
}

/** How many rows a user's object holds of what follows a `FROM`: where only its own tables can tell. */
export async function countIn(user: TestUser, what: string): Promise<number> {
  return await runInDurableObject(
    userObject(user),
    (_, { storage }) =>
      storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${what}`).one().n,
  );
}
