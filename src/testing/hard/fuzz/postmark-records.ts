import type { Schema } from "./schema.ts";

const email: Schema = { type: "string", format: "email" };
const instant: Schema = { type: "string", format: "date-time" };
const id: Schema = { type: "string", format: "uuid" };
const MessageStream: Schema = { enum: ["outbound", "broadcast"] };
const bounce = {
  Type: { enum: ["HardBounce", "BadEmailAddress", "Transient"] },
  Email: email,
  BouncedAt: instant,
  MessageStream,
};

function record(RecordType: string, properties: Record<string, Schema>): Schema {
  const all = { RecordType: { const: RecordType }, ...properties };
  return { type: "object", properties: all, required: Object.keys(all) };
}

/** What Postmark sends, as it documents it: the API's document knows of a record's type alone. */
export const POSTMARK_RECORDS: Schema = {
  anyOf: [
    record("Bounce", bounce),
    record("SpamComplaint", bounce),
    record("SubscriptionChange", {
      Recipient: email,
      ChangedAt: instant,
      MessageStream,
      SuppressSending: { type: "boolean" },
      SuppressionReason: { enum: ["HardBounce", "SpamComplaint", "ManualSuppression", null] },
    }),
    record("Delivery", {
      MessageID: id,
      DeliveredAt: instant,
      Metadata: { type: "object", properties: { outbox_id: id }, required: ["outbox_id"] },
    }),
  ],
};
