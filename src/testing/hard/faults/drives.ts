import { randomUUID } from "node:crypto";
import { askFor, isForAdmins, recipes, type Ask, type Need } from "../../recipes.ts";
import { addAccounts } from "../accounts.ts";
import { inLanes, ipOf } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";
import { asPostmark, isForPostmark } from "../postmark-door.ts";
import { UPGRADE } from "../wire.ts";
import { makeOwner, type Owner } from "./owner.ts";

/** A route, who calls it, and how. */
export type Drive = { route: string; owner: Owner; ask: Ask };

/** Every route that has a recipe. */
export const ROUTES: readonly string[] = Object.keys(recipes);
/** What lets Prometheus in. */
export const METRICS_TOKEN = "a-token-that-only-prometheus-knows";
const LANES = 6;
/** How many routes share a reader: more would use up the reader's requests of the minute. */
const READS_EACH = 8;
let next_ip = 0;

/** Whether a route does more than read. */
export const changes = (route: string): boolean => !route.startsWith("GET ");

/** What a recipe reads of what was made, found by following it. */
function needsOf(route: string): Need[] {
  const needs = new Set<Need>();
  const watched = new Proxy({} as Owner["made"], {
    get: (_made, need) => {
      needs.add(need as Need);
      return "x";
    },
  });
  askFor(route, watched);
  return [...needs];
}

/** Does the same for each of a list, some at a time: whoever prepares must not be told to come back later. */
export async function inTurns<T, R>(list: readonly T[], work: (one: T, at: number) => Promise<R>) {
  const results: R[] = [];
  await inLanes(list.length, LANES, async (at) => {
    results[at] = await work(list[at]!, at);
  });
  return results;
}

/** An owner for each route: one for several that only read, so that little has to be made. */
export async function makeDrives(
  stack: HardStack,
  isGuarded: (route: string) => boolean,
): Promise<Drive[]> {
  const writing = ROUTES.filter(changes);
  const reading = ROUTES.filter((route) => !changes(route));
  const groups = [false, true].flatMap((forAdmins) =>
    inGroups(reading.filter((route) => isForAdmins(route) === forAdmins)),
  );
  const users = await addAccounts(stack, writing.length + groups.length);
  const admins = await addAccounts(stack, writing.length + groups.length, { role: "admin" });
  const owners = await inTurns(
    [...writing.map((route) => [route]), ...groups],
    async (routes, at) => {
      const account = (routes.some(isForAdmins) ? admins : users)[at]!;
      const needs = [...new Set(routes.flatMap(needsOf))];
      return { routes, owner: await makeOwner(stack, account, needs) };
    },
  );
  const driveOf = (route: string, owner: Owner): Drive => {
    const { headers, ...ask } = askFor(route, owner.made);
    const own: Record<string, string> = { ...headers };
    if (isGuarded(route)) own["authorization"] = `Bearer ${owner.session.access_token}`;
    if (isForPostmark({ name: route })) Object.assign(own, asPostmark);
    if (route === "GET /metrics") own["authorization"] = `Bearer ${METRICS_TOKEN}`;
    if ("upgrade" in headers) Object.assign(own, UPGRADE);
    if (headers["content-type"]?.includes("json")) own["idempotency-key"] = randomUUID();
    own["cf-connecting-ip"] = ipOf((next_ip += 1));
    return { route, owner, ask: { ...ask, headers: own } };
  };
  return owners.flatMap(({ routes, owner }) => routes.map((route) => driveOf(route, owner)));
}

function inGroups(routes: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(routes.length / READS_EACH) }, (_, n) =>
    routes.slice(n * READS_EACH, (n + 1) * READS_EACH),
  );
}
