import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, featureApp, json } from "../platform/http/route.ts";
import { formatInstant } from "../platform/time/instant.ts";
import { appUsage, overview, spanOf, usersGrowth } from "./statistics.service.ts";
import {
  categoryOrOther,
  growthOut,
  growthQuery,
  overviewOut,
  usageOut,
  usageQuery,
} from "./statistics.wire.ts";

const tags = ["Admin"];

const getOverview = defineRoute("/admin/stats/overview", "admin", {
  method: "get",
  tags,
  summary: "The whole service at a glance: accounts, use, challenges, mails",
  responses: { 200: json(overviewOut, "The figures; days are UTC's, use is by own dates") },
});

const getGrowth = defineRoute("/admin/stats/users-growth", "admin", {
  method: "get",
  tags,
  summary: "How the number of accounts moved, by UTC days, weeks or months",
  request: { query: growthQuery },
  responses: { 200: json(growthOut, "The periods, oldest first") },
});

const getUsage = defineRoute("/admin/stats/app-usage", "admin", {
  method: "get",
  tags,
  summary: "What is used most, over everybody, by own dates",
  request: { query: usageQuery },
  responses: { 200: json(usageOut, "The apps, the most used first, and each day's total") },
});

export const statisticsAdminRoutes = featureApp()
  .openapi(getOverview, async (c) => {
    const figures = await overview(userContext(c));
    const { as_of } = figures.usage;
    const usage = { ...figures.usage, as_of: as_of === null ? null : formatInstant(as_of) };
    return c.json({ ...figures, usage }, 200);
  })
  .openapi(getGrowth, async (c) => {
    const ctx = userContext(c);
    const { interval, ...asked } = c.req.valid("query");
    const { from, to } = spanOf(ctx, asked.from, asked.to);
    return c.json({ from, to, interval, periods: await usersGrowth(ctx, from, to, interval) }, 200);
  })
  .openapi(getUsage, async (c) => {
    const ctx = userContext(c);
    const { limit, ...asked } = c.req.valid("query");
    const { from, to } = spanOf(ctx, asked.from, asked.to);
    const { as_of, apps, ...rest } = await appUsage(ctx, from, to, limit);
    return c.json(
      {
        from,
        to,
        as_of: as_of === null ? null : formatInstant(as_of),
        ...rest,
        apps: apps.map((app) => ({ ...app, category: categoryOrOther(app.category) })),
      },
      200,
    );
  });
