import { z } from "zod";
import { UnexpectedAnswer, type Client } from "./client.ts";
import type { Receipts, Send } from "./beat.ts";

const receiptSchema = z.object({
  status: z.enum(["accepted", "duplicate", "merged", "rejected"]),
  reason: z.string().optional(),
});
const answerSchema = z.union([
  z.object({ receipts: z.array(receiptSchema) }),
  z.object({ receipt: receiptSchema }),
]);

export type Reported = { receipts: Receipts; sent_at: number; answered_at: number };

/** Sends what a device has to say. Raises UnexpectedAnswer where the receipts are not those it must get. */
export async function reportUsage(client: Client, token: string, send: Send): Promise<Reported> {
  const [item] = send.items;
  const { body, sent_at, answered_at } = await client.ask({
    method: "POST",
    path: "/activities",
    token,
    body: send.shape === "single" ? item : { items: send.items },
    status: send.shape === "single" ? [send.expected.accepted === 1 ? 201 : 200] : [200],
    shape: answerSchema,
  });
  const receipts: Receipts = { accepted: 0, duplicate: 0, rejected: 0 };
  const list = "receipts" in body ? body.receipts : [body.receipt];
  for (const { status } of list) if (status !== "merged") receipts[status] += 1;
  if (inWords(receipts) !== inWords(send.expected)) {
    const reason = list.find((one) => one.reason !== undefined)?.reason;
    throw new UnexpectedAnswer(
      `${send.device_id} sent ${send.items.length} items: ${inWords(receipts)}${reason === undefined ? "" : ` (${reason})`} instead of ${inWords(send.expected)}.`,
    );
  }
  return { receipts, sent_at, answered_at };
}

function inWords({ accepted, duplicate, rejected }: Receipts): string {
  return `${accepted} accepted, ${duplicate} duplicate, ${rejected} rejected`;
}
