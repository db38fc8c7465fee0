import type { UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { createdId } from "../platform/once.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import { callAsUser } from "../users/index.ts";
import { refusalOf, type RefusedInterval } from "./acceptance.ts";
import { canonicalApp, catalogued } from "./catalogue.ts";
import type { HistoryQuestion } from "./history.ts";
import type { IncomingBatch, IncomingInterval, Receipt, ReportedInterval } from "./items.ts";
import type { Today } from "./today.ts";
import { activityOf, pageOfActivities, type ActivityRow } from "./usage.store.ts";

const refusals: Record<RefusedInterval, { path: string; message: string }> = {
  too_old: { path: "started_at", message: "starts more than 31 days ago" },
  in_the_future: {
    path: "ended_at",
    message: "ends more than 5 minutes ahead of the server's clock",
  },
  too_short: { path: "ended_at", message: "lasts less than a second" },
  too_long: { path: "ended_at", message: "lasts more than 24 hours" },
};

/** An item of a batch: readable, or why not. */
export type BatchItem = { input: ReportedInterval } | { reason: string };

/**
 * Takes one interval; gives it with its receipt. Durable when this returns, with MySQL away too.
 * Raises `invalid_fields` where the interval is out of range.
 */
export async function recordOne(
  ctx: UserContext,
  input: ReportedInterval,
): Promise<{ activity: ActivityRow; receipt: Receipt }> {
  const now = ctx.clock.now();
  const interval = toInterval(input, createdId(ctx));
  const refused = refusalOf(input.started_at, endOf(input), now);
  if (refused) throw errors.invalid_fields({ errors: [refusals[refused]] });
  const { receipts, first } = await callAsUser(
    ctx,
    async (stub, caller) =>
      await stub.record(caller, { items: [{ index: 0, interval }], reported_dates: [] }),
  );
  const [receipt] = receipts;
  if (!receipt || !first) throw errors.internal();
  return { activity: activityOf(ctx.actor.user_id, first), receipt };
}

/** Takes a batch in one call to the user's object; a receipt for each item, in the batch's order. */
export async function recordBatch(
  ctx: UserContext,
  items: readonly BatchItem[],
  reported_dates: readonly string[],
): Promise<{ receipts: Receipt[]; resume_after: number | null }> {
  const now = ctx.clock.now();
  const rejected: Receipt[] = [];
  const batch: IncomingBatch = { items: [], reported_dates: [...reported_dates] };
  for (const [index, item] of items.entries()) {
    if ("reason" in item) {
      rejected.push({ index, id: null, status: "rejected", reason: item.reason });
      continue;
    }
    const refused = refusalOf(item.input.started_at, endOf(item.input), now);
    if (refused) {
      rejected.push({ index, id: item.input.id ?? null, status: "rejected", reason: refused });
    } else {
      batch.items.push({ index, interval: toInterval(item.input, newId(now)) });
    }
  }
  const { receipts, resume_after } = await callAsUser(
    ctx,
    async (stub, caller) => await stub.record(caller, batch),
  );
  return { receipts: [...receipts, ...rejected].sort((a, b) => a.index - b.index), resume_after };
}

/** The counters of the caller's own today, live from their object. */
export async function today(ctx: UserContext): Promise<Today> {
  return await callAsUser(ctx, async (stub, caller) => await stub.today(caller));
}

/**
 * A page of history, newest first. What was accepted but is not yet in MySQL is asked of the object
 * first, so that whatever leaves it meanwhile is found in MySQL: nothing is missed, nothing twice.
 */
export async function history(
  ctx: UserContext,
  question: HistoryQuestion,
): Promise<{ rows: ActivityRow[]; next: ActivityRow | null }> {
  const { user_id } = ctx.actor;
  const oneMore = { ...question, limit: question.limit + 1 };
  const waiting = await callAsUser(
    ctx,
    async (stub, caller) => await stub.waiting(caller, oneMore),
  );
  const rows = new Map<string, ActivityRow>();
  for (const item of waiting) rows.set(item.id, activityOf(user_id, item));
  for (const row of await pageOfActivities(ctx, user_id, oneMore)) rows.set(row.id, row);
  const sorted = [...rows.values()].sort((a, b) => (isBefore(a, b) ? 1 : -1));
  const page = sorted.slice(0, question.limit);
  return { rows: page, next: sorted.length > page.length ? (page.at(-1) ?? null) : null };
}

function isBefore(
  a: { started_at: number; id: string },
  b: { started_at: number; id: string },
): boolean {
  return a.started_at < b.started_at || (a.started_at === b.started_at && a.id < b.id);
}

function endOf(input: ReportedInterval): number {
  return input.ended_at ?? input.started_at + (input.duration_seconds ?? 0) * SECOND_MS;
}

function toInterval(input: ReportedInterval, spare_id: string): IncomingInterval {
  const app = canonicalApp(input.app);
  const known = catalogued(app);
  return {
    id: input.id ?? spare_id,
    app,
    client_app: input.app,
    app_name: known?.name ?? input.app_name ?? null,
    category: known?.category ?? input.category ?? "other",
    device_id: input.device_id ?? "",
    started_s: Math.floor(input.started_at / SECOND_MS),
    ended_s: Math.floor(endOf(input) / SECOND_MS),
  };
}
