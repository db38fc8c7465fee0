import { z } from "@hono/zod-openapi";
import { dateSchema, instantOut, pageQuery } from "../platform/http/schemas.ts";
import { dayCount } from "../platform/time/dates.ts";
import { categorySchema } from "../catalogue/index.ts";
import { INTERVALS } from "./growth.ts";

/** More days than this are a report of their own, not a page of figures. */
const MOST_DAYS = { day: 400, week: 1_500, month: 4_000 } as const;
const MOST_USAGE_DAYS = 400;

const span = { from: dateSchema.optional(), to: dateSchema.optional() };

export const growthQuery = z
  .object({ ...span, interval: z.enum(INTERVALS).default("day") })
  .superRefine(({ from, to, interval }, ctx) => requireSpan(from, to, MOST_DAYS[interval], ctx));

export const usageQuery = z
  .object({ ...span, limit: pageQuery.limit })
  .superRefine(({ from, to }, ctx) => requireSpan(from, to, MOST_USAGE_DAYS, ctx));

function requireSpan(
  from: string | undefined,
  to: string | undefined,
  most: number,
  ctx: z.core.$RefinementCtx,
): void {
  if (from === undefined || to === undefined) return;
  const days = dayCount(from, to);
  if (days === 0)
    ctx.addIssue({ code: "custom", path: ["to"], message: "must not be before from" });
  if (days > most)
    ctx.addIssue({
      code: "custom",
      path: ["from"],
      message: `must be at most ${most} days before to`,
    });
}

const moves = {
  registered: z.int(),
  confirmed: z.int(),
  deleted: z.int(),
  total: z.int().openapi({ description: "Confirmed accounts at the period's end" }),
};

export const growthOut = z
  .object({
    from: z.string(),
    to: z.string(),
    interval: z.enum(INTERVALS),
    periods: z.array(z.object({ start: z.string(), end: z.string(), ...moves })),
  })
  .openapi("UsersGrowth");

export const usageOut = z
  .object({
    from: z.string(),
    to: z.string(),
    as_of: instantOut.nullable().openapi({
      description: "Up to when the newest of these days was counted; null where it is counted now",
    }),
    total_seconds: z.int(),
    days: z.array(z.object({ date: z.string(), total_seconds: z.int(), active_users: z.int() })),
    apps: z.array(
      z.object({
        app: z.string(),
        name: z.string().nullable(),
        category: categorySchema,
        seconds: z.int(),
        share: z.number().openapi({ description: "Of the sum over all apps, 0 to 1" }),
        user_days: z
          .int()
          .openapi({ description: "Days on which somebody used it, over everybody" }),
      }),
    ),
  })
  .openapi("AppUsage");

const challengeCounts = z.object({
  scheduled: z.int(),
  running: z.int(),
  settling: z.int(),
  final: z.int(),
  cancelled: z.int(),
});

export const overviewOut = z
  .object({
    users: z.object({
      total: z.int().openapi({ description: "Confirmed accounts" }),
      unconfirmed: z.int(),
      registered_today: z.int(),
      deleted_today: z.int(),
      active_today: z.int().openapi({ description: "Whose phones reported on this own date" }),
    }),
    usage: z.object({
      as_of: instantOut.nullable(),
      date: z.string(),
      today_seconds: z.int(),
      yesterday_seconds: z.int(),
      week_seconds: z.int().openapi({ description: "Of the seven days that end today" }),
    }),
    challenges: challengeCounts,
    mails: z.object({
      waiting: z.int(),
      sent_last_24h: z.int(),
      failed_last_24h: z.int(),
      refused_last_24h: z.int(),
      dropped_last_24h: z.int(),
    }),
  })
  .openapi("Overview");

/** A stored category as the wire has it; what is none of the list's is `other`. */
export function categoryOrOther(category: string | null): z.infer<typeof categorySchema> {
  return categorySchema.safeParse(category).data ?? "other";
}
