import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ask } from "../recipes.ts";
import { inLanes, tally } from "./caller.ts";
import { figure } from "./figures.ts";
import { Crowd } from "./fuzz/crowd.ts";
import { readDocument, type Document } from "./fuzz/document.ts";
import { faultsIn, LEAKS } from "./fuzz/judge.ts";
import { anyRequest, type Wild } from "./fuzz/requests.ts";
import { misfits } from "./fuzz/schema.ts";
import { dress, LONGEST_MS, sendTimed, shown } from "./fuzz/sender.ts";
import { changedTables, quietTables } from "./fuzz/tables.ts";
import { startHardStack, type HardStack } from "./hard-stack.ts";
import { WEBHOOK_SECRET } from "./postmark-door.ts";
import type { Heard } from "./wire.ts";

/** Requests for each seed; `FUZZ=…` makes a run longer, `SEED=…` repeats one. */
const REQUESTS = Number(process.env["FUZZ"] ?? 7_000);
const given = process.env["SEED"];
const SEEDS = given === undefined ? [20_261_128, randomInt(1 << 30)] : [Number(given)];
const LANES = 12;
const CROWD = 160;

let stack: HardStack;
let document: Document;
let crowd: Crowd;

beforeAll(async () => {
  stack = await startHardStack({
    SCRYPT_COST: "16",
    AUTH_FLOOR_MS: "0",
    POSTMARK_WEBHOOK_SECRET: WEBHOOK_SECRET,
  });
  document = await readDocument(stack.api_url);
  crowd = await Crowd.gather(stack, CROWD);
});

afterAll(async () => await stack.stop());

type Tried = { wild: Wild; ask: Ask; heard: Heard };

/** Sends each as it is asked for; one that has no asker yet gets the next of the crowd. */
async function tryAll(all: readonly { wild: Wild; ask?: Ask }[]): Promise<Tried[]> {
  const tried: Tried[] = [];
  await inLanes(all.length, LANES, async (at) => {
    const { wild, ask = await dress(wild, crowd) } = all[at]!;
    tried.push({ wild, ask, heard: await sendTimed(stack, ask) });
  });
  return tried;
}

/** The promises that were broken, each with a request that does it; the same one of a route is shown once. */
function brokenBy(tried: readonly Tried[]): string[] {
  const found = new Map<string, string>();
  for (const { wild, ask, heard } of tried) {
    const faults = faultsIn(heard, wild.route, document);
    if (heard.ms > LONGEST_MS) faults.push("slow");
    if (heard.status < 300) faults.push(...acceptedAgainst(wild));
    for (const fault of faults) {
      const key = `${wild.route.name}: ${fault}`;
      found.set(key, `${shown(ask)}\n  -> ${heard.status} ${heard.text.slice(0, 300)}`);
    }
  }
  return [...found].map(([key, example]) => `${key}\n  ${example}`);
}

/** What was accepted although the document says that it does not fit. */
function acceptedAgainst({ route, body }: Wild): string[] {
  if (route.body === null || typeof body !== "string") return [];
  // Items of a batch are judged one by one, each with a receipt of its own.
  if (route.name === "POST /activities" && body.includes('"items"')) return [];
  return misfits(JSON.parse(body.replace(/^\ufeff/, "")), route.body, document.schemas).map(
    (what) => `accepted: ${what}`,
  );
}

const isRefused = ({ heard: { status } }: Tried) => status >= 400 && status !== 429;

/** Leaves out what is refused by how things stand (404, 409) only until they stand otherwise. */
async function untilRefusedForGood(tried: readonly Tried[]): Promise<Tried[]> {
  const hangsOnState = ({ heard: { status } }: Tried) => status === 404 || status === 409;
  const others = tried.filter((one) => !hangsOnState(one));
  let unsure = tried.filter(hangsOnState);
  for (let count = -1; count !== unsure.length;) {
    count = unsure.length;
    unsure = (await tryAll(unsure)).filter(({ heard: { status } }) => status >= 400);
  }
  return [...others, ...unsure];
}

describe("whatever is sent", () => {
  it.each(SEEDS)(
    `breaks no promise, and what is refused changes nothing (SEED=%i)`,
    async (seed) => {
      const wilds = fc.sample(anyRequest(document), { numRuns: REQUESTS, seed });
      const first = await tryAll(wilds.map((wild) => ({ wild })));
      const broken = brokenBy(first);
      // All that was refused once more, and nothing else: no row may have moved then.
      const refused = await untilRefusedForGood(first.filter(isRefused));
      const before = await quietTables(stack.database_client);
      const second = await tryAll(refused);
      const passed = second.filter(({ heard: { status } }) => status < 400);
      const moved = changedTables(before, await quietTables(stack.database_client));
      const slowest = Math.max(...[...first, ...second].map(({ heard }) => heard.ms));
      const statuses = tally(first.map(({ heard }) => heard.status));
      figure("fuzz", `${first.length} requests of seed ${seed}`, statuses, "no 5xx");
      figure(
        "fuzz",
        "refused ones sent again",
        `${second.length}, ${moved.length} tables moved`,
        "0",
      );
      figure("fuzz", "slowest", `${Math.round(slowest)} ms`, `≤ ${LONGEST_MS} ms`);
      expect(moved).toEqual([]);
      expect([...broken, ...brokenBy(second)]).toEqual([]);
      expect(passed.map(({ ask, heard }) => `${shown(ask)} -> ${heard.status}`)).toEqual([]);
      expect(statuses).toContain("200");
    },
  );
});

describe("the log of all that", () => {
  it("says nothing that nobody may know", async () => {
    const log = await readFile(stack.log_file, "utf8");
    const secrets = [
      stack.config.JWT_SECRET ?? "",
      WEBHOOK_SECRET,
      new URL(stack.planetscale.url).password,
      ...crowd.members.flatMap(({ email, access_token }) => [email, access_token]),
    ];
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
    const lines = log.split("\n").filter((line) => LEAKS.some((leak) => leak.test(line)));
    figure("logs", `lines of ${log.split("\n").length} that leak`, lines.length, "0");
    expect(lines.slice(0, 20)).toEqual([]);
  });
});
