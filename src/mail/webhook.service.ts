import { z } from "zod";
import type { Context } from "../platform/context.ts";
import { errors, invalidField } from "../platform/errors.ts";
import { isSameSecret } from "../platform/seal.ts";
import { writeLine } from "../platform/log.ts";
import { markAddresses } from "./addresses.store.ts";
import { mailErrors } from "./mail.errors.ts";
import { markDelivered } from "./mail.store.ts";
import { readEvent, recordSchema, type PostmarkEvent } from "./postmark-event.ts";

/** Lets Postmark's webhooks in by their secret. Raises `webhook_secret_wrong`, `not_configured`. */
export function requireWebhookSecret(ctx: Context, given: string | null): void {
  const secret = ctx.config.POSTMARK_WEBHOOK_SECRET;
  if (secret === null) throw errors.not_configured();
  if (given === null || !isSameSecret(given, secret)) {
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
      return await markAddresses(ctx, [event.mark]);
    case "delivered":
      return await markDelivered(ctx, event.outbox_id, event.message_id, event.at);
    case "other":
      writeLine("info", "postmark_record_passed_over", { record: event.what });
  }
}

function read(body: unknown): PostmarkEvent {
  const record = recordSchema.safeParse(body);
  if (!record.success) throw invalidField("RecordType", "must name the type of the record");
  try {
    return readEvent(record.data);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const issue = error.issues[0];
    throw invalidField(issue?.path.join(".") ?? "", issue?.message ?? "is not valid");
  }
}
