import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@planetscale/database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { until } from "../until.ts";
import { Phone, type SentItem } from "./phone.ts";

let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-outage-"));
  stack = await startStack({
    folder,
    port: await freePort(),
    mail_port: 0,
    bindings: { SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" },
    log: () => undefined,
  });
}, 90_000);

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The ids of a user's items in MySQL, and the seconds of all their days. */
async function inMySql(user_id: string): Promise<{ ids: Set<string>; seconds: number }> {
  const client = new Client({ url: stack.planetscale.url });
  const items = await client.execute("select id from activities where user_id = ?", [user_id]);
  const days = await client.execute(
    "select coalesce(sum(seconds), 0) as seconds from daily_usage where user_id = ? and scope = 'total'",
    [user_id],
  );
  const [sum] = days.rows as { seconds: string }[];
  return {
    ids: new Set((items.rows as { id: string }[]).map(({ id }) => id)),
    seconds: Number(sum?.seconds),
  };
}

async function mySqlHolds(phone: Phone): Promise<void> {
  await until(`MySQL holds ${phone.acknowledged.size} items`, async () => {
    const { ids } = await inMySql(phone.user_id);
    return ids.size >= phone.acknowledged.size;
  });
  // A flush that has written the items may still be writing the days.
  await until("MySQL holds the days", async () => {
    const { seconds } = await inMySql(phone.user_id);
    return seconds === phone.acknowledged.size * 60;
  });
  expect((await inMySql(phone.user_id)).ids).toEqual(new Set(phone.acknowledged.keys()));
}

describe("when the database server is killed while phones send", () => {
  it("answers every activity, goes on with today and boards, and loses nothing", async () => {
    const phones = await Promise.all(
      ["Ada", "Grace", "Linus"].map(async (name) => await Phone.signUp(stack, name)),
    );
    const [ada] = phones as [Phone];
    const today = new Date().toISOString().slice(0, 10);
    const created = await ada.call("POST", "/challenges", {
      name: "Less",
      start_date: today,
      end_date: today,
    });
    expect(created.status).toBe(201);
    const board = `/challenges/${String(created.body["id"])}/leaderboard`;
    for (const phone of phones.slice(1)) {
      expect(
        (await phone.call("POST", `/challenges/${String(created.body["id"])}/join`)).status,
      ).toBe(200);
    }

    const sendAll = async (rounds: number) => {
      for (let round = 0; round < rounds; round += 1) {
        const replies = await Promise.all(
          phones.map(async (phone) => await phone.send(phone.nextItem())),
        );
        expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
      }
    };
    await sendAll(10);
    await stack.database.kill("SIGKILL");
    await sendAll(15);

    // The day before midnight may hold some of the minutes; what matters is that the counters go on.
    const counted = await ada.call("GET", "/activities/today");
    expect(counted.status).toBe(200);
    const live = await ada.call("GET", board);
    expect(live).toMatchObject({ status: 200, body: { total: 3 } });
    for (const path of ["/users/me", "/challenges", "/activities"]) {
      const refused = await ada.call("GET", path);
      expect(refused).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
      expect(refused.ms).toBeLessThan(5_000);
    }

    await stack.database.restart();
    for (const phone of phones) await mySqlHolds(phone);
    await until(
      "the other routes answer again",
      async () => (await ada.call("GET", "/users/me")).status === 200,
    );
  }, 90_000);
});

describe("when workerd is killed in the middle of a stream of resent activities", () => {
  it("loses nothing that was acknowledged and doubles nothing", async () => {
    const phone = await Phone.signUp(stack, "Margaret");
    let resent = 0;
    let cut_off = 0;
    // A phone sends an item until it is acknowledged, and sometimes one that was long ago.
    const send = async (item: SentItem) =>
      await until("an item is acknowledged", async () => {
        const { status } = await phone.send(item);
        cut_off += status === 0 ? 1 : 0;
        return status < 300 && status > 0 && status;
      });
    const stream = async () => {
      for (let n = 0; n < 60; n += 1) {
        await send(phone.nextItem());
        const earlier = [...phone.acknowledged.values()][n % 7];
        if (n % 3 === 0 && earlier) resent += (await send(earlier)) === 200 ? 1 : 0;
      }
    };
    const killer = async () => {
      for (const goal of [10, 25, 40]) {
        await until(`${goal} items are acknowledged`, async () => phone.acknowledged.size >= goal);
        await stack.worker.kill("SIGKILL");
        await stack.worker.restarted();
      }
    };
    await Promise.all([stream(), killer()]);
    expect(resent).toBe(20);
    expect(cut_off).toBeGreaterThan(0);
    expect(phone.acknowledged.size).toBe(60);
    await mySqlHolds(phone);
  }, 90_000);
});
