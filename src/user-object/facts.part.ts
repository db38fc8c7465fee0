import { logFault } from "../platform/log.ts";
import type { Person } from "./person.ts";

/** Reads a person's facts from MySQL; null where there is no such account. */
type Load = (user_id: string) => Promise<Person | null>;
/** Told of every reading: what was known before, and what is known now. */
type OnRead = (before: Person | null, now: Person | null) => void;

/** What a user's object copies from MySQL. It is read anew whenever it is told so, and can be thrown away. */
export class Facts {
  private readonly storage: DurableObjectStorage;
  private readonly load: Load;
  private readonly onRead: OnRead;
  private known: Person | null;
  private loading: Promise<boolean> | null = null;
  private loadAgain: Promise<boolean> | null = null;
  private isClosed = false;

  constructor(storage: DurableObjectStorage, load: Load, onRead: OnRead) {
    this.storage = storage;
    this.load = load;
    this.onRead = onRead;
    this.known = storage.kv.get<Person>("person") ?? null;
  }

  get person(): Person | null {
    return this.known;
  }

  /** Takes nothing in any more: the person is gone, and nothing of them may come back. */
  close(): void {
    this.isClosed = true;
    this.known = null;
  }

  /** Reads the facts anew; says whether MySQL answered. Repeatable. */
  async reload(user_id: string): Promise<boolean> {
    if (!this.loading) {
      this.loading = this.read(user_id).finally(() => {
        this.loading = null;
      });
      return await this.loading;
    }
    // A read under way may have begun before the change: one more is needed after it, for all who wait.
    this.loadAgain ??= this.loading
      .catch(() => undefined)
      .then(async () => {
        this.loadAgain = null;
        return await this.reload(user_id);
      });
    return await this.loadAgain;
  }

  private async read(user_id: string): Promise<boolean> {
    let person: Person | null;
    try {
      person = await this.load(user_id);
    } catch (error) {
      logFault("facts_not_loaded", error);
      return false;
    }
    if (this.isClosed) return true;
    const before = this.known;
    this.known = person;
    if (person === null) this.storage.kv.delete("person");
    else this.storage.kv.put("person", person);
    this.onRead(before, person);
    return true;
  }
}
