import { errors } from "../platform/errors.ts";
import { anyContext } from "../platform/http/app-env.ts";
import { withBody } from "../platform/http/raw-body.ts";
import { defineRoute, empty, featureApp } from "../platform/http/route.ts";
import { requireWebhookSecret, takeWebhook } from "./webhook.service.ts";

const textOut = { type: "string" as const };
const MAX_WEBHOOK_BYTES = 1024 * 1024;

const postPostmark = defineRoute("/webhooks/postmark", "public", {
  method: "post",
  tags: ["System"],
  summary: "What Postmark tells of mails and addresses: bounces, complaints, deliveries",
  description: "HTTP basic authentication; the password is `POSTMARK_WEBHOOK_SECRET`.",
  // Described only: the secret is looked at before anything is read.
  requestBody: {
    required: true,
    content: {
      "application/json": {
        schema: { type: "object", required: ["RecordType"], properties: { RecordType: textOut } },
      },
    },
  },
  takes_bytes: true,
  responses: { 200: empty("Noted, or of no concern") },
  problems: [401],
});

export const mailRoutes = featureApp().openapi(postPostmark, async (c) => {
  const ctx = anyContext(c);
  requireWebhookSecret(ctx, passwordIn(c.req.header("authorization")));
  await withBody(
    c.req.raw,
    MAX_WEBHOOK_BYTES,
    async (body) => await takeWebhook(ctx, parsed(body)),
  );
  return c.body(null, 200);
});

/** The password of basic authentication (RFC 7617), whatever the user's name; null where there is none. */
function passwordIn(authorization: string | undefined): string | null {
  const encoded = /^basic +([\w+/=-]+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  return colon < 0 ? null : text.slice(colon + 1);
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw errors.malformed_json({ cause });
  }
}
