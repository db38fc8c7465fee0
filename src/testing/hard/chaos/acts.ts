import type { Chance } from "../../../local/demo/random.ts";
import type { Contest, Part } from "./contest.ts";
import type { Limit } from "./limits.ts";
import type { Member, Membership } from "./member.ts";
import { staysWithinItsDay } from "./quiet-zones.ts";
import type { World } from "./world.ts";

const RULES_AT_MOST = 5;
const MOVES_AT_MOST = 2;
const CONTESTS_AT_MOST = 12;
/** API.md: a rule's time may go back to 0 so often a day. */
const RESETS_A_DAY = 3;
/** In this share, a call whose answer is lost is not repeated. */
const GIVEN_UP = 0.1;

const APPS = ["instagram", "youtube", "com.example.reader", "com.example.chess", "set:7c1e"];
const CATEGORIES = ["social", "video", "games", "news", "education"];

/** Something a person does besides reporting usage; says whether there was anything to do. */
type Act = (world: World, member: Member, chance: Chance) => Promise<boolean>;

const ACTS: [Act, number][] = [
  [makeLimit, 3],
  [changeLimit, 2],
  [dropLimit, 1],
  [resetLimit, 3],
  [moveHouse, 1],
  [rename, 1],
  [makeContest, 1],
  [join, 5],
  [leave, 3],
];
const DECK = ACTS.flatMap(([act, weight]) => Array.from({ length: weight }, () => act));

/** Does one thing that there is to do, chosen by chance. */
export async function actOnce(world: World, member: Member, chance: Chance): Promise<void> {
  for (const act of chance.shuffled(DECK)) if (await act(world, member, chance)) return;
}

const now_s = () => Date.now() / 1_000;

function targetsBy(chance: Chance): Pick<Limit, "apps" | "categories"> {
  const apps = chance.shuffled(APPS).slice(0, chance.whole(0, 2));
  const categories = chance
    .shuffled(CATEGORIES)
    .slice(0, chance.whole(apps.length === 0 ? 1 : 0, 2));
  return { apps, categories };
}

function boundsBy(chance: Chance): Pick<Limit, "limit_seconds" | "percents"> {
  return {
    limit_seconds: chance.pick([300, 900, 1_800, 3_600, 7_200, 14_400]),
    percents: chance.pick([[80, 100], [50, 100], [25, 50, 75, 100], [100]]),
  };
}

const wireOf = ({ apps, categories, limit_seconds, percents }: Omit<Limit, "id">) => ({
  apps,
  categories,
  daily_limit_seconds: limit_seconds,
  alert_percents: percents,
});

async function makeLimit(world: World, member: Member, chance: Chance): Promise<boolean> {
  if (member.limits.list().length >= RULES_AT_MOST) return false;
  const fields = { ...targetsBy(chance), ...boundsBy(chance) };
  const { reply } = await member.insist("POST", "/blocked", wireOf(fields), true);
  world.expectStatus(member, "POST /blocked", reply, [201]);
  if (reply.status === 201) {
    member.limits.put({ ...fields, id: String(reply.body["id"]) }, now_s());
  }
  return true;
}

async function changeLimit(world: World, member: Member, chance: Chance): Promise<boolean> {
  const [limit] = chance.shuffled(member.limits.list());
  if (!limit) return false;
  const targets = chance.happens(0.4) ? targetsBy(chance) : {};
  const { id, apps, categories, limit_seconds, percents } = {
    ...limit,
    ...targets,
    ...boundsBy(chance),
  };
  const changed: Limit = { id, apps, categories, limit_seconds, percents };
  await member.gate.alone(async () => {
    member.limits.review(now_s());
    const { reply } = await member.insist("PUT", `/blocked/${id}`, wireOf(changed));
    world.expectStatus(member, `PUT /blocked/${id}`, reply, [200]);
    member.limits.put(changed, now_s());
    await checkUsed(world, member, id);
  });
  return true;
}

async function dropLimit(world: World, member: Member, chance: Chance): Promise<boolean> {
  const [limit] = chance.shuffled(member.limits.list());
  if (!limit) return false;
  await member.gate.alone(async () => {
    member.limits.review(now_s());
    const { reply, unheard } = await member.insist("DELETE", `/blocked/${limit.id}`);
    world.expectStatus(
      member,
      `DELETE /blocked/${limit.id}`,
      reply,
      unheard > 0 ? [204, 404] : [204],
    );
    member.limits.drop(limit.id);
  });
  return true;
}

/** Nothing else happens to the person meanwhile: what is used before, and left after, is exact. */
async function resetLimit(world: World, member: Member, chance: Chance): Promise<boolean> {
  const [limit] = chance.shuffled(member.limits.list());
  if (!limit) return false;
  const { id } = limit;
  await member.gate.alone(async () => {
    member.limits.review(now_s());
    const certain = member.limits.resets(id, now_s());
    const { reply, unheard } = await member.insist("POST", `/blocked/${id}/reset`);
    const mayBeSpent = certain + member.doubtfulResets + unheard >= RESETS_A_DAY;
    const allowed = mayBeSpent ? [200, 409] : [200];
    world.expectStatus(member, `POST /blocked/${id}/reset`, reply, allowed);
    member.doubtfulResets += unheard;
    if (reply.status === 200) member.limits.reset(id, now_s());
    else if (unheard > 0) {
      // One of the tries that nobody heard of may have been the last that counted: the rule tells.
      const { reply: rule } = await member.insist("GET", `/blocked/${id}`);
      if (rule.body["used_seconds"] === 0) member.limits.reset(id, now_s());
    }
    await checkUsed(world, member, id);
  });
  return true;
}

