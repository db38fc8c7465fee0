import { z } from "@hono/zod-openapi";
import { anyContext } from "../platform/http/app-env.ts";
import { defineRoute, featureApp } from "../platform/http/route.ts";
import { EXPOSITION_TYPE } from "./exposition.ts";
import { metricsText, requireMetricsToken } from "./metrics.service.ts";

const getMetrics = defineRoute("/metrics", "public", {
  method: "get",
  tags: ["System"],
  summary: "What Prometheus scrapes",
  description: "The bearer token is `METRICS_TOKEN`; where there is none, the route is not there.",
  responses: {
    200: {
      description: "Every metric, in Prometheus' text format 0.0.4",
      content: { "text/plain": { schema: z.string() } },
    },
  },
  problems: [401, 404],
});

/** At the root: it is no part of the API's versions. */
export const metricsRoutes = featureApp().openapi(getMetrics, async (c) => {
  const ctx = anyContext(c);
  requireMetricsToken(ctx, bearerIn(c.req.header("authorization")));
  return c.text(await metricsText(ctx), 200, { "content-type": EXPOSITION_TYPE });
});

function bearerIn(authorization: string | undefined): string | null {
  return /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? null;
}
