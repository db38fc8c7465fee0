/** What lets Postmark's webhooks in. */
export const WEBHOOK_SECRET = "a secret that only Postmark knows";

/** The header by which Postmark shows that it is Postmark. */
export const asPostmark = { authorization: `Basic ${btoa(`focus:${WEBHOOK_SECRET}`)}` };

/** Whether a route, by its name in the recipes, is Postmark's to call: what it sends there is its own, with fields new to us. */
export function isForPostmark({ name }: { name: string }): boolean {
  return name.includes("/webhooks/");
}
