import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, featureApp, json } from "../platform/http/route.ts";
import { decodeCursor, encodeCursor } from "../platform/http/schemas.ts";
import { cleanUp } from "./archive.service.ts";
import { logStats } from "./counting.service.ts";
import { searchLogs } from "./logs.service.ts";
import {
  cleanUpQuery,
  cleanUpSchema,
  logOut,
  logsCursor,
  logsQuery,
  logsSchema,
  logStatsOut,
  logStatsSchema,
} from "./logs.wire.ts";

const tags = ["Admin"];

const getLogs = defineRoute("/admin/logs", "admin", {
  method: "get",
  tags,
  summary: "What was done, by whom and from where; older than 90 days it is in the archive",
  request: { query: logsQuery },
  responses: { 200: json(logsSchema, "A page of the log, newest first") },
});

const getLogStats = defineRoute("/admin/logs/stats", "admin", {
  method: "get",
  tags,
  summary: "How much the log holds, by level, action and day, and what failed lately",
  responses: { 200: json(logStatsSchema, "The figures") },
});

const deleteLogs = defineRoute("/admin/logs/cleanup", "admin", {
  method: "delete",
  tags,
  summary: "Move whole UTC days of the log into the archive; the last 90 stay whatever happens",
  request: { query: cleanUpQuery },
  responses: { 200: json(cleanUpSchema, "What was moved; the call itself is in the log") },
});

export const logsRoutes = featureApp()
  .openapi(getLogs, async (c) => {
    const { limit, cursor, ...filters } = c.req.valid("query");
    const [before = null] = decodeCursor(cursor, logsCursor) ?? [];
    const { logs, has_more } = await searchLogs(userContext(c), filters, before, limit);
    const last = has_more ? logs.at(-1) : undefined;
    return c.json(
      { data: logs.map(logOut), next_cursor: last ? encodeCursor([last.id]) : null },
      200,
    );
  })
  .openapi(getLogStats, async (c) => c.json(logStatsOut(await logStats(userContext(c))), 200))
  .openapi(deleteLogs, async (c) => {
    const { older_than_days } = c.req.valid("query");
    return c.json(await cleanUp(userContext(c), older_than_days), 200);
  });
