import { Client } from "@planetscale/database";
import { drizzle } from "drizzle-orm/planetscale-serverless";
import { signAccessToken } from "../../auth/access-token.ts";
import { sessions } from "../../auth/auth.table.ts";
import { hashPassword } from "../../auth/passwords.ts";
import { challenges, participants } from "../../challenges/challenges.table.ts";
import { loadConfig } from "../../platform/env.ts";
import { newId } from "../../platform/ids.ts";
import { DAY_MS, type Instant } from "../../platform/time/instant.ts";
import { challengeDays } from "../../usage/usage.table.ts";
import { userDayRules, users } from "../../users/users.table.ts";
import { accountRow, challengeRow, dayRows, type Account } from "./rows.ts";
import { Phones } from "./phones.ts";
import type { Stack } from "./stack.ts";
import { afternoonZones } from "./zones.ts";

/** Somebody who is signed in. */
export type Person = {
  id: string;
  access_token: string;
  phones: Phones;
  /** The challenge they play. */
  challenge_id: string;
};

/** Everybody the bench knows. */
export type Crowd = {
  /** They send the requests; each plays in a circle of friends. */
  people: Person[];
  /** The leaders of the league, whose usage its viewers see. */
  racers: Person[];
  /** A public challenge of a thousand. */
  league_id: string;
  login: { email: string; password: string };
};

/** Friends in a circle. */
const CIRCLE = 20;
const RACERS = 40;
/** Of whom all but the racers exist in MySQL alone. */
export const LEAGUE = 1_000;
const ROWS_A_STATEMENT = 250;
const PASSWORD = "an account of the bench";

/**
 * Puts `count` people with a session each, their circles and the league straight into MySQL, as the
 * API itself would have written them, and signs their access tokens: what is measured starts here.
 */
export async function makeCrowd(stack: Stack, count: number, now: Instant): Promise<Crowd> {
  const config = loadConfig(stack.settings);
  const db = drizzle({ client: new Client({ url: stack.planetscale_url }) });
  const password_hash = await hashPassword(PASSWORD, { N: config.SCRYPT_COST });
  const zones = afternoonZones(now);
  const account = (index: number): Account => {
    const timezone = zones[index % zones.length] ?? "UTC";
    return accountRow({ index, now, timezone, password_hash });
  };

  const everybody = Array.from({ length: count + LEAGUE }, (_, index) => account(index));
  const [people, league] = [everybody.slice(0, count), everybody.slice(count)];
  const circles = chunks(people, CIRCLE);
  const played = [...circles, league].map((players, index) => ({
    challenge: challengeRow({ name: `Challenge ${index}`, players, now }),
    players,
  }));
  const signedIn = [...people, ...league.slice(0, RACERS)].map((one) => {
    return { account: one, session_id: newId(now) };
  });

  const put = async <Row>(rows: Row[], insert: (rows: Row[]) => Promise<unknown>) => {
    for (const some of chunks(rows, ROWS_A_STATEMENT)) await insert(some);
  };
  await put(everybody, async (rows) => await db.insert(users).values(rows));
  await put(
    everybody.map(({ id, timezone, day_start_minute, created_at }) => {
      return { user_id: id, since: created_at, timezone, day_start_minute };
    }),
    async (rows) => await db.insert(userDayRules).values(rows),
  );
  await put(
    signedIn.map(({ account: { id, created_at }, session_id }) => ({
      id: session_id,
      user_id: id,
      counter: 1,
      rotated_at: now,
      created_at,
      last_seen_at: now,
      expires_at: now + 7 * DAY_MS,
    })),
    async (rows) => await db.insert(sessions).values(rows),
  );
  await put(
    played.map(({ challenge }) => challenge),
    async (rows) => await db.insert(challenges).values(rows),
  );
  await put(
    played.flatMap(({ challenge, players }) =>
      players.map(({ id, timezone, day_start_minute, created_at }) => {
        const joined = { joined_at: created_at, left_at: null };
        return { challenge_id: challenge.id, user_id: id, timezone, day_start_minute, ...joined };
      }),
    ),
    async (rows) => await db.insert(participants).values(rows),
  );
  const leagueChallenge = played.at(-1)?.challenge ?? challengeRow({ name: "", players: [], now });
  await put(
    dayRows(leagueChallenge, league, RACERS, now),
    async (rows) => await db.insert(challengeDays).values(rows),
  );

  const challengeOf = new Map(
    played.flatMap(({ challenge, players }) => players.map(({ id }) => [id, challenge.id])),
  );
  const persons = await Promise.all(
    signedIn.map(async ({ account: { id }, session_id }, index): Promise<Person> => {
      const claims = { user_id: id, session_id, role: "user" as const, token_id: newId(now) };
      return {
        id,
        access_token: await signAccessToken(config, now, claims),
        phones: new Phones(index, now),
        challenge_id: challengeOf.get(id) ?? "",
      };
    }),
  );
  return {
    people: persons.slice(0, count),
    racers: persons.slice(count),
    league_id: leagueChallenge.id,
    login: { email: everybody.at(-1)?.email ?? "", password: PASSWORD },
  };
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size));
}
