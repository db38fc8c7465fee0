import { isMailKind } from "../../emails/index.ts";
import type { Context } from "../platform/context.ts";
import type { Instant } from "../platform/time/instant.ts";
import { blocks } from "./address-mark.ts";
import { marksOf, wishesOf } from "./addresses.store.ts";
import type { EmailRow } from "./mail.store.ts";
import { streamNameOf } from "./message.service.ts";
import { topicOf } from "./topics.ts";

/** The ids of those mails that nobody is to get any more: unsubscribed, stale, or to a marked address. */
export async function unwantedOf(
  ctx: Context,
  rows: readonly EmailRow[],
  now: Instant,
): Promise<Set<string>> {
  const topical = rows.flatMap(({ kind, user_id }) =>
    isMailKind(kind) && topicOf(kind) !== null && user_id !== null ? [user_id] : [],
  );
  const [wishes, marks] = await Promise.all([
    wishesOf(ctx, [...new Set(topical)]),
    marksOf(ctx, [...new Set(rows.map((row) => row.to_address))]),
  ]);
  const readers = new Map(wishes.map((reader) => [reader.id, reader]));
  const isUnwanted = ({ kind, user_id, to_address, good_until }: EmailRow): boolean => {
    if (good_until !== null && good_until <= now) return true;
    if (!isMailKind(kind)) return false;
    const stream = streamNameOf(kind);
    if (marks.some((mark) => mark.address === to_address && blocks(mark, stream, now))) return true;
    const topic = topicOf(kind);
    if (topic === null || user_id === null) return false;
    const reader = readers.get(user_id);
    return !reader?.is_active || !reader[topic];
  };
  return new Set(rows.filter(isUnwanted).map(({ id }) => id));
}
