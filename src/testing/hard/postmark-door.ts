import type { Route } from "./fuzz/document.ts";

/** What lets Postmark's webhooks in. */
export const WEBHOOK_SECRET = "a secret that only Postmark knows";

/** The header by which Postmark shows that it is Postmark. */
export const asPostmark = { authorization: `Basic ${btoa(`focus:${WEBHOOK_SECRET}`)}` };

/** Whether a route is Postmark's to call: what it sends there is its own, with fields new to us. */
export function isForPostmark({ name }: Pick<Route, "name">): boolean {
  return name.includes("/webhooks/");
}
