import { newId } from "../platform/ids.ts";
import { migrateSchema } from "../platform/objects/schema.ts";
import type { OnceAnswer, OnceClaim, OnceOutcome } from "../platform/once.ts";
import { HOUR_MS, type Instant } from "../platform/time/instant.ts";
import { judge, KEPT_MS, LEASE_MS, retryAfterSeconds, type KeyState } from "./once.ts";
import { onceSchema } from "./once.schema.ts";

/** The user's newest keys are kept; at 100 requests a minute, each for ten minutes at least. */
export const KEPT_KEYS = 1_000;

/** A key that is over costs nothing but space: they are removed so far apart, many at once. */
const SWEEP_EVERY_MS = HOUR_MS;

type Row = Omit<KeyState, "is_answered"> & { entity_id: string; status: number | null };
type AnswerRow = { status: number; headers: string; body: ArrayBuffer | null };

/** What was done under a user's `Idempotency-Key`s, and what is being done. Each call is one step. */
export class OnceKeys {
  private readonly storage: DurableObjectStorage;
  private readonly sweepAt: (due_at: Instant) => void;

  /** `sweepAt` has `sweep` called at an instant (UTC ms). */
  constructor(storage: DurableObjectStorage, sweepAt: (due_at: Instant) => void) {
    this.storage = storage;
    this.sweepAt = sweepAt;
    migrateSchema(storage, "once", onceSchema);
  }

  /** Says what becomes of a claim; one that runs holds its key until it is finished, for 30 s at most. */
  begin(claim: OnceClaim, now: Instant): OnceOutcome {
    const row = this.find(claim.key);
    const known = row && stateOf(row);
    const verdict = judge(known, claim, now);
    if (verdict === "first" || row === null || known === null) {
      const entity_id = newId(now);
      this.insert(claim, entity_id, now);
      return { kind: "run", entity_id, is_resumed: false };
    }
    switch (verdict) {
      case "again":
        this.lease(claim, now);
        return { kind: "run", entity_id: row.entity_id, is_resumed: true };
      case "replay":
        return { kind: "replay", answer: this.answerOf(claim.key) };
      case "mismatch":
        return { kind: "mismatch" };
      case "in_progress":
        return { kind: "in_progress", retry_after_seconds: retryAfterSeconds(known, now) };
    }
  }

  /**
   * Ends the holder's run: keeps its answer, or lets the key go where there is none to keep. A run
   * whose lease another one has taken over changes nothing. Repeatable.
   */
  finish({ key, holder }: OnceClaim, answer: OnceAnswer | null): void {
    this.storage.sql.exec(
      `UPDATE once SET leased_until = 0, status = ?, headers = ?, body = ?
       WHERE key = ? AND holder = ? AND status IS NULL`,
      answer?.status ?? null,
      answer && JSON.stringify(answer.headers),
      answer?.body ?? null,
      key,
      holder,
    );
  }

  /** Removes the keys that are over, and sees to the others' end. */
  sweep(now: Instant): void {
    this.storage.sql.exec(
      "DELETE FROM once WHERE begun_at <= ? AND (status IS NOT NULL OR leased_until <= ?)",
      now - KEPT_MS,
      now,
    );
    const oldest = this.storage.sql
      .exec<{ begun_at: number | null }>("SELECT min(begun_at) AS begun_at FROM once")
      .one().begun_at;
    if (oldest !== null) this.sweepAt(Math.max(oldest + KEPT_MS, now + SWEEP_EVERY_MS));
  }

  private find(key: string): Row | null {
    return (
      this.storage.sql
        .exec<Row>(
          `SELECT fingerprint, entity_id, begun_at, holder, leased_until, status FROM once
           WHERE key = ?`,
          key,
        )
        .toArray()[0] ?? null
    );
  }

  private insert({ key, fingerprint, holder }: OnceClaim, entity_id: string, now: Instant): void {
    this.storage.transactionSync(() => {
      this.storage.sql.exec(
        `INSERT OR REPLACE INTO once (key, fingerprint, entity_id, begun_at, holder, leased_until)
         VALUES (?, ?, ?, ?, ?, ?)`,
        key,
        fingerprint,
        entity_id,
        now,
        holder,
        now + LEASE_MS,
      );
      this.storage.sql.exec(
        "DELETE FROM once WHERE number <= (SELECT max(number) FROM once) - ?",
        KEPT_KEYS,
      );
    });
    this.sweepAt(now + KEPT_MS);
  }

  private lease({ key, holder }: OnceClaim, now: Instant): void {
    this.storage.sql.exec(
      "UPDATE once SET holder = ?, leased_until = ? WHERE key = ?",
      holder,
      now + LEASE_MS,
      key,
    );
  }

  private answerOf(key: string): OnceAnswer {
    const { status, headers, body } = this.storage.sql
      .exec<AnswerRow>("SELECT status, headers, body FROM once WHERE key = ?", key)
      .one();
    return {
      status,
      headers: JSON.parse(headers) as Record<string, string>,
      body: body ?? new ArrayBuffer(0),
    };
  }
}

function stateOf({ status, ...row }: Row): KeyState {
  return { ...row, is_answered: status !== null };
}
