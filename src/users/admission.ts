import type { Quota } from "../platform/context.ts";

/** The caller of a user's object: whose session it claims to be. */
export type Caller = {
  user_id: string;
  session_id: string;
  /** Set where this request has passed the door before: it is not counted again. */
  is_counted?: boolean;
};

/** Why a user's object turned its caller away. */
export type Refusal = "session_ended" | "account_disabled" | "rate_limited" | "facts_unavailable";

/** What a user's object answers to a caller: the work's result, or why not; always with the quota. */
export type Admission<T> =
  | { ok: true; quota: Quota; result: T }
  | { ok: false; quota: Quota | null; refusal: Refusal };
