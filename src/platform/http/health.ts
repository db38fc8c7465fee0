import { z } from "@hono/zod-openapi";
import { isConfigured } from "../configured.ts";
import { defineRoute, featureApp, json } from "./route.ts";

/** The version this build answers with. */
export const VERSION = "0.1.0";

const getHealth = defineRoute("/health", "public", {
  method: "get",
  tags: ["System"],
  summary: "Whether the Worker answers; touches nothing else",
  responses: {
    200: json(
      z.object({
        status: z.enum(["ok", "not_configured"]).openapi({
          description:
            "`not_configured`: a variable or secret is missing or faulty, and nobody can sign in; the log names it",
        }),
        version: z.string(),
      }),
      "It answers",
    ),
  },
});

export const healthRoutes = featureApp().openapi(getHealth, (c) => {
  const status = isConfigured(c.get("ctx").config) ? ("ok" as const) : ("not_configured" as const);
  return c.json({ status, version: VERSION }, 200);
});
