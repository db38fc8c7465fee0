import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@planetscale/database";
import { v7 } from "uuid";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceOf } from "../../local/demo/random.ts";
import { freePort } from "../../local/ports.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { MailLedger } from "./mail-ledger.ts";

const MAILS = 1_000;
const DUE_AT_ONCE = 10;
const KILLS = 5;
const FAULTY_CALLS = 0.3;
/** Single messages of a call that Postmark will not have: 406 and 300, each as often. */
const FAULTY_MESSAGES = 0.02;
const SEED = Number(process.env["SEED"] ?? randomInt(1 << 30));

const chance = chanceOf(SEED);
const ledger = new MailLedger(chance, { calls: FAULTY_CALLS, messages: FAULTY_MESSAGES });
let folder: string;
let stack: Stack;
let database: Client;
let window = Date.now();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-mails-"));
  stack = await startStack({
    folder,
    port: await freePort(),
    mail_port: 0,
    durable: false,
    log: () => undefined,
  });
  database = new Client({ url: stack.planetscale.url });
  stack.mail.faults.pick = (subject) => ledger.pick(subject);
});

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

const instant = (ms: number) => new Date(ms).toISOString().slice(0, 23).replace("T", " ");
const rowsOf = async <Row>(sql: string, args: (string | number)[] = []) =>
  (await database.execute(sql, args)).rows as Row[];

/** Puts mails into the outbox as their causes would; none is due yet. */
async function queueAll(): Promise<void> {
  const now = Date.now();
  const rows = Array.from({ length: MAILS }, (_, n) => [
    v7({ msecs: now }),
    `hard:${n}`,
    `reader.${n}@example.com`,
    "welcome",
    n % 2 === 0 ? "en" : "fr",
    JSON.stringify({ display_name: `Reader ${n}`, link: null }),
    "waiting",
    0,
    instant(now + 86_400_000),
    instant(now),
  ]);
  for (let from = 0; from < rows.length; from += 250) {
    const some = rows.slice(from, from + 250);
    await database.execute(
      `insert into emails (id, dedupe_key, to_address, kind, locale, data, status, attempts, next_attempt_at, created_at)
       values ${some.map(() => "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").join(", ")}`,
      some.flat(),
    );
  }
}

/** Lets the time pass until the next mails are due; gives how many that are. */
async function letSomeBeDue(): Promise<number> {
  const rows = await rowsOf<{ id: string }>(
    "select id from emails where status = 'waiting' and lease_id is null order by attempts, id limit ?",
    [DUE_AT_ONCE],
  );
  if (rows.length === 0) return 0;
  const marks = rows.map(() => "?").join(", ");
  await database.execute(
    `update emails set next_attempt_at = ? where status = 'waiting' and lease_id is null and id in (${marks})`,
    [instant(Date.now() - 1_000), ...rows.map(({ id }) => id)],
  );
  return rows.length;
}

async function fireCron(): Promise<void> {
  window += 60_000;
  const query = new URLSearchParams({ cron: "*/15 * * * *", time: String(window) });
  // A call that is cut off by a kill is part of the game.
  await fetch(`${stack.worker.url}/cdn-cgi/handler/scheduled?${query.toString()}`).catch(
    () => null,
  );
}

/** Kills workerd in the middle of a sweep, and lets the leases of the dead pass. */
async function killInTheMiddle(): Promise<void> {
  const dying = fireCron();
  await pause(chance.whole(20, 170));
  await stack.worker.kill("SIGKILL");
  await Promise.all([stack.worker.restarted(), dying]);
  const leased = await rowsOf<{ id: string }>(
    "select id from emails where status = 'waiting' and lease_id is not null",
  );
  // Whether these were accepted, nobody lived to hear.
  ledger.noteUnheard(leased.map(({ id }) => id));
  await database.execute(
    "update emails set next_attempt_at = ?, lease_id = null where status = 'waiting' and lease_id is not null",
    [instant(Date.now() - 1_000)],
  );
}

it(`loses none of ${MAILS} mails at ${FAULTY_CALLS * 100} % faults and ${KILLS} kills, and doubles one only where an acceptance was never heard (SEED=${SEED})`, async () => {
  await queueAll();
  let kills = 0;
  for (let round = 1; (await letSomeBeDue()) > 0; round += 1) {
    if (round % 15 === 0 && kills < KILLS) {
      kills += 1;
      await killInTheMiddle();
    } else {
      // Two sweepers at once get nothing twice.
      await Promise.all([fireCron(), fireCron()]);
    }
  }

  const rows = await rowsOf<{ id: string; status: string; error_code: number | null }>(
    "select id, status, error_code from emails",
  );
  const accepted = Map.groupBy(stack.mail.messages, ({ metadata }) => metadata["outbox_id"] ?? "");
  const lost = rows.filter(({ id, status, error_code }) => {
    const isRefused = error_code === 406 || error_code === 300;
    const isGivenUp = (status === "refused" || status === "failed") && isRefused;
    return !isGivenUp && !(status === "sent" && accepted.has(id));
  });
  const copies = [...accepted].map(([id, mails]) => ({ id, extra: mails.length - 1 }));
  const unexplained = copies.filter(({ id, extra }) => extra > (ledger.unheard.get(id) ?? 0));
  const doubled = copies.filter(({ extra }) => extra > 0).length;
  const refused = rows.filter(({ status }) => status !== "sent").length;
  console.log(
    [
      `seed ${SEED}: ${rows.length} mails by ${ledger.calls} calls and ${kills} kills`,
      `${refused} refused, ${doubled} doubled, ${ledger.unheard.size} whose acceptance may be unheard`,
      [...ledger.modes].map(([name, times]) => `${times} x ${name}`).join("; "),
    ].join("\n"),
  );
  expect(rows).toHaveLength(MAILS);
  expect(kills).toBe(KILLS);
  expect(lost).toEqual([]);
  expect(unexplained).toEqual([]);
}, 240_000);
