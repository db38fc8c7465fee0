import { DAY_MS, SECOND_MS, type Instant } from "../platform/time/instant.ts";
import type { OnceClaim } from "../platform/once.ts";

/** API.md: the first answer is given again within 24 h. */
export const KEPT_MS = DAY_MS;
/** A run that has not ended by then is lost: no request outlives its caller by more than 30 s. */
export const LEASE_MS = 30 * SECOND_MS;
/** A running request answers within 5 s; only a lost one keeps its lease longer. */
const ANSWERED_WITHIN_MS = 5 * SECOND_MS;

/** What is known of a key. */
export type KeyState = {
  fingerprint: string;
  /** UTC ms. */
  begun_at: Instant;
  /** The request that runs under the key, or did last, and until when (UTC ms) nobody else may. */
  holder: string;
  leased_until: Instant;
  is_answered: boolean;
};

/** `first`: the key is new; `again`: an earlier try left no answer. */
export type Verdict = "first" | "again" | "replay" | "mismatch" | "in_progress";

/** Says what becomes of a claim at `now`, by what is known of its key. */
export function judge(known: KeyState | null, claim: OnceClaim, now: Instant): Verdict {
  if (known === null || isOver(known, now)) return "first";
  if (known.fingerprint !== claim.fingerprint) return "mismatch";
  if (known.is_answered) return "replay";
  // The holder itself asks again where the answer to its first asking was lost on the way.
  return known.leased_until > now && known.holder !== claim.holder ? "in_progress" : "again";
}

/** After 24 h a key is as good as new, but never while a request runs under it. */
function isOver(known: KeyState, now: Instant): boolean {
  return known.begun_at + KEPT_MS <= now && (known.is_answered || known.leased_until <= now);
}

/** How long to wait for a run under way, in whole seconds. */
export function retryAfterSeconds({ leased_until }: KeyState, now: Instant): number {
  return Math.ceil(Math.min(leased_until - now, ANSWERED_WITHIN_MS) / SECOND_MS);
}