/** What a rule shows as used must be exact at any time, whatever fails. */
async function checkUsed(world: World, member: Member, id: string): Promise<void> {
  const { reply } = await member.insist("GET", `/blocked/${id}`);
  const used = member.limits.used(id, now_s());
  if (reply.body["used_seconds"] === used) return;
  world.differ({
    who: member.name,
    where: `rule ${id}: used today, right after a change`,
    expected: `${used} s`,
    found: `${String(reply.body["used_seconds"])} s (${reply.status})`,
    why: member.diaryOf(id),
  });
}

async function moveHouse(world: World, member: Member, chance: Chance): Promise<boolean> {
  if (member.moves.length >= MOVES_AT_MOST) return false;
  const rule = { ...member.rule, since_s: Math.floor(now_s()) };
  const zones = chance
    .shuffled(world.zones)
    .filter((timezone) => timezone !== rule.timezone)
    .filter((timezone) => {
      const rules = [...member.rules, { ...rule, timezone }];
      return staysWithinItsDay(rules, now_s(), world.quiet_until_s);
    });
  const [timezone] = zones;
  if (timezone === undefined) return false;
  await member.gate.alone(async () => {
    member.limits.review(now_s());
    const from_s = now_s();
    const { reply } = await member.insist("PUT", "/users/me", { timezone });
    world.expectStatus(member, "PUT /users/me", reply, [200]);
    member.moves.push({ timezone, from_s, to_s: now_s() });
    member.takeDays(member.rules, Math.floor(now_s()));
    for (const { is_frozen, zones: played } of member.memberships.values()) {
      if (!is_frozen) played.add(timezone);
    }
    member.limits.review(now_s() + 1);
  });
  return true;
}

async function rename(world: World, member: Member, chance: Chance): Promise<boolean> {
  const display_name = `Grace ${chance.whole(1, 999)}`;
  const { reply } = await member.insist("PUT", "/users/me", { display_name });
  world.expectStatus(member, "PUT /users/me", reply, [200]);
  member.display_name = display_name;
  return true;
}

async function makeContest(world: World, member: Member, chance: Chance): Promise<boolean> {
  if (world.contests.length >= CONTESTS_AT_MOST) return false;
  const today = member.model.dates.dayAt(now_s()).date;
  const terms = world.termsBy(chance, today);
  const isJoined = chance.happens(0.7);
  const body = { ...terms, join: isJoined };
  const { reply } = await member.insist("POST", "/challenges", body, true);
  world.expectStatus(member, "POST /challenges", reply, [201]);
  if (reply.status !== 201) return true;
  const { id, invite_code } = reply.body as { id: string; invite_code: string | null };
  const contest: Contest = { ...terms, id, invite_code };
  if (isJoined) member.memberships.set(id, newMembership(member));
  world.contests.push(contest);
  return true;
}

function newMembership(member: Member): Membership {
  const { timezone, day_start_minute } = member.rule;
  const part: Part = { timezone, day_start_minute, has_no_baseline: false };
  return { state: "in", part, zones: new Set([timezone]), is_frozen: false };
}

async function join(world: World, member: Member, chance: Chance): Promise<boolean> {
  const out = world.contests.filter((contest) => {
    const state = member.membershipIn(contest)?.state ?? "out";
    return state === "out";
  });
  const [contest] = chance.shuffled(out);
  if (!contest) return false;
  const { id, invite_code } = contest;
  const [path, body] =
    invite_code === null
      ? [`/challenges/${id}/join`, {}]
      : chance.pick([
          [`/challenges/${id}/join`, { invite_code }],
          [`/challenges/join`, { invite_code }],
        ] as const);
  const known = member.membershipIn(contest);
  const membership = known ?? newMembership(member);
  if (!membership.is_frozen) membership.zones.add(member.rule.timezone);
  if (chance.happens(GIVEN_UP)) {
    const reply = await member.once("POST", path, body);
    if (reply) world.expectStatus(member, `POST ${path}`, reply, [200]);
    else member.noteUnheard("POST", path);
    membership.state = reply ? "in" : "unsure";
  } else {
    const { reply } = await member.insist("POST", path, body, true);
    world.expectStatus(member, `POST ${path}`, reply, [200]);
    membership.state = "in";
  }
  member.memberships.set(id, membership);
  return true;
}

async function leave(world: World, member: Member, chance: Chance): Promise<boolean> {
  const joined = world.contests.filter((contest) => member.membershipIn(contest)?.state === "in");
  const [contest] = chance.shuffled(joined);
  const membership = contest && member.membershipIn(contest);
  if (!contest || !membership) return false;
  const path = `/challenges/${contest.id}/leave`;
  if (chance.happens(GIVEN_UP)) {
    const reply = await member.once("POST", path);
    if (reply) world.expectStatus(member, `POST ${path}`, reply, [204]);
    else member.noteUnheard("POST", path);
    membership.state = reply ? "out" : "unsure";
  } else {
    const { reply, unheard } = await member.insist("POST", path);
    world.expectStatus(member, `POST ${path}`, reply, unheard > 0 ? [204, 404] : [204]);
    membership.state = "out";
  }
  return true;
}
