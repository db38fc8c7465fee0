import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceOf } from "../../../local/demo/random.ts";
import { addAccounts, sidOf, signIn, type Session } from "../accounts.ts";
import { call, inLanes, tally } from "../caller.ts";
import { figure } from "../figures.ts";
import { startHardStack, type HardStack } from "../hard-stack.ts";
import { watchBoard, type WatchedBoard } from "../watched-board.ts";
import { ENDS } from "./ends.ts";

let stack: HardStack;
let challenge_id: string;

beforeAll(async () => {
  stack = await startHardStack({ SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" });
  const [account] = await addAccounts(stack, 1);
  const { access_token } = await signIn(stack, account!);
  const today = new Date().toISOString().slice(0, 10);
  const body = { name: "Less", start_date: today, end_date: today };
  const made = await call(stack, "POST", "/challenges", { body, access_token });
  challenge_id = String(made.body["id"]);
});

afterAll(async () => await stack.stop());

async function refresh(session: Session) {
  const { refresh_token } = session;
  return await call(stack, "POST", "/auth/refresh", { body: { refresh_token } });
}

describe("a refresh token", () => {
  const TRIALS = 5;
  const AT_ONCE = 20;

  it("used by 20 at once gives all of them its one successor", async () => {
    const counters: number[] = [];
    for (const account of await addAccounts(stack, TRIALS)) {
      const session = await signIn(stack, account);
      const replies = await Promise.all(
        Array.from({ length: AT_ONCE }, async () => await refresh(session)),
      );
      expect(tally(replies.map(({ status }) => status))).toBe(`200 × ${AT_ONCE}`);
      expect(new Set(replies.map(({ body }) => body["refresh_token"])).size).toBe(1);
      const { rows } = await stack.database_client.execute<{ counter: number }>(
        "select counter from sessions where id = ?",
        [sidOf(session)],
      );
      counters.push(Number(rows[0]?.counter) - 1);
    }
    figure(
      "refresh",
      `rotations by ${AT_ONCE} at once, ${TRIALS} times`,
      counters.join(", "),
      "1 each",
    );
    expect(counters).toEqual(Array(TRIALS).fill(1));
  });

  it("that was spent more than 10 s ago is a theft: the session ends", async () => {
    const [account] = await addAccounts(stack, 1);
    const stolen = await signIn(stack, account!);
    const thief = { ...stolen, ...(await refresh(stolen)).body };
    await stack.database_client.execute(
      "update sessions set rotated_at = rotated_at - interval 10001 * 1000 microsecond where id = ?",
      [sidOf(stolen)],
    );
    const reused = await refresh(stolen);
    expect([reused.status, reused.body["code"]]).toEqual([401, "token_reused"]);
    const { status, body } = await call(stack, "GET", "/users/me", thief);
    expect([status, body["code"]]).toEqual([401, "session_ended"]);
  });
});

describe("a session that ends, in whichever way", () => {
  const EACH = 13;
  const LATE_MS = 5_000;
  /** What a lost session asks for, in vain: whoever was an administrator most of all what is theirs. */
  const PATHS = {
    user: ["/activities/today", "/users/me", "/challenges"],
    admin: ["/admin/users?limit=1", "/users/me", "/activities/today"],
  };
  const seed = randomInt(2 ** 31);

  it(`is refused from the next request on, and its sockets close (order by seed ${seed})`, async () => {
    const ways = Object.keys(ENDS).flatMap((way) => Array<string>(EACH).fill(way));
    const order = chanceOf(seed).shuffled(ways);
    const accounts = {
      user: await addAccounts(stack, order.length),
      admin: await addAccounts(stack, order.length + 1, { role: "admin" }),
    };
    const admin = await signIn(stack, accounts.admin.at(-1)!);
    const told = new Map<string, string[]>();
    const closing: { way: string; after_ms: number; code: Promise<number> }[] = [];
    const kept_open: WatchedBoard[] = [];
    await inLanes(order.length, 4, async (n) => {
      const way = order[n]!;
      const { end, answer, keeps, role, told: expected } = ENDS[way]!;
      const account = accounts[role][n]!;
      const [lost, kept] = [await signIn(stack, account), await signIn(stack, account)];
      const socket = await watchBoard(stack, challenge_id, lost);
      const other = await watchBoard(stack, challenge_id, kept);
      expect([way, await end({ stack, lost, kept, admin })]).toEqual([way, answer]);
      const ending = socket.whenEnded(2 * LATE_MS);
      for (const path of PATHS[role]) {
        const { access_token } = lost;
        const { status, body } = await call(stack, "GET", path, { access_token });
        told.set(way, [...(told.get(way) ?? []), `${status} ${String(body["code"])}`]);
      }
      const { status, body } = await call(stack, "GET", "/users/me", kept);
      const answered = keeps ? `${status}` : `${status} ${String(body["code"])}`;
      expect([way, answered]).toEqual([way, keeps ? "200" : expected]);
      closing.push({ way, after_ms: await ending, code: socket.closeCode() });
      if (keeps) kept_open.push(other);
    });
    for (const [way, end] of Object.entries(ENDS)) {
      const answers = told.get(way) ?? [];
      const late = answers.filter((answer) => answer !== end.told).length;
      const own = closing.filter((one) => one.way === way);
      const codes = await Promise.all(own.map(async ({ code }) => await code));
      const slowest = Math.round(Math.max(...own.map(({ after_ms }) => after_ms)));
      figure("revocation", `${way}, ${EACH} times: let in once more`, late, "0");
      figure(
        "revocation",
        `${way}: slowest socket closed, after the answer`,
        `${slowest} ms`,
        "≤ 5,000 ms",
      );
      expect(answers).toEqual(Array(PATHS[end.role].length * EACH).fill(end.told));
      expect(codes).toEqual(Array(EACH).fill(end.code));
      expect(slowest).toBeLessThanOrEqual(LATE_MS);
    }
    // Nobody else's socket was closed by it.
    expect(kept_open.filter(({ isOpen }) => isOpen)).toHaveLength(
      EACH * Object.values(ENDS).filter(({ keeps }) => keeps).length,
    );
    for (const socket of kept_open) socket.close();
  });
});
