import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../until.ts";
import { addAccounts, freshEmail, signIn } from "../accounts.ts";
import { call, inLanes, insist, ipOf, seen, tally, type Reply } from "../caller.ts";
import { figure } from "../figures.ts";
import { startHardStack, type HardStack } from "../hard-stack.ts";

let stack: HardStack;

beforeAll(async () => {
  stack = await startHardStack({ SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" });
});

afterAll(async () => await stack.stop());

describe("ten thousand guesses at one account", () => {
  const GUESSES = 10_000;

  it("from as many networks reach the hash 100 times at most; the owner goes on", async () => {
    const [account] = await addAccounts(stack, 1);
    const owner = await signIn(stack, account!);
    let isOver = false;
    const mine: number[] = [];
    const living = (async () => {
      while (!isOver) {
        const { refresh_token, access_token } = owner;
        const body = { refresh_token };
        const refreshed = await call(stack, "POST", "/auth/refresh", { body, ip: "192.0.2.1" });
        const looked = await call(stack, "GET", "/activities/today", { access_token });
        mine.push(refreshed.status, looked.status);
        Object.assign(owner, refreshed.body);
        await pause(1_000);
      }
    })();
    const statuses: number[] = [];
    await inLanes(GUESSES, 50, async (n) => {
      const { status } = await call(stack, "POST", "/auth/login", {
        body: { email: account!.email, password: `guess number ${n}` },
        ip: ipOf(n),
        headers: { "x-forwarded-for": ipOf(GUESSES + n) },
      });
      statuses.push(status);
    });
    isOver = true;
    await living;
    const reached = statuses.filter((status) => status !== 429).length;
    figure("guessing", `answers to ${GUESSES} guesses`, tally(statuses), "≤ 100 not 429");
    figure("guessing", "the owner's session meanwhile", tally(mine), "all 200");
    expect(new Set(statuses).isSubsetOf(new Set([401, 429, 503]))).toBe(true);
    expect(reached).toBeLessThanOrEqual(100);
    expect(new Set(mine)).toEqual(new Set([200]));
  });
});

describe("the address a call comes from", () => {
  /** How many of so many calls the limit by address lets pass; a window may begin among them. */
  async function passing(count: number, asks: (n: number) => Record<string, string>) {
    const statuses: number[] = [];
    await inLanes(count, 20, async (n) => {
      const body = { refresh_token: "made up" };
      statuses.push(
        (await call(stack, "POST", "/auth/refresh", { body, headers: asks(n) })).status,
      );
    });
    return statuses.filter((status) => status === 401).length;
  }

  it("is Cloudflare's word alone: no other header gives a new one, or takes one away", async () => {
    const spoofed = await passing(300, (n) => ({
      "cf-connecting-ip": "198.51.100.7",
      "x-forwarded-for": ipOf(n),
      "x-real-ip": ipOf(n),
      "true-client-ip": ipOf(n),
      forwarded: `for=${ipOf(n)}`,
    }));
    figure(
      "X-Forwarded-For",
      "300 calls of one address, each said to be another",
      `${spoofed} pass`,
      "60 a minute",
    );
    expect(spoofed).toBeGreaterThanOrEqual(60);
    expect(spoofed).toBeLessThanOrEqual(120);
    const accused = await passing(300, (n) => ({
      "cf-connecting-ip": ipOf(100_000 + n),
      "x-forwarded-for": "198.51.100.7",
    }));
    figure("X-Forwarded-For", "300 calls of many, each said to be one", `${accused} pass`, "300");
    expect(accused).toBe(300);
  });
});

describe("a thousand requests of one user at once", () => {
  /** A busy machine may be late for the limit itself. */
  const isUncounted = ({ status, headers }: Reply) => status === 503 && !headers.has("ratelimit");

  it("pass a hundred times, over two sessions and two routes", async () => {
    const [account] = await addAccounts(stack, 1);
    const sessions = [await signIn(stack, account!), await signIn(stack, account!)];
    const ask = async (n: number) => {
      const { access_token } = sessions[n % 2]!;
      const path = n % 4 < 2 ? "/users/me" : "/activities/today";
      return await call(stack, "GET", path, { access_token });
    };
    const replies = await Promise.all(
      Array.from(
        { length: 1_000 },
        async (_, n) => await insist(async () => await ask(n), isUncounted),
      ),
    );
    // What the limit let pass has passed, also where MySQL was late for it.
    const passed = replies.filter(({ status }) => status !== 429);
    const answered = tally(replies.map(({ status }) => status));
    figure("rate limit", "answers to 1,000 at once", answered, "200 × 100, 429 × 900");
    expect([passed.length, replies.length - passed.length]).toEqual([100, 900]);
    expect(new Set(passed.map(({ status }) => status)).isSubsetOf(new Set([200, 503]))).toBe(true);
    expect(passed.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(50);
    const left = passed.map(({ headers }) =>
      Number(/r=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1]),
    );
    expect(left.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    for (const { status, headers, body } of replies) {
      expect(headers.get("ratelimit-policy")).toBe('"user";q=100;w=60');
      if (status !== 429) continue;
      expect(body["code"]).toBe("rate_limited");
      const seconds = Number(headers.get("retry-after"));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(headers.get("ratelimit")).toBe(`"user";r=0;t=${seconds}`);
    }
  });
});

describe("a thousand requests for mail to one address", () => {
  const ROUNDS = 10;
  const AT_ONCE = 100;

  /** Lets an address's mails grow older, since a test cannot wait for an hour. */
  async function age(email: string, seconds: number): Promise<void> {
    await stack.database_client.execute(
      "update emails set created_at = created_at - interval ? second where to_address = ?",
      [seconds, email],
    );
  }

  async function mailsTo(email: string): Promise<string[]> {
    return (await stack.mail.waitFor(email, 1)).map(({ tag }) => tag);
  }

  it("bring 5 of each kind an hour at most, one a minute, and the same answers", async () => {
    const [account] = await addAccounts(stack, 1, { email_verified_at: null });
    const email = account!.email;
    const routes = ["forgot-password", "resend-verification"];
    const replies = new Map<string, Set<string>>();
    const ask = async (route: string, about: string, ip: string) => {
      const body = { email: about };
      const reply = await insist(
        async () => await call(stack, "POST", `/auth/${route}`, { body, ip }),
      );
      replies.set(route, (replies.get(route) ?? new Set()).add(seen(reply)));
    };
    let n = 0;
    const round = async () => {
      const asked = Array.from({ length: AT_ONCE }, async () => {
        n += 1;
        await ask(routes[n % 2]!, email, ipOf(200_000 + n));
      });
      await Promise.all(asked);
      await age(email, 61);
    };
    for (let rounds = 0; rounds < ROUNDS; rounds += 1) await round();
    for (const route of routes) await ask(route, freshEmail(), ipOf(300_000));
    const sent = async () => tally(await mailsTo(email));
    await until("the mails are sent", async () => (await mailsTo(email)).length >= 10);
    // As long as a late one would take.
    await pause(2_000);
    figure("mail bombing", `mails after ${n} requests within an hour`, await sent(), "≤ 5 each");
    expect(await sent()).toBe("password-reset × 5, verification × 5");
    expect([...replies.values()].map(({ size }) => size)).toEqual([1, 1]);

    await age(email, 3_600);
    await round();
    await until("the next hour's mails are sent", async () => (await mailsTo(email)).length >= 12);
    expect(await sent()).toBe("password-reset × 6, verification × 6");
  });
});
