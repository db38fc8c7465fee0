import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceOf } from "../../local/demo/random.ts";
import { freePort } from "../../local/ports.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { Phone } from "../outage/phone.ts";
import { runLane, Tally, untilAnswered } from "./usage/lane.ts";
import { Model, type Expected } from "./usage/model.ts";
import type { Rule } from "./usage/own-dates.ts";
import { PEOPLE, planPerson, type PersonPlan } from "./usage/plan.ts";
import { countersOut, historyOf, inMySql, rowsOf, type DayOut } from "./usage/stored.ts";
import { LATEST_STATEMENT_MS, makeTrouble } from "./usage/trouble.ts";

/** `SEED=… npm run test:hard` repeats a run; without it, one that is always the same and a fresh one. */
const given = process.env["SEED"];
const SEEDS = given === undefined ? [20_261_122, Date.now() % 2 ** 31] : [Number(given)];
const ITEMS_EACH = 600;
/** Until when everything must stand in MySQL once it is quiet, in ms. */
const QUIET_MS = 40_000;

type Person = { phone: Phone; plan: PersonPlan; model: Model };
type Truth = { phone: Phone; expected: Expected };

let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-truth-"));
  stack = await startStack({
    folder,
    port: await freePort(),
    mail_port: 0,
    bindings: { SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" },
    log: () => undefined,
  });
});

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Signs a person up who has lived by these day rules for long: no phone can change its past. */
async function settle(plan: PersonPlan): Promise<Person> {
  const now = plan.rules.at(-1);
  const phone = await Phone.signUp(stack, "Ada", now?.timezone);
  const url = stack.planetscale.url;
  await rowsOf(url, "delete from user_day_rules where user_id = ?", [phone.user_id]);
  const valuesOf = ({ since_s, timezone, day_start_minute }: Rule) => [
    phone.user_id,
    new Date(since_s * 1_000).toISOString().slice(0, 23).replace("T", " "),
    timezone,
    day_start_minute,
  ];
  await rowsOf(
    url,
    `insert into user_day_rules (user_id, since, timezone, day_start_minute) values ${plan.rules.map(() => "(?, ?, ?, ?)").join()}`,
    plan.rules.flatMap(valuesOf),
  );
  // Any change of the profile makes the object read its facts anew.
  const changed = await phone.call("PUT", "/users/me", { display_name: "Grace" });
  expect(changed.status).toBe(200);
  return { phone, plan, model: new Model(plan.dates) };
}

/** MySQL against the model, until they agree or patience ends; then the difference is the failure. */
async function mySqlAgrees({ phone, expected }: Truth, deadline: number): Promise<void> {
  for (;;) {
    const stored = await inMySql(stack.planetscale.url, phone.user_id);
    if (isDeepStrictEqual(stored, expected) || Date.now() > deadline) {
      expect(stored).toEqual(expected);
      return;
    }
    await pause(200);
  }
}

/** The person's object, through the API: today, and the whole history. */
async function apiAgrees({ phone, expected }: Truth, tally: Tally): Promise<void> {
  const { body } = await untilAnswered(
    async () => await phone.call("GET", "/activities/today"),
    tally,
  );
  const today = body as DayOut;
  const { counters, items } = expected;
  const ofToday = Object.entries(counters).filter(([key]) => key.startsWith(today.date));
  expect(countersOut(today)).toEqual(Object.fromEntries(ofToday));
  const shown = Object.keys(items).filter((id) => !items[id]?.endsWith("deleted"));
  expect((await historyOf(phone, tally)).sort()).toEqual(shown.sort());
  await statisticsAgree({ phone, expected }, today.date, tally);
}

/** Every own day of the last weeks as statistics give it; days without usage count 0 s. */
async function statisticsAgree(
  { phone, expected }: Truth,
  today: string,
  tally: Tally,
): Promise<void> {
  const dayBefore = (days: number) =>
    new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
  const { status, body } = await untilAnswered(
    async () =>
      await phone.call("GET", `/activities/stats/daily?from=${dayBefore(34)}&to=${today}`),
    tally,
  );
  expect(status).toBe(200);
  const days = body["days"] as DayOut[];
  expect(days.map(({ date }) => date)).toEqual(
    Array.from({ length: 35 }, (_, index) => dayBefore(34 - index)),
  );
  const counted = Object.assign({}, ...days.map((day) => countersOut(day))) as object;
  const withoutDevices = Object.entries(expected.counters).filter(
    ([key]) => !key.includes(" device "),
  );
  expect(counted).toEqual(Object.fromEntries(withoutDevices));
  const weekly = await untilAnswered(
    async () => await phone.call("GET", `/activities/stats/weekly?week_of=${dayBefore(3)}`),
    tally,
  );
  const week = weekly.body as {
    total_seconds: number;
    days: Pick<DayOut, "date" | "total_seconds">[];
  };
  const totals = week.days.map(({ date }) => days.find((day) => day.date === date)?.total_seconds);
  // A week may go on beyond today.
  expect(week.days.map((day) => day.total_seconds)).toEqual(totals.map((seconds) => seconds ?? 0));
  expect(week.total_seconds).toBe(totals.reduce((sum: number, one) => sum + (one ?? 0), 0));
}

describe("what phones reported through crashes, outages and faults", () => {
  it.each(SEEDS)(
    "stands in MySQL, in the objects and in the answers as a model counts it (seed %i)",
    async (seed) => {
      const begun = Date.now();
      const now_s = Math.floor(begun / 1_000);
      const chance = chanceOf(seed);
      const plans = Array.from({ length: PEOPLE }, (_, index) =>
        planPerson(chance, index, ITEMS_EACH, now_s),
      );
      const people = await Promise.all(plans.map(settle));
      const tally = new Tally(plans.flatMap(({ lanes }) => lanes).flat().length);
      const sending = Date.now();
      const [troubles] = await Promise.all([
        makeTrouble(stack, tally),
        ...people.flatMap(({ phone, plan, model }, person) =>
          plan.lanes.map(async (steps, lane) => {
            const own = chanceOf(seed + person * 10 + lane + 1);
            await runLane(phone, steps, model, own, tally);
          }),
        ),
      ]);
      const quiet = Date.now();
      expect(tally.wrong).toEqual([]);
      const truths = people.map(({ phone, model }) => ({ phone, expected: model.expected() }));
      for (const truth of truths) await mySqlAgrees(truth, quiet + QUIET_MS);
      const agreed = Date.now();
      await Promise.all(truths.map(async (truth) => await apiAgrees(truth, tally)));
      // Once more, when the last statement that was given up has been run: it must change nothing.
      await pause(Math.max(0, quiet + LATEST_STATEMENT_MS + 1_000 - Date.now()));
      for (const truth of truths) await mySqlAgrees(truth, 0);

      const stored = people.reduce((sum, { model }) => sum + model.size, 0);
      const { wrong: _none, ...counts } = tally;
      console.info(
        JSON.stringify({
          seed,
          stored,
          ...counts,
          ...troubles,
          settled_s: (sending - begun) / 1_000,
          sent_s: (quiet - sending) / 1_000,
          agreed_s: (agreed - quiet) / 1_000,
          all_s: (Date.now() - begun) / 1_000,
        }),
      );
      expect(stored).toBeGreaterThanOrEqual(10_000);
      expect(tally.cut_off).toBeGreaterThan(0);
      expect(tally.duplicates).toBeGreaterThan(0.08 * tally.items);
      expect(troubles.faults).toBeGreaterThan(0);
    },
  );
});
