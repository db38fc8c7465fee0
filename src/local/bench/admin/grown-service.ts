import { dayRuleOf, type Row } from "../rows.ts";
import type { Stack } from "../stack.ts";
import { actsOf } from "./act-rows.ts";
import { contestsOf, type Contest } from "./contest-rows.ts";
import { runJobs } from "./jobs.ts";
import { Loader } from "./loader.ts";
import { mailsOf } from "./mail-rows.ts";
import { peopleOf, type Person } from "./people.ts";
import { searchRowsOf } from "./search-rows.ts";
import { ACTIVITIES_EACH, oldSumsOf, usageRowsOf } from "./usage-rows.ts";

/** What a service holds that has been used for a while. */
export type GrownService = {
  people: Person[];
  contests: Contest[];
  sizes: { accounts: number; activities: number; challenges: number; acts: number };
  now: number;
};

const MINUTE_MS = 60_000;
const ACTS_EACH = 10;
const ACCOUNTS_A_CHALLENGE = 5;

/**
 * Fills a stack's empty database with so many accounts and what belongs to them, and has the jobs count
 * it; only the rollups of days that no job can reach any more are put there as they would be.
 */
export async function growService(
  { url, planetscale_url, database_url }: Pick<Stack, "url" | "planetscale_url" | "database_url">,
  accounts: number,
  given: { now: number; hash: string; tell: (words: string) => void },
): Promise<GrownService> {
  const { now, hash, tell } = given;
  const sizes = {
    accounts,
    activities: accounts * ACTIVITIES_EACH,
    challenges: Math.ceil(accounts / ACCOUNTS_A_CHALLENGE),
    acts: accounts * ACTS_EACH,
  };
  const people = peopleOf(accounts, now, hash);
  const contests = contestsOf(sizes.challenges, people, now);
  const loader = await Loader.open(database_url);
  try {
    tell(`making ${accounts} accounts, and by what they are found`);
    await loader.add("users", rowsOf(people));
    await loader.add("user_day_rules", people.map(dayRuleOf));
    await loader.add(
      "user_search",
      each(people, ({ id, ...named }) => searchRowsOf(id, named)),
    );
    tell(`making ${sizes.activities} activities and their counters`);
    await loader.add("activities", usageOf(people, now, "activities"));
    await loader.addUnindexed("daily_usage", usageOf(people, now, "counters"));
    const { days, sums } = oldSumsOf(now);
    await loader.add("usage_days", days);
    await loader.add("usage_sums", sums);
    tell(`making ${sizes.challenges} challenges and ${accounts} mails`);
    await loader.add("challenges", rowsOf(contests));
    await loader.add(
      "challenge_participants",
      each(contests, ({ parts }) => parts),
    );
    await loader.add("emails", mailsOf(accounts, people, now));
    tell(`making ${sizes.acts} acts`);
    await loader.addUnindexed("audit_logs", actsOf(sizes.acts, people, now));
    tell("having the jobs count it all");
    // Two windows, as in the wild: a pass over the usage is known by its own.
    await runJobs({ url, planetscale_url }, "17 3 * * *", now - MINUTE_MS);
    await runJobs({ url, planetscale_url }, "*/15 * * * *", now);
    await loader.analyze(TABLES);
  } finally {
    await loader.close();
  }
  return { people, contests, sizes, now };
}

const TABLES = [
  "users",
  "user_search",
  "activities",
  "daily_usage",
  "usage_days",
  "usage_sums",
  "growth_days",
  "challenges",
  "challenge_participants",
  "emails",
  "audit_logs",
  "audit_counts",
];

function* each<T>(list: readonly T[], give: (one: T) => readonly Row[]): Generator<Row> {
  for (const one of list) yield* give(one);
}

function rowsOf(list: readonly { row: Row }[]): Row[] {
  return list.map(({ row }) => row);
}

function* usageOf(
  people: readonly Person[],
  now: number,
  which: "activities" | "counters",
): Generator<Row> {
  for (const [index, { id }] of people.entries()) yield* usageRowsOf(id, index, now)[which];
}
