import { z } from "@hono/zod-openapi";
import { isConfigured } from "../configured.ts";
import { deployment } from "../deployment.ts";
import { anyContext } from "./app-env.ts";
import { defineRoute, featureApp, json } from "./route.ts";

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
        version: z.string().openapi({
          description: "The release, and behind a plus sign which deployment of it answers",
          example: "0.1.0+5f3e2a1b",
        }),
      }),
      "It answers",
    ),
  },
});

export const healthRoutes = featureApp().openapi(getHealth, (c) => {
  const { config, bindings } = anyContext(c);
  const status = isConfigured(config) ? ("ok" as const) : ("not_configured" as const);
  return c.json({ status, version: deployment(bindings).version }, 200);
});
