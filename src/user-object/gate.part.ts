import type { Quota } from "../platform/context.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { Caller, Refusal } from "../users/index.ts";
import type { Person } from "./person.ts";
import { RateWindow } from "./rate-window.ts";

/** How soon the counted requests are written down: an object is never put to sleep sooner. */
const REMEMBER_AFTER_MS = 1_000;

/** The door of a user's object: who may come in, and how often. */
export class Gate {
  private readonly storage: DurableObjectStorage;
  private readonly window: RateWindow;
  private remembering = false;
  private closed = false;
  /** Sessions that MySQL said are over, so that their last tokens cost no more look-ups. */
  private readonly ended = new Set<string>();

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
    this.window = new RateWindow(storage.kv.get<Instant[]>("rate") ?? []);
  }

  /** Says whether the person's facts know the caller's session at all. */
  knows(person: Person | null, caller: Caller): boolean {
    return person !== null && person.live_sessions.includes(caller.session_id);
  }

  /** Why the caller may not come in, as far as the person's facts say; null where nothing speaks against it. */
  refusalOf(person: Person | null, caller: Caller): "session_ended" | "account_disabled" | null {
    if (!person || !this.knows(person, caller)) return "session_ended";
    return person.is_active ? null : "account_disabled";
  }

  /** Says whether the caller's session is already known to be over. */
  knowsEnded(caller: Caller): boolean {
    return this.ended.has(caller.session_id);
  }

  /** Checks the session and the account, then counts the request, unless it was counted before. */
  pass(
    person: Person | null,
    caller: Caller,
    now: Instant,
  ): { quota: Quota | null; refusal: Refusal | null } {
    const refusal = this.refusalOf(person, caller);
    if (refusal === "session_ended") this.ended.add(caller.session_id);
    if (refusal !== null) return { quota: null, refusal };
    if (caller.is_counted) return { quota: this.window.look(now), refusal: null };
    const { passed, quota } = this.window.take(now);
    if (passed) this.remember();
    return { quota, refusal: passed ? null : "rate_limited" };
  }

  /** Closes the door for good: the object's storage is being deleted, and nothing may write to it again. */
  close(): void {
    this.closed = true;
  }

  /** One write a second at most, and none on the request's way: it would cost more than the request. */
  private remember(): void {
    if (this.remembering) return;
    this.remembering = true;
    setTimeout(() => {
      this.remembering = false;
      if (!this.closed) this.storage.kv.put("rate", this.window.toJSON());
    }, REMEMBER_AFTER_MS);
  }
}
