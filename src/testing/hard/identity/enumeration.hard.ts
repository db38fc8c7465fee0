import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Row } from "../../../local/bench/rows.ts";
import { chanceOf } from "../../../local/demo/random.ts";
import { addAccounts, freshEmail } from "../accounts.ts";
import { call, inLanes, ipOf, seen } from "../caller.ts";
import { figure } from "../figures.ts";
import { startHardStack, type HardStack } from "../hard-stack.ts";
import { auc, median } from "../statistics.ts";

const FLOOR_MS = 200;
/** What the way there and back takes, ten at a time. */
const OVERHEAD_MS = 50;
const TAKES = 3;
const PASSWORD = "a rather long password";

let stack: HardStack;

beforeAll(async () => {
  stack = await startHardStack({ SCRYPT_COST: "16", AUTH_FLOOR_MS: String(FLOOR_MS) });
});

afterAll(async () => await stack.stop());

/** What may be true of an address; gives `count` such that nobody has asked about. */
const standings = {
  unknown: async (count: number) => Array.from({ length: count }, freshEmail),
  active: async (count: number) => await addresses(count, {}),
  unverified: async (count: number) => await addresses(count, { email_verified_at: null }),
  deactivated: async (count: number) => await addresses(count, { is_active: false }),
  deleted: async (count: number) => {
    const emails = await addresses(count, {});
    await stack.database_client.execute("delete from users where email in (?)", [emails]);
    return emails;
  },
};
type Standing = keyof typeof standings;
const known: Standing[] = ["active", "unverified", "deactivated", "deleted"];

/** What may be asked about an address by anybody. */
const routes = {
  register: (email: string) => ({ email, password: PASSWORD, display_name: "Ada" }),
  login: (email: string) => ({ email, password: PASSWORD }),
  "forgot-password": (email: string) => ({ email }),
  "resend-verification": (email: string) => ({ email }),
};
type Route = keyof typeof routes;

async function addresses(count: number, changes: Row): Promise<string[]> {
  return (await addAccounts(stack, count, changes)).map(({ email }) => email);
}

type Sample = { route: Route; standing: Standing; email: string };
type Measured = Sample & { ms: number; seen: string };

/** Asks once about each of fresh addresses, in random order, so that whatever else happens hits all alike. */
async function measure(pairs: readonly (readonly [Route, Standing])[], each: number, seed: number) {
  const samples: Sample[] = [];
  const wanted = new Map<string, readonly [Route, Standing, number]>();
  for (const [route, standing] of pairs) {
    wanted.set(`${route} ${standing}`, [route, standing, each]);
    // All pairs of a route share these.
    wanted.set(`${route} unknown`, [route, "unknown", 2 * each]);
  }
  for (const [route, standing, count] of wanted.values()) {
    for (const email of await standings[standing](count)) samples.push({ route, standing, email });
  }
  const order = chanceOf(seed).shuffled(samples);
  const measured: Measured[] = [];
  await inLanes(order.length, 10, async (n) => {
    const sample = order[n]!;
    const body = routes[sample.route](sample.email);
    const reply = await call(stack, "POST", `/auth/${sample.route}`, { body, ip: ipOf(n) });
    measured.push({ ...sample, ms: reply.ms, seen: seen(reply) });
  });
  return measured;
}

/** Measures below the floor: what a machine is too busy for shows through it, and is measured again. */
async function measureBelowFloor(...asked: Parameters<typeof measure>): Promise<Measured[]> {
  for (let take = 1; ; take += 1) {
    const measured = await measure(...asked);
    const times = Map.groupBy(measured, ({ route }) => route).values();
    const slowest = Math.max(...[...times].map((of) => median(of.map(({ ms }) => ms))));
    if (slowest <= FLOOR_MS + OVERHEAD_MS || take === TAKES) return measured;
  }
}

