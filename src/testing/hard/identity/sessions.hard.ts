import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceOf } from "../../../local/demo/random.ts";
import { addAccounts, signIn, type Session } from "../accounts.ts";
import { call, inLanes, tally } from "../caller.ts";
import { figure } from "../figures.ts";
import { startHardStack, type HardStack } from "../hard-stack.ts";
import { watchBoard, type WatchedBoard } from "../watched-board.ts";

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

function sidOf({ access_token }: Session): string {
  const payload = Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(payload) as { sid: string }).sid;
}

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

type End = {
  /** Ends the lost session, with the help of the kept one; gives the answer's status. */
  end: (lost: Session, kept: Session) => Promise<number>;
  /** What the lost session is told from then on. */
  told: string;
  /** With which code its sockets are closed. */
  code: number;
  /** Whether the other session lives on. */
  keeps: boolean;
};

const ended = { told: "401 session_ended", code: 4401, keeps: true };
const ends: Record<string, End> = {
  "ended from another device": {
    ...ended,
    end: async (lost, { access_token }) => {
      const path = `/users/me/sessions/${sidOf(lost)}`;
      return (await call(stack, "DELETE", path, { access_token })).status;
    },
  },
  "logged out": {
    ...ended,
    end: async ({ refresh_token }) =>
      (await call(stack, "POST", "/auth/logout", { body: { refresh_token } })).status,
  },
  "password changed": {
    ...ended,
    end: async (_, { password, access_token }) => {
      const body = { current_password: password, new_password: "quite another password" };
      return (await call(stack, "PUT", "/users/me/password", { body, access_token })).status;
    },
  },
  "account deactivated": {
    told: "403 account_disabled",
    code: 4403,
    keeps: false,
    end: async ({ id }, kept) => {
      const sql = "update users set is_active = false where id = ?";
      await stack.database_client.execute(sql, [id]);
      // A refused refresh tells the user's object, as whoever deactivates has to.
      return (await refresh(kept)).status === 401 ? 204 : 500;
    },
  },
};

describe("a session that ends, in whichever way", () => {
  const EACH = 25;
  const LATE_MS = 5_000;
  const seed = randomInt(2 ** 31);

  it(`is refused from the next request on, and its sockets close (order by seed ${seed})`, async () => {
    const ways = Object.keys(ends).flatMap((way) => Array<string>(EACH).fill(way));
    const order = chanceOf(seed).shuffled(ways);
    const accounts = await addAccounts(stack, order.length);
    const told = new Map<string, string[]>();
    const closing: { way: string; after_ms: number; code: Promise<number> }[] = [];
    const kept_open: WatchedBoard[] = [];
    await inLanes(order.length, 4, async (n) => {
      const [way, account] = [order[n]!, accounts[n]!];
      const { end, keeps } = ends[way]!;
      const [lost, kept] = [await signIn(stack, account), await signIn(stack, account)];
      const socket = await watchBoard(stack, challenge_id, lost);
      const other = await watchBoard(stack, challenge_id, kept);
      expect(await end(lost, kept)).toBe(204);
      const ending = socket.whenEnded(2 * LATE_MS);
      for (const path of ["/activities/today", "/users/me", "/challenges"]) {
        const { access_token } = lost;
        const { status, body } = await call(stack, "GET", path, { access_token });
        told.set(way, [...(told.get(way) ?? []), `${status} ${String(body["code"])}`]);
      }
      const { status } = await call(stack, "GET", "/users/me", kept);
      expect(status).toBe(keeps ? 200 : 403);
      closing.push({ way, after_ms: await ending, code: socket.closeCode() });
      if (keeps) kept_open.push(other);
    });
    for (const [way, end] of Object.entries(ends)) {
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
      expect(answers).toEqual(Array(3 * EACH).fill(end.told));
      expect(codes).toEqual(Array(EACH).fill(end.code));
      expect(slowest).toBeLessThanOrEqual(LATE_MS);
    }
    // Nobody else's socket was closed by it.
    expect(kept_open.filter(({ isOpen }) => isOpen)).toHaveLength(3 * EACH);
    for (const socket of kept_open) socket.close();
  });
});
