import { z } from "@hono/zod-openapi";
import { categorySchema } from "../catalogue/index.ts";
import { dateSchema, pageQuery } from "../platform/http/schemas.ts";

const appSeconds = {
  app: z.string(),
  name: z.string().nullable(),
  category: categorySchema,
  seconds: z.int(),
};
const categorySeconds = z.object({ category: categorySchema, seconds: z.int() });

/** An app's part of a span; also what a profile shows of it. */
export const appShareSchema = z
  .object({
    ...appSeconds,
    days_used: z.int(),
    share: z.number().openapi({ description: "Of the sum over all apps, 0 to 1" }),
  })
  .openapi("AppShare");

export const dailyQuery = z
  .object({
    date: dateSchema.optional(),
    from: dateSchema.optional(),
    to: dateSchema.optional(),
  })
  .refine(({ date, from, to }) => date === undefined || (from === undefined && to === undefined), {
    path: ["date"],
    message: "give either date or from and to",
  });
export const dailyOut = z
  .object({
    days: z.array(
      z.object({
        date: z.string(),
        total_seconds: z.int(),
        apps: z.array(z.object(appSeconds)),
        categories: z.array(categorySeconds),
      }),
    ),
  })
  .openapi("DailyStatistics");

export const weeklyQuery = z.object({ week_of: dateSchema.optional() });
export const weeklyOut = z
  .object({
    week_start: z.string(),
    week_end: z.string(),
    total_seconds: z.int(),
    daily_average_seconds: z.int().openapi({ description: "Over the days that have begun" }),
    previous_total_seconds: z.int(),
    change_percent: z.number().nullable(),
    days: z.array(z.object({ date: z.string(), total_seconds: z.int() })),
    top_apps: z.array(appShareSchema),
  })
  .openapi("WeeklyStatistics");

export const appsQuery = z.object({
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  limit: pageQuery.limit,
});
export const appsOut = z
  .object({ from: z.string(), to: z.string(), apps: z.array(appShareSchema) })
  .openapi("AppStatistics");