/** How far an answer's time tells a standing from an unknown address. */
function compare(measured: readonly Measured[], route: Route, standing: Standing) {
  const timesOf = (one: Standing) =>
    measured.flatMap((m) => (m.route === route && m.standing === one ? [m.ms] : []));
  const [base, times] = [timesOf("unknown"), timesOf(standing)];
  const [apart_ms, area] = [median(times) - median(base), auc(base, times)];
  return { apart_ms, area, is_alike: Math.abs(apart_ms) <= 10 && area >= 0.4 && area <= 0.6 };
}

describe("what anybody may ask about an address", () => {
  const seed = randomInt(2 ** 31);
  const EACH = 120;

  it(`tells nobody what is true of it, by content or time (order by seed ${seed})`, async () => {
    const pairs = (Object.keys(routes) as Route[]).flatMap((route) =>
      known.map((standing) => [route, standing] as const),
    );
    const measured = await measureBelowFloor(pairs, EACH, seed);
    for (const route of Object.keys(routes) as Route[]) {
      const answers = measured.filter((one) => one.route === route).map((one) => one.seen);
      expect([...new Set(answers)]).toHaveLength(1);
      expect(answers[0]).toContain(route === "login" ? "[401" : "[202");
    }
    // Chance takes one pair in five hundred out of the band, but not twice: a leak would stay.
    const doubtful = pairs.filter((pair) => !compare(measured, ...pair).is_alike);
    const again =
      doubtful.length === 0 ? [] : await measureBelowFloor(doubtful, 2 * EACH, seed + 1);
    const results = pairs.map((pair) => ({
      pair: pair.join(" "),
      ...compare(doubtful.includes(pair) ? again : measured, ...pair),
    }));
    const areas = results.map(({ area }) => area);
    const range = `${Math.min(...areas).toFixed(2)} to ${Math.max(...areas).toFixed(2)}`;
    const apart = Math.max(...results.map(({ apart_ms }) => Math.abs(apart_ms)));
    const of = `${pairs.length} pairs, ${measured.length} answers`;
    figure("enumeration", `medians apart, ${of}`, `${apart.toFixed(1)} ms`, "≤ 10 ms");
    figure("enumeration", `AUC, ${doubtful.length} measured again`, range, "0.40 to 0.60");
    figure("enumeration", "other answers than an unknown address's", 0, "0");
    expect(results.filter(({ is_alike }) => !is_alike)).toEqual([]);
  }, 900_000);

  it("is no more told by a token that is refused, whatever is wrong with it", async () => {
    const [active, deactivated] = [await addresses(3, {}), await addresses(1, {})];
    const tokens = ["made up", `${"A".repeat(48)}.${"A".repeat(43)}`];
    for (const email of [...active, ...deactivated]) {
      await call(stack, "POST", "/auth/forgot-password", { body: { email } });
      const [mail] = await stack.mail.waitFor(email, 10_000);
      tokens.push(/token=([\w.-]+)/.exec(mail?.text ?? "")?.[1] ?? "none");
    }
    const [expired, deleted] = active;
    const sql = [
      "update email_tokens set expires_at = created_at where email = ?",
      "delete from users where email = ?",
      "update users set is_active = false where email = ?",
    ];
    for (const [n, email] of [expired, deleted, deactivated[0]].entries()) {
      await stack.database_client.execute(sql[n]!, [email]);
    }
    const reset = async (token: string) =>
      await call(stack, "POST", "/auth/reset-password", { body: { token, password: PASSWORD } });
    expect((await reset(tokens[4]!)).status).toBe(204);
    const answers: string[] = [];
    for (const token of tokens) {
      answers.push(seen(await reset(token)));
      const verified = await call(stack, "POST", "/auth/verify-email", { body: { token } });
      answers.push(seen(verified));
    }
    expect(answers[0]).toContain("token_invalid");
    expect(new Set(answers).size).toBe(1);
    figure(
      "enumeration",
      `answers to ${answers.length} refused tokens`,
      new Set(answers).size,
      "1",
    );
  });
});
