import { v7 } from "uuid";
import { z } from "zod";
import { ACTS, BUSY_ADDRESS, requestOf, UNDONE } from "./act-rows.ts";
import { figuresAsk, listAsk, type AdminAsk } from "./admin-ask.ts";
import { RARE_CONTEST } from "./contest-rows.ts";
import type { GrownService } from "./grown-service.ts";
import { RARE_NAME } from "./names.ts";

const DAY_MS = 86_400_000;

/** Every list and statistic that administrators have, by each filter, order and search. */
export function adminAsks(service: GrownService): AdminAsk[] {
  return [
    ...userAsks(service),
    ...challengeAsks(service),
    ...logAsks(service),
    ...figureAsks(service),
  ];
}

function userAsks({ people }: GrownService): AdminAsk[] {
  const middle = middleOf(people);
  const users = (
    query: Record<string, string>,
    finds: "some" | "none",
    place?: (string | number)[],
  ) => listAsk("users", query, finds, place);
  const places: [sort: string, value: string][] = [
    ["-created_at", ""],
    ["created_at", ""],
    ["email", middle.email],
    ["-email", middle.email],
    ["display_name", middle.display_name],
    ["-display_name", middle.display_name],
  ];
  const few = ["created_at", "email", "display_name"];
  return [
    ...places.map(([sort]) => users({ sort }, "some")),
    ...places.map(([sort, value]) => users({ sort }, "some", [sort, value, middle.id])),
    users({ role: "user" }, "some"),
    users({ role: "admin" }, "some"),
    users({ is_active: "true" }, "some"),
    users({ is_active: "false" }, "some"),
    users({ role: "user", is_active: "true" }, "some"),
    users({ role: "user", is_active: "false" }, "some"),
    users({ role: "admin", is_active: "false" }, "none"),
    ...few.map((sort) => users({ sort, is_active: "false" }, "some")),
    ...few.map((sort) => users({ sort, role: "user", is_active: "true" }, "some")),
    users({ q: "an" }, "some"),
    users({ q: "anna" }, "some"),
    users({ q: "anna", sort: "created_at" }, "some"),
    users({ q: "an" }, "some", ["-created_at", "", middle.id]),
    users({ q: "a m" }, "some"),
    users({ q: RARE_NAME }, "some"),
    users({ q: middle.email.slice(0, middle.email.indexOf("@")) }, "some"),
    users({ q: middle.email }, "some"),
    users({ q: "office.ex" }, "some"),
    users({ q: "anxious" }, "none"),
    users({ q: "example.com" }, "none"),
    users({ q: "q7" }, "none"),
    users({ q: "anna", role: "user" }, "some"),
    users({ q: "anna", role: "user", is_active: "true" }, "some"),
    users({ q: "anna", is_active: "false" }, "some"),
    users({ q: "example", role: "admin" }, "some"),
    users({ q: RARE_NAME, is_active: "true" }, "some"),
    users({ q: "anxious", role: "user", is_active: "true" }, "none"),
    users({ q: "anxious", is_active: "false" }, "none"),
  ];
}

function challengeAsks({ contests }: GrownService): AdminAsk[] {
  const middle = middleOf(contests);
  const list = (
    query: Record<string, string>,
    finds: "some" | "none",
    place?: (string | number)[],
  ) => listAsk("challenges", query, finds, place);
  const statuses = ["scheduled", "running", "settling", "final", "cancelled"];
  return [
    list({}, "some"),
    list({}, "some", [middle.made, middle.id]),
    ...statuses.map((status) => list({ status }, "some")),
    list({ visibility: "public" }, "some"),
    list({ visibility: "private" }, "some"),
    list({ visibility: "private", status: "cancelled" }, "some"),
    list({ q: "tiktok" }, "some"),
    list({ q: "e" }, "some", [middle.made, middle.id]),
    list({ q: RARE_CONTEST }, "some"),
    list({ q: "nobody calls it so" }, "none"),
    list({ q: "nobody calls it so", status: "final" }, "none"),
    list({ q: "tiktok", visibility: "private", status: "cancelled" }, "some"),
    list({ q: RARE_CONTEST, visibility: "public", status: "final" }, "some"),
  ];
}

