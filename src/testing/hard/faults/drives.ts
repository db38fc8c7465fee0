import { randomUUID } from "node:crypto";
import { askFor, isForAdmins, recipes, type Ask, type Need } from "../../recipes.ts";
import { addAccounts } from "../accounts.ts";
import { inLanes, ipOf } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";
import { UPGRADE } from "../wire.ts";
import { makeOwner, type Owner } from "./owner.ts";

/** A route, who calls it, and how. */
export type Drive = { route: string; owner: Owner; ask: Ask };

/** Every route that has a recipe. */
export const ROUTES: readonly string[] = Object.keys(recipes);
/** What lets Postmark's webhooks in, and Prometheus. */
export const WEBHOOK_SECRET = "a secret that only Postmark knows";
export const METRICS_TOKEN = "a-token-that-only-prometheus-knows";
const LANES = 6;
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

/** An owner for each route: one for all that only read, so that little has to be made. */
export async function makeDrives(
  stack: HardStack,
  isGuarded: (route: string) => boolean,
): Promise<Drive[]> {
  const writing = ROUTES.filter(changes);
  const reading = ROUTES.filter((route) => !changes(route) && !isForAdmins(route));
  const administering = ROUTES.filter((route) => !changes(route) && isForAdmins(route));
  const [reader] = await addAccounts(stack, 1);
  const [admin] = await addAccounts(stack, 1, { role: "admin" });
  const writers = await addAccounts(stack, writing.length);
  const admins = await addAccounts(stack, writing.length, { role: "admin" });
  const needsOfAll = (routes: readonly string[]) => [...new Set(routes.flatMap(needsOf))];
  const [forReading, forAdministering, forWriting] = await Promise.all([
    makeOwner(stack, reader!, needsOfAll(reading)),
    makeOwner(stack, admin!, needsOfAll(administering)),
    inTurns(writing, async (route, at) => {
      const account = (isForAdmins(route) ? admins : writers)[at]!;
      return await makeOwner(stack, account, needsOf(route));
    }),
  ]);
  const driveOf = (route: string, owner: Owner): Drive => {
    const { headers, ...ask } = askFor(route, owner.made);
    const own: Record<string, string> = { ...headers };
    if (isGuarded(route)) own["authorization"] = `Bearer ${owner.session.access_token}`;
    if (route.includes("/webhooks/"))
      own["authorization"] = `Basic ${btoa(`focus:${WEBHOOK_SECRET}`)}`;
    if (route === "GET /metrics") own["authorization"] = `Bearer ${METRICS_TOKEN}`;
    if ("upgrade" in headers) Object.assign(own, UPGRADE);
    if (headers["content-type"]?.includes("json")) own["idempotency-key"] = randomUUID();
    own["cf-connecting-ip"] = ipOf((next_ip += 1));
    return { route, owner, ask: { ...ask, headers: own } };
  };
  return [
    ...writing.map((route, at) => driveOf(route, forWriting[at]!)),
    ...reading.map((route) => driveOf(route, forReading)),
    ...administering.map((route) => driveOf(route, forAdministering)),
  ];
}
