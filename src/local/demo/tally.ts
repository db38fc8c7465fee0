import type { Receipts, Send } from "./beat.ts";

/** What was sent, and what became of it. */
export type Tally = Receipts & { calls: number; items: number };

export const NOTHING_SENT: Tally = { calls: 0, items: 0, accepted: 0, duplicate: 0, rejected: 0 };

/** The tally after one more call. */
export function tallied(tally: Tally, send: Send, receipts: Receipts): Tally {
  return {
    calls: tally.calls + 1,
    items: tally.items + send.items.length,
    accepted: tally.accepted + receipts.accepted,
    duplicate: tally.duplicate + receipts.duplicate,
    rejected: tally.rejected + receipts.rejected,
  };
}
