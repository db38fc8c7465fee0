import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { png } from "../images.ts";
import { addAccounts, signIn, type Session } from "./accounts.ts";
import { tally } from "./caller.ts";
import { figure } from "./figures.ts";
import { startHardStack, type HardStack } from "./hard-stack.ts";

const AT_ONCE = 8;
const MIB = 1024 * 1024;
const AT_MOST_MIB = 32;
/** For so long none may have grown once all is over, in ms. */
const SETTLED_MS = 1_000;

let stack: HardStack;
let people: Session[];

beforeAll(async () => {
  stack = await startHardStack({ SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" });
  people = await Promise.all(
    (await addAccounts(stack, AT_ONCE)).map(async (one) => await signIn(stack, one)),
  );
});

afterAll(async () => await stack.stop());

type Huge = {
  method: string;
  path: string;
  type: string;
  bytes: number;
  /** Whether the length is said in advance. */
  is_declared: boolean;
  /** What the body begins with. */
  start: Uint8Array;
  /** How much a body of its kind may have, in bytes. */
  limit: number;
};

/** What is read at most before a body is refused that does not say how long it is, in bytes. */
const LIMITS = { json: 256 * 1024, avatar: 10 * MIB };
const filler = Buffer.alloc(64 * 1024, "a");
const agent = new Agent({ keepAlive: false });

/**
 * Sends a body piece by piece as fast as it is taken, and after `pause_after` bytes only waits; gives
 * the status, 0 where the connection broke.
 */
async function sendHuge(
  huge: Huge,
  { access_token }: Session,
  pause_after = Infinity,
): Promise<number> {
  const { method, path, type, bytes, is_declared, start } = huge;
  const heard = Promise.withResolvers<number>();
  const asking = request(
    {
      host: "127.0.0.1",
      port: new URL(stack.api_url).port,
      method,
      path: `/api${path}`,
      agent,
      headers: {
        "content-type": type,
        authorization: `Bearer ${access_token}`,
        ...(is_declared && { "content-length": String(bytes) }),
      },
    },
    (answer) => {
      answer.resume();
      answer.on("end", () => heard.resolve(answer.statusCode ?? 0));
      answer.on("error", () => heard.resolve(answer.statusCode ?? 0));
    },
  );
  // Who refuses a body unread may close before all of it is sent.
  asking.on("error", () => heard.resolve(0));
  asking.write(start);
  const most = Math.min(bytes, pause_after);
  for (let sent = start.length; sent < most && !asking.destroyed; sent += filler.length) {
    const piece = filler.subarray(0, Math.min(filler.length, bytes - sent));
    const taken = Promise.withResolvers<void>();
    asking.write(piece, () => taken.resolve());
    await Promise.race([taken.promise, heard.promise]);
  }
  if (most === bytes) asking.end();
  const status = await heard.promise;
  asking.destroy();
  return status;
}

/** Memory that workerd holds for itself, in MiB. */
async function memory(): Promise<number> {
  const status = readFileSync(`/proc/${await stack.worker.pid}/status`, "utf8");
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** Does the work, and gives the most memory that was held meanwhile and a little after. */
async function peakOf(work: () => Promise<void>): Promise<number> {
  let peak = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      peak = Math.max(peak, await memory());
      await pause(10);
    }
  })();
  await work();
  await pause(SETTLED_MS);
  isOver = true;
  await watching;
  return peak;
}

const json = { type: "application/json", start: Buffer.from('{"name":"'), limit: LIMITS.json };
const avatar = {
  type: "image/png",
  start: png(),
  limit: LIMITS.avatar,
  method: "PUT",
  path: "/users/me/avatar",
};

describe("eight huge bodies at once", () => {
  it.each<[string, Huge, number[]]>([
    [
      "JSON of 64 MiB that says so",
      { ...json, method: "POST", path: "/activities", bytes: 64 * MIB, is_declared: true },
      [413, 0],
    ],
    [
      "JSON of 64 MiB that does not",
      { ...json, method: "POST", path: "/activities", bytes: 64 * MIB, is_declared: false },
      [413, 0],
    ],
    [
      "JSON just within the limit",
      { ...json, method: "PUT", path: "/users/me", bytes: LIMITS.json, is_declared: true },
      [400],
    ],
    ["avatars of 64 MiB that say so", { ...avatar, bytes: 64 * MIB, is_declared: true }, [413, 0]],
    [
      "avatars of 64 MiB that do not",
      { ...avatar, bytes: 64 * MIB, is_declared: false },
      [413, 503, 0],
    ],
    [
      "avatars just within the limit",
      { ...avatar, bytes: LIMITS.avatar, is_declared: true },
      [422, 503],
    ],
  ])("take no more than 32 MiB: %s", async (name, huge, statuses) => {
    // Who waits for the answer hears it: those below go on sending, and may meet a closed connection
    // first. This one also warms up what stays.
    const enough = huge.is_declared ? filler.length : huge.limit + filler.length;
    const whole = huge.bytes <= huge.limit;
    const answer = await sendHuge(huge, people[0]!, whole ? Infinity : enough);
    expect(answer).toBe(statuses[0]);
    await pause(SETTLED_MS);
    const answers: number[] = [];
    let more = Infinity;
    // What the collector leaves lying about once, it does not each time.
    for (let tries = 0; tries < 3 && more > AT_MOST_MIB; tries += 1) {
      const base = await memory();
      const peak = await peakOf(async () => {
        const heard = people.map(async (one) => await sendHuge(huge, one));
        answers.push(...(await Promise.all(heard)));
      });
      more = Math.round((peak - base) * 10) / 10;
    }
    figure("huge bodies", `8 × ${name} (${tally(answers)})`, `${more} MiB`, `≤ ${AT_MOST_MIB} MiB`);
    expect(answers.filter((status) => !statuses.includes(status))).toEqual([]);
    expect(more).toBeLessThanOrEqual(AT_MOST_MIB);
  });
});
