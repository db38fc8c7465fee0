import { z } from "zod";
import { parseInstant, type Instant } from "../platform/time/instant.ts";
import type { AddressMark } from "./address-mark.ts";

/** What Postmark tells us, as far as it concerns us. */
export type PostmarkEvent =
  | { kind: "mark"; mark: AddressMark }
  | { kind: "delivered"; outbox_id: string; message_id: string; at: Instant }
  /** Nothing that we act on; `what` says what it was. */
  | { kind: "other"; what: string };

const addressSchema = z
  .string()
  .min(3)
  .max(254)
  .regex(/^[!-~]+$/)
  .toLowerCase();
const streamSchema = z
  .string()
  .regex(/^[\w-]{1,40}$/)
  .default("outbound");
const instantSchema = z.string().transform((text, ctx): Instant => {
  const read = parseInstant(text);
  if (read !== null) return read;
  ctx.addIssue({ code: "custom", message: "must be an RFC 3339 instant with an offset" });
  return z.NEVER;
});

const bounce = z.object({
  Type: z.string().max(60),
  Email: addressSchema,
  BouncedAt: instantSchema,
  MessageStream: streamSchema,
});
const subscription = z.object({
  Recipient: addressSchema,
  ChangedAt: instantSchema,
  MessageStream: streamSchema,
  SuppressSending: z.boolean(),
  SuppressionReason: z.string().nullish(),
});
const delivery = z.object({
  MessageID: z.string().regex(/^[!-~]{1,64}$/),
  DeliveredAt: instantSchema,
  Metadata: z.record(z.string(), z.string()).default({}),
});

/** Bounces after which nothing more can arrive at an address. */
const HARD_BOUNCES = ["HardBounce", "BadEmailAddress"];

/** The names of record types, as Postmark's webhooks bear them. */
export const recordSchema = z.looseObject({ RecordType: z.string().max(60) });

/**
 * Reads a webhook's record. Types that we do not know are `other`; one that we know but cannot read
 * raises a ZodError.
 */
export function readEvent(record: z.infer<typeof recordSchema>): PostmarkEvent {
  switch (record.RecordType) {
    case "Bounce": {
      const { Type, Email, BouncedAt, MessageStream } = bounce.parse(record);
      if (!HARD_BOUNCES.includes(Type)) return { kind: "other", what: `Bounce ${Type}` };
      return marked(Email, MessageStream, "hard_bounce", BouncedAt);
    }
    case "SpamComplaint": {
      const { Email, BouncedAt, MessageStream } = bounce.parse(record);
      return marked(Email, MessageStream, "complaint", BouncedAt);
    }
    case "SubscriptionChange": {
      const { Recipient, MessageStream, ChangedAt, ...change } = subscription.parse(record);
      return marked(Recipient, MessageStream, stateAfter(change), ChangedAt);
    }
    case "Delivery": {
      const { MessageID, DeliveredAt, Metadata } = delivery.parse(record);
      const outbox_id = Metadata["outbox_id"];
      if (!isOurs(outbox_id)) return { kind: "other", what: "Delivery of no mail of ours" };
      return { kind: "delivered", outbox_id, message_id: MessageID, at: DeliveredAt };
    }
    default:
      return { kind: "other", what: record.RecordType };
  }
}

/** Only ids are given to mails: whatever else stands there, the outbox cannot even be asked for. */
function isOurs(outbox_id: string | undefined): outbox_id is string {
  return z.uuid().safeParse(outbox_id).success;
}

function stateAfter(change: {
  SuppressSending: boolean;
  SuppressionReason?: string | null | undefined;
}): AddressMark["state"] {
  if (!change.SuppressSending) return "active";
  switch (change.SuppressionReason) {
    case "HardBounce":
      return "hard_bounce";
    case "SpamComplaint":
      return "complaint";
    default:
      return "unsubscribed";
  }
}

function marked(
  address: string,
  stream: string,
  state: AddressMark["state"],
  since: Instant,
): PostmarkEvent {
  return { kind: "mark", mark: { address, stream, state, since } };
}
