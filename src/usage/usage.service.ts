import type { DecisionOut } from "../blocking/index.ts";
import type { UserContext } from "../platform/context.ts";
import { errors, invalidField } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { counter } from "../platform/metrics/metric.ts";
import { createdId } from "../platform/once.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { callAsUser } from "../users/index.ts";
import { canonicalApp, catalogued } from "../catalogue/index.ts";
import { refusalOf, type RefusedInterval } from "./acceptance.ts";
import type { HistoryQuestion } from "./history.ts";
import type {
  IncomingBatch,
  IncomingItem,
  Receipt,
  ReportedInterval,
  ReportedItem,
  ReportedTotal,
} from "./items.ts";
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

/** Counted here and not in the user's object: here thousands are one batch for whoever adds them up. */
const taken = counter("focus_activities_total", "Items of usage that were given a receipt.", [
  "status",
]);

/** An item of a batch: readable, or why not. */
export type BatchItem = { item: ReportedItem } | { reason: string };

/**
 * Takes one item; gives it, as it stands now, with its receipt. Durable when this returns, with MySQL
 * away too. Raises `invalid_fields` where the interval or the date is out of range.
 */
export async function recordOne(
  ctx: UserContext,
  input: ReportedItem,
): Promise<{ activity: ActivityRow; receipt: Receipt; decisions: DecisionOut[] }> {
  const now = ctx.clock.now();
  const refused = intervalRefusal(input, now);
  if (refused) throw errors.invalid_fields({ errors: [refusals[refused]] });
  const items = [{ index: 0, item: toItem(input, createdId(ctx)) }];
  const { receipts, first, decisions } = await callAsUser(
    ctx,
    async (stub, caller) =>
      await stub.record(caller, { items, reported_dates: [], device_id: null }),
  );
  count(receipts);
  const [receipt] = receipts;
  if (receipt?.status === "rejected") {
    const message =
      receipt.reason === "too_old" ? "is more than 31 days ago" : "is a day that has not begun";
    throw invalidField("date", message);
  }
  if (!receipt || !first) throw errors.internal();
  return { activity: activityOf(ctx.actor.user_id, first), receipt, decisions };
}

/** Takes a batch in one call to the user's object; a receipt for each item, in the batch's order. */
export async function recordBatch(
  ctx: UserContext,
  inputs: readonly BatchItem[],
  reported_dates: readonly string[],
): Promise<{ receipts: Receipt[]; decisions: DecisionOut[]; resume_after: Instant | null }> {
  const now = ctx.clock.now();
  const rejected: Receipt[] = [];
  const readable = inputs.flatMap((input) => ("item" in input ? [input.item] : []));
  const batch: IncomingBatch = {
    items: [],
    reported_dates: [...reported_dates],
    device_id: readable[0] ? deviceOf(readable[0]) : null,
  };
  for (const [index, input] of inputs.entries()) {
    if ("reason" in input) {
      rejected.push({ index, id: null, status: "rejected", reason: input.reason });
      continue;
    }
    const { item } = input;
    const reason = intervalRefusal(item, now);
    if (reason) {
      const id = item.kind === "interval" ? (item.id ?? null) : null;
      rejected.push({ index, id, status: "rejected", reason });
    } else {
      batch.items.push({ index, item: toItem(item, newId(now)) });
    }
  }
  const { receipts, decisions, resume_after } = await callAsUser(
    ctx,
    async (stub, caller) => await stub.record(caller, batch),
  );
  const all = [...receipts, ...rejected].sort((a, b) => a.index - b.index);
  count(all);
  return { receipts: all, decisions, resume_after };
}

function count(receipts: readonly Receipt[]): void {
  for (const { status } of receipts) taken.add({ status });
}

/** The instant (UTC ms) up to which a device's intervals are known, or null where none is. */
export async function resumeAfter(ctx: UserContext, device_id: string): Promise<Instant | null> {
  return await callAsUser(ctx, async (stub, caller) => await stub.resumeAfter(caller, device_id));
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
  const { items, gone } = await callAsUser(
    ctx,
    async (stub, caller) => await stub.waiting(caller, oneMore),
  );
  const rows = new Map<string, ActivityRow>();
  for (const item of items) rows.set(item.id, activityOf(user_id, item));
  // Those that are gone may still stand in MySQL: the page is filled up behind them.
  const limit = oneMore.limit + gone.length;
  for (const row of await pageOfActivities(ctx, user_id, { ...question, limit })) {
    const waiting = rows.get(row.id);
    if (!waiting || row.version > waiting.version) rows.set(row.id, row);
  }
  for (const id of gone) rows.delete(id);
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

function intervalRefusal(input: ReportedItem, now: Instant): RefusedInterval | null {
  return input.kind === "interval" ? refusalOf(input.started_at, endOf(input), now) : null;
}

/** A phone that names no device is one of its own. */
function deviceOf(input: ReportedItem): string {
  return input.device_id ?? "";
}

function endOf(input: ReportedInterval): Instant {
  return input.ended_at ?? input.started_at + (input.duration_seconds ?? 0) * SECOND_MS;
}

function toItem(input: ReportedItem, spare_id: string): IncomingItem {
  const app = canonicalApp(input.app);
  const known = catalogued(app);
  const shared = {
    app,
    client_app: input.app,
    app_name: known?.name ?? input.app_name ?? null,
    category: known?.category ?? input.category ?? "other",
    device_id: deviceOf(input),
  };
  switch (input.kind) {
    case "interval":
      return {
        ...shared,
        kind: input.kind,
        id: input.id ?? spare_id,
        started_s: Math.floor(input.started_at / SECOND_MS),
        ended_s: Math.floor(endOf(input) / SECOND_MS),
      };
    case "day_total":
      return { ...shared, ...totalOf(input), id: spare_id, seconds: input.total_seconds };
    case "threshold":
      return { ...shared, ...totalOf(input), id: spare_id, seconds: input.at_least_seconds };
  }
}

function totalOf<T extends ReportedTotal>({ kind, date }: T): Pick<T, "kind" | "date"> {
  return { kind, date };
}
