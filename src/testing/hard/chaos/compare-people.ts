import type { HardStack } from "../hard-stack.ts";
import {
  apiDifferences,
  differencesOf,
  mySqlDifferences,
  untilAgreed,
  type Difference,
} from "../usage/agreement.ts";
import type { Rule } from "../usage/own-dates.ts";
import { historyOf, rowsOf } from "../usage/stored.ts";
import type { Member } from "./member.ts";
import type { World } from "./world.ts";

const LATE_MS = 1;

/**
 * Takes in what only the server can know: the exact instants of moves, and what became of calls that
 * were not repeated. What it says must be possible.
 */
export async function learn(stack: HardStack, world: World, member: Member): Promise<void> {
  await learnMoves(stack, world, member);
  const ids = await historyOf(member.phone, world.tally);
  member.model.settleDoubts(new Set(ids));
  for (const contest of world.contests) {
    const membership = member.membershipIn(contest);
    if (membership?.state !== "unsure") continue;
    const { reply } = await member.insist("GET", `/challenges/${contest.id}`);
    membership.state = reply.body["joined"] === true ? "in" : "out";
  }
  member.limits.review(Date.now() / 1_000);
}

async function learnMoves(stack: HardStack, world: World, member: Member): Promise<void> {
  const rows = await rowsOf<{ at: string; timezone: string; day_start_minute: number }>(
    stack.planetscale.url,
    "select cast(since as char) as at, timezone, day_start_minute from user_day_rules where user_id = ? order by since",
    [member.phone.user_id],
  );
  const rules = rows.map(({ at, timezone, day_start_minute }) => ({
    since: Date.parse(`${at.replace(" ", "T")}Z`),
    timezone,
    day_start_minute,
  }));
  const lived = member.plan.rules.length;
  const moved = rules.slice(lived);
  const isPossible =
    moved.length === member.moves.length &&
    moved.every(({ since, timezone }, index) => {
      const move = member.moves[index];
      if (!move || move.timezone !== timezone) return false;
      return since >= move.from_s * 1_000 - LATE_MS && since <= move.to_s * 1_000 + LATE_MS;
    });
  if (!isPossible) {
    world.differ({
      who: member.name,
      where: "MySQL, user_day_rules",
      expected: JSON.stringify(member.moves),
      found: JSON.stringify(moved),
      why: member.diaryOf("timezone"),
    });
    return;
  }
  if (moved.length === 0) return;
  const exact = moved.map(({ since, ...rule }): Rule => {
    return { ...rule, since_s: Math.floor(since / 1_000) };
  });
  member.takeDays([...member.plan.rules, ...exact], Math.floor(Date.now() / 1_000));
}

/** A person's usage, rules and profile: MySQL, their object and the API against the model. */
export async function comparePerson(
  stack: HardStack,
  world: World,
  member: Member,
  deadline: number,
): Promise<number> {
  const truth = { phone: member.phone, expected: member.model.expected() };
  const differences = [
    ...(await untilAgreed(async () => await mySqlDifferences(stack, truth), deadline)),
    ...(await apiDifferences(truth, world.tally)),
    ...(await limitDifferences(stack, member)),
    ...(await profileDifferences(member)),
  ];
  for (const difference of differences) {
    world.differ({ who: member.name, ...difference, why: whyOf(member, difference) });
  }
  const { items, counters } = truth.expected;
  return Object.keys(items).length + Object.keys(counters).length + member.limits.list().length;
}

function whyOf(member: Member, { where }: Difference): string[] {
  const date = /\d{4}-\d\d-\d\d/.exec(where)?.[0];
  const rule = /rule ([0-9a-f-]{36})/.exec(where)?.[1];
  if (rule !== undefined) return member.diaryOf(rule);
  return date === undefined ? member.diary.slice(-5) : member.model.explain(date);
}

async function limitDifferences(stack: HardStack, member: Member): Promise<Difference[]> {
  const { reply } = await member.insist("GET", "/blocked?limit=100");
  const now_s = Date.now() / 1_000;
  const listed = reply.body["data"] as {
    id: string;
    daily_limit_seconds: number;
    alert_percents: number[];
    used_seconds: number;
  }[];
  const stored = await rowsOf<{ id: string; daily_limit_seconds: number }>(
    stack.planetscale.url,
    "select id, daily_limit_seconds from block_rules where user_id = ?",
    [member.phone.user_id],
  );
  const expected = member.limits.list();
  return [
    ...differencesOf(
      "GET blocked",
      Object.fromEntries(
        expected.map(({ id, limit_seconds, percents }) => [
          `rule ${id}`,
          `${limit_seconds} s, alerts at ${percents.join()} %, ${member.limits.used(id, now_s)} s used`,
        ]),
      ),
      Object.fromEntries(
        listed.map(({ id, daily_limit_seconds, alert_percents, used_seconds }) => [
          `rule ${id}`,
          `${daily_limit_seconds} s, alerts at ${alert_percents.join()} %, ${used_seconds} s used`,
        ]),
      ),
    ),
    ...differencesOf(
      "MySQL, block_rules",
      Object.fromEntries(
        expected.map(({ id, limit_seconds }) => [`rule ${id}`, `${limit_seconds}`]),
      ),
      Object.fromEntries(stored.map((row) => [`rule ${row.id}`, `${row.daily_limit_seconds}`])),
    ),
  ];
}

async function profileDifferences(member: Member): Promise<Difference[]> {
  const { reply } = await member.insist("GET", "/users/me");
  const { display_name, timezone } = reply.body as { display_name: string; timezone: string };
  const { rule } = member;
  return differencesOf(
    "GET users/me",
    { display_name: member.display_name, timezone: rule.timezone },
    { display_name, timezone },
  );
}
