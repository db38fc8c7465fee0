import { z } from "zod";
import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors, invalidField } from "../platform/errors.ts";
import { isSameSecret } from "../platform/seal.ts";
import { writeLine } from "../platform/log.ts";
import { record, recordSoon } from "../audit/index.ts";
import { lockAccountAt, markAddresses, marksOf } from "./addresses.store.ts";
import type { AddressMark } from "./address-mark.ts";
import { mailErrors } from "./mail.errors.ts";
import { markDelivered } from "./mail.store.ts";
import { readEvent, recordSchema, type PostmarkEvent } from "./postmark-event.ts";

/** Lets Postmark's webhooks in by their secret. Raises `webhook_secret_wrong`, `not_configured`. */
export function requireWebhookSecret(ctx: Context, given: string | null): void {
  const secret = ctx.config.POSTMARK_WEBHOOK_SECRET;
  if (secret === null) throw errors.not_configured();
  if (given === null || !isSameSecret(given, secret)) {
    const context = { why: given === null ? "no_secret" : "wrong_secret" };
    recordSoon(ctx, { action: "mail.webhook_refused", context });
    throw mailErrors.webhook_secret_wrong();
  }
}

/**
 * Takes what a webhook tells: marks the address, or notes the delivery; a record that means nothing
 * to us is only logged. Repeatable, and in any order. Raises `invalid_fields`.
 */
export async function takeWebhook(ctx: Context, body: unknown): Promise<void> {
  const event = read(body);
  switch (event.kind) {
    case "mark":
      writeLine("info", "address_marked", { stream: event.mark.stream, state: event.mark.state });
      return await takeMark(ctx, event.mark);
    case "delivered":
      return await markDelivered(ctx, event.outbox_id, event.message_id, event.at);
    case "other":
      writeLine("info", "postmark_record_passed_over", { record: event.what });
  }
}

/**
 * Told again, or overtaken by a later one, a mark changes nothing. An address that no account has may be
 * that of somebody who was erased: it does not come in again.
 */
async function takeMark(ctx: Context, mark: AddressMark): Promise<void> {
  const { address, stream, state, since } = mark;
  await withTransaction(ctx, async (tx) => {
    const user_id = await lockAccountAt(tx, address);
    const known = (await marksOf(tx, [address])).find((one) => one.stream === stream);
    if (user_id === null && !known) return;
    const isKnown = known?.since === since && known.state === state;
    if (known && (isKnown || known.since > since)) return;
    await markAddresses(tx, [mark]);
    await record(tx, {
      action: "mail.address_marked",
      user_id,
      context: { stream, state },
      // It enters the audit with the account that has it, or not at all: nobody would take it out.
      ...(user_id === null ? {} : { personal: { address } }),
    });
  });
}

function read(body: unknown): PostmarkEvent {
  const told = recordSchema.safeParse(body);
  if (!told.success) throw invalidField("RecordType", "must name the type of the record");
  try {
    return readEvent(told.data);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const issue = error.issues[0];
    throw invalidField(issue?.path.join(".") ?? "", issue?.message ?? "is not valid");
  }
}
