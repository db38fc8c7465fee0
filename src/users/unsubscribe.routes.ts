import { z } from "@hono/zod-openapi";
import { invalidField } from "../platform/errors.ts";
import { anyContext } from "../platform/http/app-env.ts";
import { formPagePolicy } from "../platform/http/page-policy.ts";
import { withBody } from "../platform/http/raw-body.ts";
import { defineRoute, featureApp } from "../platform/http/route.ts";
import type { Unsubscription } from "../mail/index.ts";
import { unsubscribe, unsubscriptionOf } from "./unsubscribe.service.ts";
import { UNSUBSCRIBE_STYLE, unsubscribePage } from "./unsubscribe-page.ts";

const tags = ["Mail"];
const MAX_FORM_BYTES = 256 * 1024;
const page = { "text/html": { schema: z.string() } };
const token = z.string().max(400);
const text = { type: "string" as const };
const form = { type: "object" as const, properties: { token: text, "List-Unsubscribe": text } };

const getUnsubscribe = defineRoute("/mail/unsubscribe", "public", {
  method: "get",
  tags,
  summary: "A page with a button that stops the mails a link names; opening it changes nothing",
  request: { query: z.object({ token }) },
  responses: { 200: { description: "The page, in the mail's language", content: page } },
});

const postUnsubscribe = defineRoute("/mail/unsubscribe", "public", {
  method: "post",
  tags,
  summary: "Stop the mails a link names, at once and for good (one click, RFC 8058); repeatable",
  description: "The token comes from the mail, in the address or in the form.",
  request: { query: z.object({ token: token.optional() }) },
  // Described only: a mail program's form is as good without any of its fields.
  requestBody: {
    required: false,
    content: {
      "application/x-www-form-urlencoded": { schema: form },
      "multipart/form-data": { schema: form },
    },
  },
  takes_bytes: true,
  responses: { 200: { description: "Done, as a page", content: page } },
});

export const unsubscribeRoutes = featureApp()
  .openapi(getUnsubscribe, (c) => {
    const about = unsubscriptionOf(anyContext(c), c.req.valid("query").token);
    return c.body(...answer(about, false));
  })
  .openapi(postUnsubscribe, async (c) => {
    const given = c.req.query("token") ?? (await tokenInForm(c.req.raw));
    if (given === null) throw invalidField("token", "is missing");
    return c.body(...answer(await unsubscribe(anyContext(c), given), true));
  });

function answer(about: Unsubscription, is_done: boolean) {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": formPagePolicy(UNSUBSCRIBE_STYLE),
  };
  return [unsubscribePage(about, is_done), 200 as const, headers] as const;
}

async function tokenInForm(request: Request): Promise<string | null> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return null;
  return await withBody(request, MAX_FORM_BYTES, async (body) => {
    try {
      const fields = await new Response(body, { headers: { "content-type": type } }).formData();
      const field = fields.get("token");
      return typeof field === "string" ? field : null;
    } catch {
      // Not a form after all, so there is no token in it.
      return null;
    }
  });
}
