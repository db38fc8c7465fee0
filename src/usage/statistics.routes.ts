import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, featureApp, json } from "../platform/http/route.ts";
import { appStatistics, dailyStatistics, weeklyStatistics } from "./statistics.service.ts";
import {
  appsOut,
  appsQuery,
  dailyOut,
  dailyQuery,
  weeklyOut,
  weeklyQuery,
} from "./statistics.wire.ts";

const tags = ["Activities"];

const getDaily = defineRoute("/activities/stats/daily", "user_inline", {
  method: "get",
  tags,
  summary: "The caller's days of a span (at most 92), empty ones as 0; by default today",
  request: { query: dailyQuery },
  responses: { 200: json(dailyOut, "The days, in order") },
});

const getWeekly = defineRoute("/activities/stats/weekly", "user_inline", {
  method: "get",
  tags,
  summary: "A week of the caller's beside the one before; by default this week",
  request: { query: weeklyQuery },
  responses: { 200: json(weeklyOut, "The week") },
});

const getApps = defineRoute("/activities/stats/apps", "user_inline", {
  method: "get",
  tags,
  summary:
    "The apps the caller used most in a span (at most 366 days); by default the last 30 days",
  request: { query: appsQuery },
  responses: { 200: json(appsOut, "The apps, most used first") },
});

export const statisticsRoutes = featureApp()
  .openapi(getDaily, async (c) => {
    const { date, ...span } = c.req.valid("query");
    const days = await dailyStatistics(userContext(c), date ? { from: date, to: date } : span);
    return c.json({ days }, 200);
  })
  .openapi(getWeekly, async (c) =>
    c.json(await weeklyStatistics(userContext(c), c.req.valid("query").week_of), 200),
  )
  .openapi(getApps, async (c) => {
    const { limit, ...span } = c.req.valid("query");
    return c.json(await appStatistics(userContext(c), span, limit), 200);
  });
