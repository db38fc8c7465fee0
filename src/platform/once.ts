import type { Context } from "./context.ts";
import { newId } from "./ids.ts";

/** What a caller wants done once. */
export type OnceClaim = {
  /** The caller's `Idempotency-Key`. */
  key: string;
  /** Tells what is asked for from anything else: a digest of method, path and body. */
  fingerprint: string;
  /** The one request that asks; two that ask alike are two holders. */
  holder: string;
};

/** An answer as it is kept, to be given again. */
export type OnceAnswer = { status: number; headers: Record<string, string>; body: ArrayBuffer };

/** What becomes of a request under a key. */
export type OnceOutcome =
  | { kind: "run"; entity_id: string; is_resumed: boolean }
  | { kind: "replay"; answer: OnceAnswer }
  | { kind: "mismatch" }
  | { kind: "in_progress"; retry_after_seconds: number };

/**
 * Gives the id of what a call creates, where the client chose none: under an `Idempotency-Key` the
 * same at every try, so that a creation which finds it taken knows its own work. A UUIDv7.
 */
export function createdId(ctx: Pick<Context, "clock" | "once">): string {
  return ctx.once.current?.entity_id ?? newId(ctx.clock.now());
}
