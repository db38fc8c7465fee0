import { DAY_MS, type Instant } from "../platform/time/instant.ts";

/** Why an address gets no mail by a stream; `active` takes an earlier reason back. */
export const MARKS = ["hard_bounce", "complaint", "unsubscribed", "refused", "active"] as const;
export type Mark = (typeof MARKS)[number];

/** What is known of an address at a stream, since when. */
export type AddressMark = { address: string; stream: string; state: Mark; since: Instant };

/** A mailbox that bounced may exist again: after this long one more mail may try. */
export const BOUNCE_BELIEVED_MS = 30 * DAY_MS;

/**
 * Whether a mark keeps a mail from going to its address by a stream. A mailbox that is not there is
 * there for no stream; whoever wants no news still gets what concerns their account.
 */
export function blocks(mark: AddressMark, stream: string, now: Instant): boolean {
  switch (mark.state) {
    case "active":
      return false;
    case "hard_bounce":
      return now < mark.since + BOUNCE_BELIEVED_MS;
    case "refused":
      return mark.stream === stream && now < mark.since + BOUNCE_BELIEVED_MS;
    case "complaint":
    case "unsubscribed":
      return mark.stream === stream;
  }
}
