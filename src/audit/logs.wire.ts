import { z } from "@hono/zod-openapi";
import { idSchema, instantOut, pageOf, pageQuery } from "../platform/http/schemas.ts";
import { isDate, toEpochDay } from "../platform/time/dates.ts";
import { DAY_MS, formatInstant, parseInstant, type Instant } from "../platform/time/instant.ts";
import { ACTIONS, LEVELS, type Action } from "./actions.ts";
import type { LogRow } from "./entry.ts";
import { instantOfId } from "../platform/time/id-instant.ts";
import { LEAST_DAYS, type CleanUp } from "./keeping.ts";
import type { LogStats } from "./summary.ts";

const levelSchema = z.enum(LEVELS).openapi("LogLevel");
const actionSchema = z.enum(Object.keys(ACTIONS) as [Action, ...Action[]]).openapi("LogAction");
const LONGEST_ACTION = 40;

/** An RFC 3339 instant, or a date for a UTC day: its first moment, or its last. */
const moment = (ofDay: "first" | "last") =>
  z
    .string()
    .transform((value, ctx): Instant => {
      if (isDate(value)) return toEpochDay(value) * DAY_MS + (ofDay === "last" ? DAY_MS - 1 : 0);
      const instant = parseInstant(value);
      if (instant !== null) return instant;
      ctx.addIssue({
        code: "custom",
        message: "must be an RFC 3339 instant or a date, YYYY-MM-DD",
      });
      return z.NEVER;
    })
    .openapi({
      type: "string",
      example: "2026-03-10T12:00:00Z",
      description: `Included; an RFC 3339 instant, or a date for the ${ofDay} moment of that UTC day`,
    });

export const logsQuery = z.object({
  level: levelSchema.optional(),
  action: actionSchema.optional(),
  user_id: idSchema.optional().openapi({ description: "Whom it is about, or who did it" }),
  from: moment("first").optional(),
  to: moment("last").optional(),
  q: z.string().max(100).optional().openapi({
    description: "An id (of a person or a request), an IP address, or a part of an action's name",
  }),
  ...pageQuery,
});

export const logsCursor = z.tuple([idSchema]);

export const logSchema = z
  .object({
    id: z.uuid(),
    level: levelSchema,
    action: z.string().max(LONGEST_ACTION),
    user_id: z.string().nullable().openapi({
      description: "Whom it is about; a pseudonym once they are erased, as is `actor_id`",
    }),
    actor_id: z.string().nullable(),
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    request_id: z.string().nullable(),
    context: z.record(z.string(), z.unknown()),
    created_at: instantOut,
  })
  .openapi("Log");

export const logsSchema = pageOf(logSchema).openapi("Logs");

/** An act as an administrator sees it. */
export function logOut({
  personal,
  context,
  created_at,
  ...row
}: LogRow): z.infer<typeof logSchema> {
  return { ...row, context: { ...context, ...personal }, created_at: formatInstant(created_at) };
}

const levels = { info: z.int(), warning: z.int(), error: z.int() };
const countSchema = z.object({ level: levelSchema, action: z.string(), entries: z.int() });

export const logStatsSchema = z
  .object({
    total: z.int().openapi({ description: "What can be looked up; the archive is not in it" }),
    by_level: z.object(levels),
    by_action: z
      .array(countSchema)
      .openapi({ description: "The 20 actions with the most entries" }),
    by_day: z
      .array(z.object({ date: z.string(), ...levels, total: z.int() }))
      .openapi({ description: "The last 30 UTC days, oldest first" }),
    failures: z
      .object({
        since: instantOut,
        warning: z.int(),
        error: z.int(),
        by_action: z.array(countSchema),
      })
      .openapi({ description: "Of the last 24 full hours and the one that runs" }),
    oldest: instantOut.nullable(),
    archived: z.object({
      parts: z.int(),
      entries: z.int(),
      first: instantOut.nullable(),
      last: instantOut.nullable(),
    }),
  })
  .openapi("LogStatistics");

/** The figures on the wire. */
export function logStatsOut(stats: LogStats): z.infer<typeof logStatsSchema> {
  const { oldest, archived, failures, ...rest } = stats;
  const { parts, entries, first_id, last_id } = archived;
  const instantOf = (id: string | null) => (id === null ? null : formatInstant(instantOfId(id)));
  return {
    ...rest,
    failures: { ...failures, since: formatInstant(failures.since) },
    oldest: oldest === null ? null : formatInstant(oldest),
    archived: { parts, entries, first: instantOf(first_id), last: instantOf(last_id) },
  };
}

export const cleanUpQuery = z.object({
  older_than_days: z.coerce
    .number()
    .int()
    .min(LEAST_DAYS)
    .max(36_500)
    .openapi({ type: "integer", minimum: LEAST_DAYS, maximum: 36_500 }),
});

export const cleanUpSchema: z.ZodType<CleanUp> = z
  .object({
    archived: z.int().openapi({ description: "Parts of the archive" }),
    deleted: z.int().openapi({ description: "Entries" }),
    remaining: z
      .boolean()
      .openapi({ description: "There is more than one request has time for: call again" }),
  })
  .openapi("LogCleanUp");
