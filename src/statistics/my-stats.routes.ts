import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, featureApp, json } from "../platform/http/route.ts";
import { myStats } from "./my-stats.service.ts";
import { myStatsSchema } from "./my-stats.wire.ts";

const getStats = defineRoute("/users/me/stats", "user_inline", {
  method: "get",
  tags: ["Users"],
  summary: "The caller's figures: today, this week, their streak and their challenges",
  responses: { 200: json(myStatsSchema, "The figures") },
});

export const myStatsRoutes = featureApp().openapi(getStats, async (c) =>
  c.json(await myStats(userContext(c)), 200),
);
