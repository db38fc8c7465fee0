import { counter, expiringGauge } from "../metrics/metric.ts";
import type { Instant } from "../time/instant.ts";

/** Whose sockets they are: a user's own, a board's viewers', or those of one of its relays. */
export type SocketHolder = "user" | "board" | "relay";

const opened = counter("focus_sockets_opened_total", "WebSockets opened.", ["holder"]);
const closed = counter("focus_sockets_closed_total", "WebSockets closed, by close code.", [
  "holder",
  "code",
]);
/**
 * A deploy and a crash end sockets of which nobody hears. But none outlives its access token, so what
 * was not seen to close leaves the gauge when its token expires, half an hour later at the most.
 */
const open = expiringGauge("focus_sockets_open", "WebSockets open now.", ["holder"]);

/** Counts a socket that has been opened, and may stay open until its token expires. */
export function noteOpened(holder: SocketHolder, expires_at: Instant): void {
  opened.add({ holder });
  open.add({ holder }, 1, expires_at);
}

/** Counts a socket that has closed, under the same instant. */
export function noteClosed(holder: SocketHolder, expires_at: Instant, code: number): void {
  closed.add({ holder, code: codeLabel(code) });
  open.add({ holder }, -1, expires_at);
}

/** A client may close with any code from 3000 on: those are one. */
function codeLabel(code: number): string {
  const isKnown = (code >= 1000 && code <= 1015) || (code >= 4400 && code < 4430);
  return isKnown ? String(code) : "other";
}
