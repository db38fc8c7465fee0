import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { login } from "../asks.ts";
import { HttpClient } from "../client.ts";
import { failureOf } from "../closed-loop.ts";
import { percentilesOf } from "../percentiles.ts";
import { RequestBudget } from "../request-budget.ts";
import type { AdminFigure, AdminResult } from "../results.ts";
import { storedPassword } from "../rows.ts";
import { CHEAP_SCRYPT, PASSWORD } from "../seed.ts";
import type { Stack } from "../stack.ts";
import type { AdminAsk } from "./admin-ask.ts";
import { adminAsks } from "./admin-asks.ts";
import { growService } from "./grown-service.ts";

/** Issue 8: each list and statistic. */
const BOUND_MS = 200;
const TIMES = 20;

/**
 * Has administrators look over a service of so many accounts: everything they can list or count, each
 * once and then 20 times, one request after the other. Wrong is an answer that finds what it must not.
 */
export async function playAdmin(
  stack: Stack,
  accounts: number,
  tell: (words: string) => void,
): Promise<AdminResult> {
  const now = Date.now();
  const hash = storedPassword(PASSWORD, CHEAP_SCRYPT);
  const service = await growService(stack, accounts, { now, hash, tell });
  const seconds = (Date.now() - now) / 1_000;
  const client = new HttpClient(stack.url, 1);
  const failures: Record<string, number> = {};
  const figures: AdminFigure[] = [];
  try {
    const admins = service.people.filter(({ is_admin }) => is_admin);
    const office = await Office.open(
      client,
      admins.map(({ email }) => email),
    );
    await stack.settled();
    const asks = adminAsks(service);
    tell(`asking for ${asks.length} lists and statistics, ${TIMES + 1} times each`);
    for (const ask of asks) {
      const { durations_ms, wrong } = await office.ask(ask, 1 + TIMES);
      for (const what of wrong) failures[what] = (failures[what] ?? 0) + 1;
      const [first_ms = Number.NaN, ...again] = durations_ms;
      const { p50, p95 } = percentilesOf(again);
      const met = first_ms <= BOUND_MS && p95 <= BOUND_MS;
      figures.push({ what: ask.what, first_ms, p50, p95, bound: BOUND_MS, met });
    }
  } finally {
    client.close();
  }
  const { activities, challenges, acts } = service.sizes;
  const title = `${accounts} accounts, ${activities} activities, ${challenges} challenges, ${acts} acts`;
  return { title, seconds, figures, failures, faults: await stack.faults() };
}

const tokens = z.object({ access_token: z.string() });

/** Administrators who take turns, so that none of them passes the limit of requests. */
class Office {
  readonly #client: HttpClient;
  readonly #tokens: string[];
  readonly #budget: RequestBudget;

  private constructor(client: HttpClient, access_tokens: string[]) {
    this.#client = client;
    this.#tokens = access_tokens;
    this.#budget = new RequestBudget(access_tokens.length);
  }

  /** Signs them in. Raises an Error where the API refuses one. */
  static async open(client: HttpClient, emails: readonly string[]): Promise<Office> {
    const access_tokens: string[] = [];
    for (const email of emails) {
      const answer = await client.send(login(email));
      if (answer.status !== 200)
        throw new Error(`no administrator can sign in: ${failureOf(answer)}`);
      access_tokens.push(tokens.parse(JSON.parse(answer.text)).access_token);
    }
    return new Office(client, access_tokens);
  }

  /** Asks so many times; gives how long each answer took in ms, and how those were wrong that were. */
  async ask(
    { what, path, isRight }: AdminAsk,
    times: number,
  ): Promise<{ durations_ms: number[]; wrong: string[] }> {
    const durations_ms: number[] = [];
    const wrong: string[] = [];
    for (let n = 0; n < times; n += 1) {
      const access_token = await this.#next();
      const answer = await this.#client.send({
        method: "GET",
        path: `/api/admin${path}`,
        access_token,
      });
      durations_ms.push(answer.ms);
      if (answer.status !== 200) wrong.push(`${what}: ${failureOf(answer)}`);
      else if (!isRight(JSON.parse(answer.text))) wrong.push(`${what}: found otherwise`);
    }
    return { durations_ms, wrong };
  }

  async #next(): Promise<string> {
    await pause(this.#budget.waitFor(1, performance.now()));
    const token = this.#tokens[this.#budget.take(performance.now()) ?? -1];
    if (token === undefined) throw new Error("no administrator may ask any more");
    return token;
  }
}
