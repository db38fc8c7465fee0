import { env } from "cloudflare:workers";
import { writeUnsubscription } from "../../mail/topics.ts";
import { loadConfig } from "../../platform/env.ts";
import { seal } from "../../platform/seal.ts";
import { freshEmail, signUp } from "../api.ts";
import { visit } from "../visit.ts";
import { about, answered, nobody, why, type Act, type Tried } from "./act.ts";

export const webhook = (password: string) => ({
  authorization: `Basic ${Buffer.from(`focus:${password}`).toString("base64")}`,
});
export const SECRET = "a secret that only the tests know";
export const bounce = (Email: string, at: number) => ({
  RecordType: "Bounce",
  Type: "HardBounce",
  Email,
  BouncedAt: new Date(at).toISOString(),
  MessageStream: "outbound",
});
export const unsubscribePath = (user_id: string) =>
  `/mail/unsubscribe?token=${seal(
    loadConfig(env),
    "unsubscribe",
    writeUnsubscription({ user_id, topic: "limit", locale: "en" }),
  )}`;

export const MAIL_ACTS = {
  "mail.unsubscribed": [
    {
      what: "by a mail's link",
      async run() {
        const ada = await signUp();
        const of = visit();
        const path = unsubscribePath(ada.id);
        answered(200, await of.call("POST", path));
        const token = path.split("=")[1] ?? "";
        const rows = [about(ada, { context: { topic: "limit" } })];
        return { of, rows, people: [ada], secrets: [token] };
      },
    },
  ],
  "mail.address_marked": [
    {
      what: "of an account, by Postmark",
      async run(clock) {
        const ada = await signUp();
        const of = visit();
        const headers = webhook(SECRET);
        const told = bounce(ada.email, clock.now());
        answered(200, await of.call("POST", "/webhooks/postmark", told, headers));
        const context = { stream: "outbound", state: "hard_bounce" };
        const rows = [about(ada, { context, personal: { address: ada.email } })];
        return { of, rows, people: [ada], secrets: [SECRET] };
      },
    },
  ],
  "mail.webhook_refused": [
    ...[null, "not the secret"].map((password): Act => ({
      what: password === null ? "without a secret" : "with a wrong secret",
      async run(clock) {
        const of = visit();
        const headers = password === null ? {} : webhook(password);
        const told = bounce(freshEmail(), clock.now());
        answered(401, await of.call("POST", "/webhooks/postmark", told, headers));
        const rows = [{ ...nobody, ...why(password === null ? "no_secret" : "wrong_secret") }];
        return { of, rows, secrets: [told.Email, password ?? SECRET] };
      },
    })),
  ],
} satisfies Partial<Record<Tried, Act[]>>;
