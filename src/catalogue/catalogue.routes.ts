import { digestOf } from "../platform/digest.ts";
import { isKnownToCaller } from "../platform/http/if-none-match.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import { catalogueOut, catalogueSchema } from "./catalogue.wire.ts";

const HOUR_SECONDS = 3_600;

const getCatalogue = defineRoute("/catalogue", "public", {
  method: "get",
  tags: ["Catalogue"],
  summary: "Every app that is known by a name of its own, with its ids on Android, iOS and the web",
  responses: {
    200: json(catalogueSchema, "All of it; the ETag tells it from any other"),
    304: empty("The caller has it already (`If-None-Match`)"),
  },
});

/** The answer and its entity tag: the same for everybody, for as long as this code runs. */
let edition: { body: string; etag: string } | null = null;

function readEdition(): { body: string; etag: string } {
  const body = JSON.stringify(catalogueOut());
  return { body, etag: `"${digestOf(body)}"` };
}

export const catalogueRoutes = featureApp().openapi(getCatalogue, (c) => {
  // Made when first asked for: most isolates never are.
  const { body, etag } = (edition ??= readEdition());
  const cached = { etag, "cache-control": `public, max-age=${HOUR_SECONDS}` };
  if (isKnownToCaller(c.req.header("if-none-match"), etag)) return c.body(null, 304, cached);
  return c.body(body, 200, { ...cached, "content-type": "application/json" });
});
