import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { Phone } from "../outage/phone.ts";
import type { Item } from "./usage/meaning.ts";
import { Model } from "./usage/model.ts";
import { OwnDates } from "./usage/own-dates.ts";
import { inMySql } from "./usage/stored.ts";

const DAY_S = 86_400;
const DAYS_AWAY = 30;
const BATCH = 500;
/** What a browser's extension sees in a month, by far. */
const DOMAINS = 500;
/** Within this long, everything is taken and stands in MySQL, in ms. */
const AT_MOST_MS = 60_000;
const ZONE = "America/New_York";

let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-backlog-"));
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

/** Sends everything in full batches; gives after how many ms MySQL holds what a model counts. */
async function catchUp(name: string, items: readonly Item[], dates: OwnDates): Promise<number> {
  const phone = await Phone.signUp(stack, "Ada", ZONE);
  const model = new Model(dates);
  const begun = Date.now();
  for (let from = 0; from < items.length; from += BATCH) {
    const batch = items.slice(from, from + BATCH);
    const { status, body } = await phone.call("POST", "/activities", {
      items: batch.map((item) => item.body),
    });
    expect(status).toBe(200);
    const receipts = body["receipts"] as { index: number; id: string; status: string }[];
    expect(receipts.map((receipt) => receipt.status)).toEqual(batch.map(() => "accepted"));
    for (const { index, id } of receipts) {
      const { meaning } = batch[index] ?? {};
      expect(meaning && model.acknowledge(meaning, id)).toBeNull();
    }
  }
  const taken_ms = Date.now() - begun;
  expect(model.size).toBe(items.length);
  const expected = model.expected();
  for (;;) {
    const stored = await inMySql(stack.planetscale.url, phone.user_id);
    if (isDeepStrictEqual(stored, expected)) break;
    if (Date.now() - begun > AT_MOST_MS) expect(stored).toEqual(expected);
    await pause(200);
  }
  const written_ms = Date.now() - begun;
  console.info(JSON.stringify({ backlog: name, items: items.length, taken_ms, written_ms }));
  return written_ms;
}

describe("a phone that was away for 30 days", () => {
  const now_s = Math.floor(Date.now() / 1_000);
  const dates = new OwnDates(
    [{ since_s: 0, timezone: ZONE, day_start_minute: 0 }],
    now_s - 36 * DAY_S,
    now_s + 4 * DAY_S,
  );
  const appOf = (n: number, apps: number) => {
    const client_app = `com.example.app${n % apps}`;
    return { client_app, app: client_app, name: null, category: "other" };
  };

  it("delivers 20,000 intervals in batches of 500 at once", async () => {
    const count = 20_000;
    const items = Array.from({ length: count }, (_, n): Item => {
      const app = appOf(n, 40);
      // Each overlaps the one before by a third.
      const from_s =
        now_s - DAYS_AWAY * DAY_S + Math.floor((n * (DAYS_AWAY * DAY_S - 600)) / count);
      const to_s = from_s + 173;
      return {
        body: {
          app: app.app,
          device_id: "phone",
          started_at: new Date(from_s * 1_000).toISOString(),
          duration_seconds: to_s - from_s,
        },
        meaning: { kind: "interval", ...app, device_id: "phone", from_s, to_s },
      };
    });
    expect(await catchUp("intervals", items, dates)).toBeLessThan(AT_MOST_MS);
  });

  it("delivers the day totals of 500 web domains, domain by domain", async () => {
    const days = dates.days.filter(
      ({ from_s, to_s }) => from_s <= now_s && to_s > now_s - DAYS_AWAY * DAY_S,
    );
    const items = Array.from({ length: DOMAINS }, (_, n) => appOf(n, DOMAINS)).flatMap((app, n) =>
      days.map(({ date }, day): Item => {
        const seconds = 1 + ((n * 37 + day * 11) % 700);
        return {
          body: {
            kind: "day_total",
            app: app.app,
            device_id: "phone",
            date,
            total_seconds: seconds,
          },
          meaning: { kind: "total", ...app, device_id: "phone", date, seconds },
        };
      }),
    );
    expect(await catchUp("totals", items, dates)).toBeLessThan(AT_MOST_MS);
  });
});
