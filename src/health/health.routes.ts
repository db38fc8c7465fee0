import { userContext } from "../platform/http/app-env.ts";
import { VERSION } from "../platform/http/health.ts";
import { defineRoute, featureApp, json } from "../platform/http/route.ts";
import { formatInstant } from "../platform/time/instant.ts";
import { systemHealth } from "./health.service.ts";
import { systemHealthOut } from "./health.wire.ts";

const getSystemHealth = defineRoute("/admin/system/health", "admin_anyway", {
  method: "get",
  tags: ["Admin"],
  summary: "Every part of the system: whether it answers, how fast, and what the jobs did last",
  responses: {
    200: json(systemHealthOut, "The parts as they are; a sick one shows as such, with status 200"),
  },
});

export const systemHealthRoutes = featureApp().openapi(getSystemHealth, async (c) => {
  const { status, jobs, ...parts } = await systemHealth(userContext(c));
  const runs = jobs?.map(({ job, window_start, started_at, ended_at, ...run }) => ({
    job,
    window_start: formatInstant(window_start),
    started_at: formatInstant(started_at),
    ended_at: ended_at === null ? null : formatInstant(ended_at),
    pages: run.pages,
    failures: run.failures,
    counts: run.counts,
    error: run.error,
  }));
  return c.json({ status, version: VERSION, deploy_id: null, ...parts, jobs: runs ?? null }, 200);
});
