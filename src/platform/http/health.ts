import { z } from "@hono/zod-openapi";
import { defineRoute, featureApp, json } from "./route.ts";

/** The version this build answers with. */
export const VERSION = "0.1.0";

const getHealth = defineRoute("/health", "public", {
  method: "get",
  tags: ["System"],
  summary: "Whether the Worker answers; touches nothing else",
  responses: {
    200: json(z.object({ status: z.literal("ok"), version: z.string() }), "It answers"),
  },
});

export const healthRoutes = featureApp().openapi(getHealth, (c) =>
  c.json({ status: "ok" as const, version: VERSION }, 200),
);
