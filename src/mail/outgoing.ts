import type { Locale, MailKind } from "../../emails/index.ts";
import type { SealPurpose } from "../platform/seal.ts";
import type { Instant } from "../platform/time/instant.ts";

/** What a mail's link leads to: a page of the app, or a page with a token sealed when the mail is sent. */
export type MailLink = { path: string; token?: { purpose: SealPurpose; payload: string } };

/** A mail as its cause queues it; links are named here and made only when it is sent. */
export type OutgoingMail = {
  /** One mail for each key, however often its cause is worked on. */
  dedupe_key: string;
  user_id: string | null;
  to_address: string;
  kind: MailKind;
  locale: Locale;
  /** The template's data but for its links. */
  data: Record<string, unknown>;
  link: MailLink | null;
  /** UTC instant after which it would be stale and is not sent; without it, it is always worth sending. */
  good_until?: Instant;
};

/** The last mail of a deleted account: its row must not outlive its sending with an address. */
export const FAREWELL = "account-deleted" satisfies MailKind;

/** How long to wait before attempt `attempts + 1`, in ms: 30 s, doubling, an hour at most. */
export function pauseAfter(attempts: number): number {
  return Math.min(3_600_000, 30_000 * 2 ** Math.max(0, attempts - 1));
}

/** After this many attempts a mail is given up. */
export const MAX_ATTEMPTS = 10;