function logAsks({ people, sizes, now }: GrownService): AdminAsk[] {
  const user_id = middleOf(people).id;
  const admin_id = people.find(({ is_admin }) => is_admin)?.id ?? "";
  const day = (ago: number) => new Date(now - ago * DAY_MS).toISOString().slice(0, 10);
  const logs = (
    query: Record<string, string>,
    finds: "some" | "none",
    place?: (string | number)[],
  ) => listAsk("logs", query, finds, place);
  const deep = [v7({ msecs: now - 44 * DAY_MS })];
  const month = { from: day(60), to: day(30) };
  return [
    logs({}, "some"),
    logs({}, "some", deep),
    logs({ level: "info" }, "some"),
    logs({ level: "warning" }, "some", deep),
    logs({ level: "error" }, "some"),
    logs({ action: "auth.logged_in" }, "some"),
    logs({ action: "admin.user_deactivated" }, "some"),
    logs({ action: UNDONE }, "none"),
    logs({ action: UNDONE, level: "error" }, "none"),
    logs({ user_id }, "some"),
    logs({ user_id: admin_id }, "some"),
    logs({ user_id, level: "error" }, "none"),
    logs({ user_id: admin_id, action: UNDONE }, "none"),
    logs({ user_id: admin_id, level: "error", ...month }, "none"),
    logs(month, "some"),
    logs({ level: "error", ...month }, "some"),
    logs({ action: "users.deleted", ...month }, "some"),
    logs({ from: day(600), to: day(500) }, "none"),
    logs({ q: user_id }, "some"),
    logs({ q: admin_id }, "some"),
    logs({ q: BUSY_ADDRESS }, "some"),
    logs({ q: BUSY_ADDRESS, level: "error" }, "none"),
    logs({ q: BUSY_ADDRESS, user_id }, "none"),
    logs({ q: "192.0.2.1" }, "none"),
    logs({ q: requestOf(Math.floor(sizes.acts / 2)) }, "some"),
    logs({ q: "no-request-has-this-id" }, "none"),
    logs({ q: "nothing at all" }, "none"),
    logs({ q: "a" }, "some"),
    logs({ q: "login" }, "some"),
    logs({ q: "admin.", level: "warning" }, "some"),
    logs({ q: "challenges.", ...month }, "some", deep),
  ];
}

function figureAsks({ people, sizes, now }: GrownService): AdminAsk[] {
  const confirmed = people.filter(({ row }) => row["email_verified_at"] !== null).length;
  const day = (ago: number) => new Date(now - ago * DAY_MS).toISOString().slice(0, 10);
  const total = z.literal(confirmed);
  const growth = z
    .object({ periods: z.array(z.unknown()).min(1) })
    .transform(({ periods }) => periods.at(-1))
    .pipe(z.object({ total }));
  const usageOf = (days: number) =>
    z.object({ days: z.array(z.unknown()).min(days - 1), apps: z.array(z.unknown()).min(1) });
  const known = new Set(ACTS.map(([action]) => action));
  const logStats = z.object({
    total: z.int().min(sizes.acts),
    by_action: z.array(z.object({ action: z.string() })).min(known.size),
  });
  return [
    figuresAsk(
      "stats/overview",
      z.object({ users: z.object({ total }), challenges: z.object({ running: z.int().min(1) }) }),
    ),
    figuresAsk("stats/users-growth", growth),
    figuresAsk(`stats/users-growth?from=${day(399)}&to=${day(0)}`, growth),
    figuresAsk(`stats/users-growth?from=${day(699)}&to=${day(0)}&interval=week`, growth),
    figuresAsk(`stats/users-growth?from=${day(699)}&to=${day(0)}&interval=month`, growth),
    figuresAsk("stats/app-usage", usageOf(30)),
    figuresAsk(`stats/app-usage?from=${day(89)}&to=${day(0)}&limit=100`, usageOf(90)),
    figuresAsk(`stats/app-usage?from=${day(399)}&to=${day(0)}&limit=100`, usageOf(400)),
    figuresAsk("logs/stats", logStats),
    {
      ...figuresAsk(`users/${middleOf(people).id}`, z.object({ sessions: z.unknown() })),
      what: "users/{id}",
    },
  ];
}

function middleOf<T>(list: readonly T[]): T {
  const middle = list[Math.floor(list.length / 2)];
  if (middle === undefined) throw new RangeError("nothing is in the middle of nothing");
  return middle;
}
