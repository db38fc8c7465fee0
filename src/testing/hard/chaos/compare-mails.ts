import { setTimeout as pause } from "node:timers/promises";
import type { Account } from "../accounts.ts";
import type { HardStack } from "../hard-stack.ts";
import { differencesOf, untilAgreed, type Difference } from "../usage/agreement.ts";
import { rowsOf } from "../usage/stored.ts";
import type { PostLedger } from "./post-ledger.ts";
import type { Registrant } from "./registrants.ts";
import type { Quiet } from "./seeding.ts";
import type { World } from "./world.ts";

/** A call to Postmark hangs for ten seconds at most; by then nobody alive holds a lease of before. */
const LEASES_OVER_MS = 20_000;

const CRONS_AFTER = 4;

type Row = {
  id: string;
  dedupe_key: string;
  user_id: string;
  to_address: string;
  kind: string;
  status: string;
  data: Record<string, unknown>;
  created_at: string;
};
/** What was mailed in a run, for its last line. */
export type Mailed = { rows: number; doubled: number };

/** Lets the time pass that mails wait for, until none waits any more; `cron` fires the sweep. */
export async function sendTheRest(
  stack: HardStack,
  healed_at: number,
  cron: () => Promise<void>,
): Promise<void> {
  const url = stack.planetscale.url;
  // What the crons of the run began and could not end is theirs.
  for (let n = 0; n < CRONS_AFTER; n += 1) await cron();
  for (;;) {
    const [left] = await rowsOf<{ waiting: string; leased: string }>(
      url,
      "select count(*) as waiting, count(lease_id) as leased from emails where status = 'waiting'",
      [],
    );
    if (Number(left?.waiting) === 0) return;
    const mayFree = Date.now() > healed_at + LEASES_OVER_MS;
    const free = mayFree ? "" : " and lease_id is null";
    await rowsOf(
      url,
      `update emails set next_attempt_at = '2020-01-01', lease_id = null where status = 'waiting'${free}`,
      [],
    );
    await cron();
    await pause(300);
  }
}

/** Every mail that had to come: there, once, and sent; doubled only where nobody heard that it was accepted. */
export async function compareMails(
  stack: HardStack,
  world: World,
  ledger: PostLedger,
  quiet: Quiet,
  registrants: readonly Registrant[],
  deadline: number,
): Promise<Mailed> {
  const reasons = reasonsOf(world, quiet);
  let rows: Row[] = [];
  const ask = async (): Promise<Difference[]> => {
    rows = await rowsAbout(stack, [
      ...world.members.map(({ phone }) => phone.user_id),
      ...[...quiet.reminded, ...quiet.finalists].map(({ id }) => id),
    ]);
    return differencesOf(
      "mail",
      Object.fromEntries([...reasons.keys()].map((key) => [key, "sent"])),
      Object.fromEntries(rows.map(({ dedupe_key, status }) => [dedupe_key, status])),
    );
  };
  for (const difference of await untilAgreed(ask, deadline)) {
    const key = difference.where.replace("mail: ", "");
    const [, user_id, subject] = key.split("/");
    const member = world.members.find(({ phone }) => phone.user_id === user_id);
    world.differ({
      who: member?.name ?? user_id ?? "",
      ...difference,
      why: [
        reasons.get(key) ?? "nothing in the history makes it due",
        ...rows
          .filter(({ dedupe_key }) => dedupe_key === key)
          .map(({ data, created_at }) => `queued at ${created_at}: ${JSON.stringify(data)}`),
        ...(member && subject !== undefined ? member.diaryOf(subject) : []),
      ],
    });
  }
  const verifications = await verificationsOf(stack, world, registrants);
  const all = [...rows, ...verifications];
  return { rows: all.length, doubled: countDoubled(stack, world, ledger, all) };
}

/** Why each mail is due, by its key. */
function reasonsOf(world: World, { reminded, finalists, final_id }: Quiet): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const { phone, limits, wants_alert_mails } of world.members) {
    if (!wants_alert_mails) continue;
    for (const [key, why] of limits.alerts) {
      reasons.set(`limit-alert/${phone.user_id}/${key}`, why);
    }
  }
  const today = new Date(Date.now() - 20 * 60_000).toISOString().slice(0, 10);
  const put = (accounts: readonly Account[], keyOf: (id: string) => string, why: string) => {
    for (const { id } of accounts) reasons.set(keyOf(id), why);
  };
  put(reminded, (id) => `daily-reminder/${id}/${today}`, "their reminder was due within the run");
  put(finalists, (id) => `challenge-result/${final_id}/${id}`, "their challenge is final");
  return reasons;
}

async function rowsAbout(stack: HardStack, user_ids: readonly string[]): Promise<Row[]> {
  const kinds = ["limit-alert", "daily-reminder", "challenge-result", "challenge-cancelled"];
  const marks = (list: readonly string[]) => list.map(() => "?").join(", ");
  return await rowsOf<Row>(
    stack.planetscale.url,
    `select id, dedupe_key, user_id, to_address, kind, status, data, created_at from emails
     where user_id in (${marks(user_ids)}) and kind in (${marks(kinds)})`,
    [...user_ids, ...kinds],
  );
}

/** One verification for each who registered; one more for each minute they had to repeat it. */
async function verificationsOf(
  stack: HardStack,
  world: World,
  registrants: readonly Registrant[],
): Promise<Row[]> {
  const found: Row[] = [];
  for (const { email, tries_from, tries_to } of registrants) {
    const rows = await rowsOf<Row>(
      stack.planetscale.url,
      "select id, dedupe_key, user_id, to_address, kind, status, data, created_at from emails where to_address = ?",
      [email],
    );
    const most = 1 + Math.floor((tries_to - tries_from) / 60_000);
    const sent = rows.filter(({ kind, status }) => kind === "verification" && status === "sent");
    if (sent.length < 1 || rows.length > most) {
      world.differ({
        who: email,
        where: "verification mails",
        expected: most === 1 ? "1 sent" : `1 to ${most} sent`,
        found: rows.map(({ kind, status }) => `${kind} ${status}`).join(", ") || "none",
        why: [`registered within ${tries_to - tries_from} ms of tries, and told that a mail comes`],
      });
    }
    found.push(...rows);
  }
  return found;
}

function countDoubled(
  stack: HardStack,
  world: World,
  ledger: PostLedger,
  rows: readonly Row[],
): number {
  const accepted = Map.groupBy(stack.mail.messages, ({ metadata }) => metadata["outbox_id"] ?? "");
  let doubled = 0;
  for (const { id, dedupe_key, status, to_address } of rows) {
    const copies = (accepted.get(id) ?? []).map(({ received_at }) => Date.parse(received_at));
    const extra = copies.length - 1;
    if (extra > 0) doubled += 1;
    const may = ledger.mayBeDoubled(id, copies);
    if (extra <= may && (status !== "sent" || extra >= 0)) continue;
    world.differ({
      who: to_address,
      where: `mail ${dedupe_key}: copies that reached Postmark`,
      expected: may === 0 ? "1" : `1 to ${may + 1}`,
      found: `${copies.length} (${copies.map((at) => new Date(at).toISOString()).join(", ")})`,
      why: ["doubled only where nobody heard that it was accepted, or could write it down"],
    });
  }
  return doubled;
}
