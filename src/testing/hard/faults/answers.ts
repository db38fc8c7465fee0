import { jsonOf, type Heard } from "../wire.ts";
import { changes } from "./drives.ts";

const LEAKS =
  /select |insert |update |delete from|errno|vttablet|sqlstate|127\.0\.0\.1|\.[jt]s:\d/i;
const REFUSED_AT_THE_DOOR = [401, 403];
/** Its effect, which may be there though its answer was lost, is that the caller is let in no more. */
const ENDS_ITS_CALLER = "DELETE /users/me";

const said = ({ status, ms, text }: Heard) =>
  `${status} after ${Math.round(ms)} ms: ${text.slice(0, 200)}`;

/** What is wrong with an answer that came while the database failed; null for nothing. */
export function wrongIn(heard: Heard, expected: readonly number[]): string | null {
  const { status, headers, text } = heard;
  if (!expected.includes(status) && status !== 503) return `unexpected: ${said(heard)}`;
  if (status === 503 && !(Number(headers["retry-after"]) >= 1))
    return `no Retry-After: ${said(heard)}`;
  if (status >= 400 && LEAKS.test(text)) return `leaks: ${said(heard)}`;
  if (status >= 400 && jsonOf(heard)["status"] !== status) return `no problem: ${said(heard)}`;
  return null;
}

/**
 * What is wrong with a route's answer once nothing fails any more, where `good` is its healthy one;
 * null for nothing. A write that had its effect unheard may be refused as done, but never fail.
 */
export function wrongAfter(route: string, heard: Heard, good: number): string | null {
  const { status } = heard;
  if (status === good) return null;
  const isBarred = REFUSED_AT_THE_DOOR.includes(status) && route !== ENDS_ITS_CALLER;
  if (!changes(route) || status >= 500 || isBarred) return `not well again: ${said(heard)}`;
  return wrongIn(heard, [status]);
}
