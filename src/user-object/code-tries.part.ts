import type { Instant } from "../platform/time/instant.ts";
import { judgeTry, type CodeTry } from "./code-tries.ts";

const TRIES = "code_tries";

/** How often a user has tried wrong invite codes of late. Each call is one step. */
export class CodeTries {
  private readonly storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
  }

  /** Counts a try before its code is looked at; gives null, or ms until one may be tried. Repeatable. */
  take(id: string, now: Instant): number | null {
    const verdict = judgeTry(this.known(), id, now);
    if (!verdict.allowed) return verdict.wait_ms;
    this.storage.kv.put(TRIES, verdict.tries);
    return null;
  }

  /** Takes a try back: its code was not wrong. Repeatable. */
  forgive(id: string): void {
    const left = this.known().filter((known) => known.id !== id);
    if (left.length > 0) this.storage.kv.put(TRIES, left);
    else this.storage.kv.delete(TRIES);
  }

  private known(): CodeTry[] {
    return this.storage.kv.get<CodeTry[]>(TRIES) ?? [];
  }
}
