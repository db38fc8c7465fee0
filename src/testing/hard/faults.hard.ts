import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isForAdmins, NEW_PASSWORD, routesIn } from "../recipes.ts";
import { tally } from "./caller.ts";
import { secretsOf } from "./faults/owner.ts";
import { FAULT_CASES, STORM, type DatabaseFault } from "./faults/cases.ts";
import { wrongAfter, wrongIn } from "./faults/answers.ts";
import {
  changes,
  inTurns,
  makeDrives,
  METRICS_TOKEN,
  ROUTES,
  type Drive,
} from "./faults/drives.ts";
import { AT_MOST_MS, late, type Timed } from "./faults/lateness.ts";
import { makeStrangers, type Strangers } from "./faults/strangers.ts";
import { standingAfter } from "./faults/standing.ts";
import { figure } from "./figures.ts";
import { LEAKS } from "./fuzz/judge.ts";
import { startHardStack, type HardStack } from "./hard-stack.ts";
import { withMachine } from "./machine.ts";
import { WEBHOOK_SECRET } from "./postmark-door.ts";
import { send, type Heard } from "./wire.ts";

/** `SEED=…` repeats a run's storm. */
const SEED = Number(process.env["SEED"] ?? randomInt(1 << 30));
/** `STORMS=…` makes more of them, each with a seed of its own. */
const STORMS = Number(process.env["STORMS"] ?? 1);
/** Until when nothing of an account is left, in ms: longer than a lease of the mails. */
const ERASED_MS = 90_000;
/** Until when all that follows a request (flushes, mails' rows) must stand as after a good one, in ms. */
const QUIET_MS = 10_000;
/** As long as a late flush takes, after which nothing moves any more, in ms. */
const SETTLES_MS = 2_500;
/** The frames of a stack in a line of the log: where our code was is for operators to know. */
const FRAMES = /\\n +at [^"\\]*/g;

type Operation = { security?: object[]; responses: Record<string, object> };

let stack: HardStack;
let operations: Map<string, Operation>;
/** What no line of the log may hold: what people gave, and what lets somebody in. */
const secrets = new Set<string>([NEW_PASSWORD, WEBHOOK_SECRET, METRICS_TOKEN]);
/** What each route answers, and leaves behind, where nothing fails. */
const healthy = new Map<string, { status: number; standing: string[] }>();

beforeAll(async () => {
  stack = await startHardStack({
    SCRYPT_COST: "16",
    AUTH_FLOOR_MS: "0",
    POSTMARK_WEBHOOK_SECRET: WEBHOOK_SECRET,
    METRICS_TOKEN,
  });
  const answer = await fetch(`${stack.api_url}/openapi.json`);
  operations = routesIn(await answer.json<{ paths: Record<string, Record<string, Operation>> }>());
});

afterAll(async () => await stack.stop());

const isGuarded = (route: string) => (operations.get(route)?.security?.length ?? 0) > 0;

/** Sends what must be refused, and gives what was not. */
async function trespass(
  { route, ask }: Drive,
  who: string,
  token: string | null,
): Promise<Timed & { wrong: string[] }> {
  const { authorization: _mine, ...headers } = ask.headers;
  const theirs = token === null ? headers : { ...headers, authorization: `Bearer ${token}` };
  const refusals = who !== "somebody else" ? [401] : isForAdmins(route) ? [403] : [404];
  const heard = await send(stack.api_url, { ...ask, headers: theirs });
  const wrong = wrongIn(heard, refusals);
  const what = `${route} by ${who}`;
  return { what, ms: heard.ms, wrong: wrong === null ? [] : [`${what}: ${wrong}`] };
}

/** Repeats a request until it is answered by something else than 503; gives after how many ms. */
async function insist({ ask }: Drive): Promise<{ heard: Heard; ms: number }> {
  const from = performance.now();
  for (;;) {
    const heard = await send(stack.api_url, ask);
    const ms = performance.now() - from;
    if (heard.status !== 503 || ms > 4 * AT_MOST_MS) return { heard, ms };
    await pause(300);
  }
}

/** Waits until all stands as after the same request where nothing failed; else says how not. */
async function standsAsWell(drive: Drive): Promise<string[]> {
  const wanted = healthy.get(drive.route)?.standing ?? [];
  const until = Date.now() + QUIET_MS;
  for (;;) {
    const standing = await standingAfter(stack, drive);
    const differences = standing.filter((line, at) => line !== wanted[at]);
    if (differences.length === 0) return [];
    if (Date.now() > until) {
      const instead = wanted.filter((line, at) => line !== standing[at]);
      return [
        `${drive.route}: ${differences.join("\n  ")}\n  but should be ${instead.join("\n  ")}`,
      ];
    }
    await pause(750);
  }
}

type Outcome = { wrong: string[]; statuses: number[]; times: string };
type Prepared = { drives: Drive[]; tokens: Strangers };

/** Those of the next case are made while the last one's wait to be well again. */
let prepared: Promise<Prepared> | null = null;

async function prepareAll(): Promise<Prepared> {
  const [drives, tokens] = await Promise.all([makeDrives(stack, isGuarded), makeStrangers(stack)]);
  for (const { owner } of drives) for (const secret of secretsOf(owner)) secrets.add(secret);
  for (const token of Object.values(tokens)) if (token !== null) secrets.add(token);
  return { drives, tokens };
}

/** Drives every route through a fault: while it lasts, and then until all is as if it had not been. */
async function endure(faults: readonly DatabaseFault[], seed?: number): Promise<Outcome> {
  const { drives, tokens } = await (prepared ?? prepareAll());
  prepared = null;
  stack.planetscale.faults.set(faults, seed);
  const fault = await withMachine(
    stack.api_url,
    async () => await Promise.all(drives.map(async (one) => await underFault(one, tokens))),
  ).finally(() => stack.planetscale.faults.clear());
  const healing = await withMachine(
    stack.api_url,
    async () => await Promise.all(fault.result.map(heal)),
  );
  const standing = inTurns(drives, standsAsWell);
  prepared = prepareAll();
  prepared.catch(() => undefined);
  const differences = await standing;
  const slowest = late(
    fault.result.flatMap(({ times }) => times),
    fault.machine_ms,
  );
  const healed = late(healing.result, healing.machine_ms);
  return {
    wrong: [
      ...fault.result.flatMap(({ wrong }) => wrong),
      ...healing.result.flatMap(({ wrong }) => wrong),
      ...differences.flat(),
      ...slowest.late,
      ...healed.late,
    ],
    statuses: fault.result.map(({ heard }) => heard.status),
    times: `slowest ${slowest.longest}, well after ${healed.longest}`,
  };
}

/** Sends a route's request while the database fails, and beside it those of whoever must not pass. */
async function underFault(one: Drive, tokens: Prepared["tokens"]) {
  const { status: good = 0 } = healthy.get(one.route) ?? {};
  const intruders = Object.entries(tokens).filter(
    ([who]) => isGuarded(one.route) && (who !== "somebody else" || isOwned(one.route)),
  );
  const [heard, ...refused] = await Promise.all([
    send(stack.api_url, one.ask),
    ...intruders.map(async ([who, token]) => await trespass(one, who, token)),
  ]);
  const wrong = wrongIn(heard, [good]);
  return {
    one,
    heard,
    wrong: [
      ...(wrong === null ? [] : [`${one.route}: ${wrong}`]),
      ...refused.flatMap(({ wrong: theirs }) => theirs),
    ],
    times: [{ what: one.route, ms: heard.ms }, ...refused],
  };
}

/** Repeats what was not answered until it is, and asks every read once more, answered or not. */
async function heal({
  one,
  heard,
}: {
  one: Drive;
  heard: Heard;
}): Promise<Timed & { wrong: string[] }> {
  const what = one.route;
  if (changes(what) && heard.status !== 503) return { what, ms: 0, wrong: [] };
  const { heard: again, ms } = await insist(one);
  const wrong = wrongAfter(what, again, healthy.get(what)?.status ?? 0);
  return { what, ms, wrong: wrong === null ? [] : [`${what}: ${wrong}`] };
}

/** Whether a route is for its owner, or for administrators, alone. */
function isOwned(route: string): boolean {
  return isForAdmins(route) || (route.includes("{id}") && !route.endsWith("/join"));
}

it("has a recipe for every route of the document", () => {
  expect([...operations.keys()].sort()).toEqual([...ROUTES].sort());
});

it("does what each route is for where nothing fails", async () => {
  const drives = await makeDrives(stack, isGuarded);
  const answers = await inTurns(drives, async (one) => {
    const { status } = await send(stack.api_url, one.ask);
    return { one, status };
  });
  expect(answers.filter(({ status }) => status === 0 || status >= 400)).toEqual([]);
  const look = async () => {
    await pause(SETTLES_MS);
    return await inTurns(drives, async (one) => await standingAfter(stack, one));
  };
  // A busy machine is late with more than that: until two looks see the same.
  let [before, standings] = [await look(), await look()];
  const deadline = Date.now() + QUIET_MS;
  while (!isDeepStrictEqual(before, standings) && Date.now() < deadline)
    [before, standings] = [standings, await look()];
  expect(standings).toEqual(before);
  for (const [at, { one, status }] of answers.entries())
    healthy.set(one.route, { status, standing: standings[at] ?? [] });
});

it.each(FAULT_CASES)("every route bears a database that fails: $name", async ({ name, faults }) => {
  const { wrong, statuses, times } = await endure(faults);
  figure(`database, ${name}`, `${ROUTES.length} routes`, tally(statuses), times);
  expect(wrong).toEqual([]);
  expect(statuses).toContain(503);
});

it.each(Array.from({ length: STORMS }, (_, n) => SEED + n))(
  "every route bears a storm of faults (SEED=%i)",
  async (seed) => {
    const { wrong, statuses, times } = await endure(STORM, seed);
    figure("database, storm", `seed ${seed}`, tally(statuses), times);
    expect(wrong).toEqual([]);
  },
);

it("leaves no address of whoever was deleted meanwhile, once their time is over", async () => {
  const left = async () => {
    const { rows } = await stack.database_client.execute(
      "select to_address from emails where kind = 'account-deleted' and to_address <> ''",
    );
    return rows;
  };
  const until = Date.now() + ERASED_MS;
  while ((await left()).length > 0 && Date.now() < until) {
    // A farewell whose COMMIT was answered into the void waits for the sweep, at the soonest after its lease.
    const sweep = new URLSearchParams({ cron: "*/15 * * * *", time: String(Date.now()) });
    await fetch(`${stack.worker.url}/cdn-cgi/handler/scheduled?${sweep.toString()}`);
    await pause(5_000);
  }
  expect(await left()).toEqual([]);
});

it("writes nothing of it to the log that nobody may know", async () => {
  const log = (await readFile(stack.log_file, "utf8")).replaceAll(FRAMES, "");
  for (const secret of [stack.config.JWT_SECRET ?? "", new URL(stack.planetscale.url).password])
    secrets.add(secret);
  const found = [...secrets].filter((secret) => log.includes(secret));
  const lines = log.split("\n").filter((line) => LEAKS.some((leak) => leak.test(line)));
  const about = `lines of ${log.split("\n").length} that leak, ${secrets.size} secrets looked for`;
  figure("database, the log", about, lines.length + found.length, "0");
  expect(found).toEqual([]);
  expect(lines.slice(0, 20)).toEqual([]);
  // So that an empty log is no proof.
  expect(log).toContain("database_unavailable");
});
