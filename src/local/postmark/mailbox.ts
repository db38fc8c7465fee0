import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CaughtMessage } from "./message.ts";
import { addressesIn } from "./message.ts";

/** The mails that were caught, oldest first. */
export interface Mailbox {
  readonly messages: readonly CaughtMessage[];
  add(messages: readonly CaughtMessage[]): void;
  get(id: string): CaughtMessage | undefined;
  /** Newest first; `to` picks those with this address among their recipients. */
  list(query: { to?: string; limit?: number }): CaughtMessage[];
  /**
   * The same, but when there is nothing to show yet it waits for at most `waitMs` until there is.
   */
  listOrWait(query: { to?: string; limit?: number }, waitMs: number): Promise<CaughtMessage[]>;
  clear(): void;
}

const MOST_KEPT = 20_000;

/**
 * A mailbox, filled from `messages.ndjson` in the folder if one is given, and appended to that file
 * as mails arrive. The oldest are dropped from memory beyond 20,000.
 */
export function openMailbox(folder: string | null): Mailbox {
  const file = folder === null ? null : join(folder, "messages.ndjson");
  if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 });
  let messages = file === null ? [] : readAll(file).slice(-MOST_KEPT);
  const waiting = new Set<() => void>();

  const list: Mailbox["list"] = ({ to, limit = 100 }) => {
    const wanted = to?.toLowerCase();
    const found: CaughtMessage[] = [];
    for (let index = messages.length - 1; index >= 0 && found.length < limit; index -= 1) {
      const message = messages[index];
      if (message === undefined) continue;
      if (wanted === undefined || recipientsOf(message).includes(wanted)) found.push(message);
    }
    return found;
  };

  return {
    get messages() {
      return messages;
    },
    add(more) {
      if (more.length === 0) return;
      messages.push(...more);
      if (messages.length > MOST_KEPT * 1.1) messages = messages.slice(-MOST_KEPT);
      if (file !== null) {
        appendFileSync(file, more.map((message) => `${JSON.stringify(message)}\n`).join(""));
      }
      for (const wake of waiting) wake();
    },
    get: (id) => messages.find((message) => message.id === id),
    list,
    async listOrWait(query, waitMs) {
      const until = Date.now() + waitMs;
      let found = list(query);
      while (found.length === 0 && Date.now() < until) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            clearTimeout(timer);
            waiting.delete(wake);
            resolve();
          };
          const timer = setTimeout(wake, until - Date.now());
          timer.unref();
          waiting.add(wake);
        });
        found = list(query);
      }
      return found;
    },
    clear() {
      messages = [];
      if (file !== null) writeFileSync(file, "");
    },
  };
}

function recipientsOf(message: CaughtMessage): string[] {
  return [message.to, message.cc, message.bcc].flatMap((list) => addressesIn(list));
}

// A run that was killed may have left half a line at the end.
function readAll(file: string): CaughtMessage[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  const messages: CaughtMessage[] = [];
  for (const line of text.split("\n")) {
    try {
      if (line !== "") messages.push(JSON.parse(line) as CaughtMessage);
    } catch {
      // Not whole.
    }
  }
  return messages;
}
