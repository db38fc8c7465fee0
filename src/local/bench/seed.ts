import { Client } from "@planetscale/database";
import {
  accountOf,
  afternoonZones,
  contestOf,
  countersOf,
  dayRuleOf,
  partOf,
  pastDaysOf,
  storedPassword,
  type Row,
} from "./rows.ts";

/** What stands in MySQL before anybody signs in. */
export type Seeded = {
  /** Who sends requests, each with the challenge of their circle of friends. */
  people: Player[];
  /** The leaders of the league, whose usage its viewers see. */
  racers: Player[];
  /** A public challenge of many; all but the racers exist in MySQL alone. */
  league_id: string;
  /** Others of the league, who only watch. */
  fans: Player[];
  /** Addresses whose password is stored at production's cost; good for one sign-in each. */
  strangers: string[];
};

export type Player = { id: string; email: string; challenge_id: string };

/** Everybody's. */
export const PASSWORD = "an account of the bench";
/** scrypt's cost for those who sign in before anything is measured; the Worker's is set to it too. */
export const CHEAP_SCRYPT = 16;
const PRODUCTION_SCRYPT = 32_768;

const CIRCLE = 20;
const RACERS = 40;
/** Each may have five sockets. */
const FANS = 500;
const ROWS_A_STATEMENT = 250;

/**
 * Puts `count` people, their circles and a league of `league_size` straight into MySQL, as the API would
 * have.
 */
export async function seed(
  planetscale_url: string,
  count: number,
  league_size: number,
  now: number,
): Promise<Seeded> {
  const cheap = storedPassword(PASSWORD, CHEAP_SCRYPT);
  const dear = storedPassword(PASSWORD, PRODUCTION_SCRYPT);
  const zones = afternoonZones(now);
  const everybody = Array.from({ length: count + league_size }, (_, index) => {
    const timezone = zones[index % zones.length] ?? "UTC";
    return accountOf(index, now, timezone, index < count + RACERS + FANS ? cheap : dear);
  });
  const league = everybody.slice(count);
  const leagueContest = contestOf("The league", league, now);
  const circles = chunks(everybody.slice(0, count), CIRCLE).map((friends, index) => {
    return { friends, contest: contestOf(`Circle ${index}`, friends, now) };
  });
  const parts = [...circles, { friends: league, contest: leagueContest }].flatMap(
    ({ friends, contest }) => friends.map((account) => ({ account, contest })),
  );

  const database = new Client({ url: planetscale_url });
  const accounts = everybody.map(({ row }) => row);
  const contests = [...circles.map(({ contest }) => contest.row), leagueContest.row];
  const places = parts.map(({ contest, account }) => partOf(contest, account));
  await insertRows(database, "users", accounts);
  await insertRows(database, "user_day_rules", everybody.map(dayRuleOf));
  await insertRows(database, "challenges", contests);
  await insertRows(database, "challenge_participants", places);
  const counters = everybody.slice(0, count).flatMap((one, index) => countersOf(one, index, now));
  await insertRows(database, "daily_usage", counters);
  await insertRows(database, "challenge_days", pastDaysOf(leagueContest, league, RACERS, now));

  const players = parts.map(({ account: { id, email }, contest }): Player => {
    return { id, email, challenge_id: contest.id };
  });
  return {
    people: players.slice(0, count),
    racers: players.slice(count, count + RACERS),
    league_id: leagueContest.id,
    fans: players.slice(count + RACERS, count + RACERS + FANS),
    strangers: players.slice(count + RACERS + FANS).map(({ email }) => email),
  };
}

/** Adds rows to a table as they stand; all have the columns of the first. */
export async function insertRows(
  database: Client,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const marks = `(${columns.map(() => "?").join(", ")})`;
  for (const some of chunks(rows, ROWS_A_STATEMENT)) {
    await database.execute(
      `insert into ${table} (${columns.join(", ")}) values ${some.map(() => marks).join(", ")}`,
      some.flatMap((row) => columns.map((column) => row[column] ?? null)),
    );
  }
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size));
}
