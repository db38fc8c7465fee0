import { z } from "@hono/zod-openapi";
import { appShareSchema } from "../usage/index.ts";

/** Figures of the current own day and week, and of all challenges. */
export const myStatsSchema = z
  .object({
    today_seconds: z.int(),
    week_seconds: z.int(),
    daily_average_seconds: z.int().openapi({ description: "Of this week's days so far" }),
    top_apps: z.array(appShareSchema).max(5).openapi({ description: "Of this week" }),
    streak_days: z.int().openapi({
      description: "Own days in a row, up to today or yesterday, on which something was reported",
    }),
    challenges: z.object({ active: z.int(), finished: z.int(), won: z.int() }),
  })
  .openapi("UserStatistics");
