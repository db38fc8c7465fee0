import { z } from "@hono/zod-openapi";
import type { DecisionOut } from "../blocking/index.ts";
import {
  dateSchema,
  idSchema,
  instantKey,
  instantOut,
  instantSchema,
  pageOf,
  pageQuery,
  text,
} from "../platform/http/schemas.ts";
import { fieldErrors } from "../platform/http/validation.ts";
import { categorySchema } from "../catalogue/index.ts";
import { KINDS, type ReportedItem } from "./items.ts";

/** A client's stable id of an app: package, bundle, web domain or `set:<id>`. */
const appSchema = text(1, 128);
const deviceSchema = text(1, 100);
const appFields = {
  app: appSchema,
  app_name: text(1, 100).optional(),
  category: categorySchema.optional(),
};
/** No own day is longer than 26 h. */
const LONGEST_DAY_SECONDS = 26 * 3_600;

/** One interval of use. `ended_at` or `duration_seconds` says how long it lasted. */
export const intervalSchema = z
  .strictObject({
    kind: z.literal("interval").default("interval"),
    id: idSchema.optional(),
    ...appFields,
    device_id: deviceSchema.optional(),
    started_at: instantSchema,
    ended_at: instantSchema.optional(),
    duration_seconds: z.int().min(1).max(86_400).optional(),
  })
  .refine((item) => (item.ended_at === undefined) !== (item.duration_seconds === undefined), {
    path: ["ended_at"],
    message: "give either ended_at or duration_seconds",
  })
  .openapi("Interval");

/** A device's total of an app on an own date: the largest one counts. */
export const dayTotalSchema = z
  .strictObject({
    kind: z.literal("day_total"),
    ...appFields,
    device_id: deviceSchema,
    date: dateSchema,
    total_seconds: z.int().min(0).max(LONGEST_DAY_SECONDS),
  })
  .openapi("DayTotal");

/** The same as a lower bound, as iOS knows it of an opaque set of apps. */
export const thresholdSchema = z
  .strictObject({
    kind: z.literal("threshold"),
    ...appFields,
    device_id: deviceSchema,
    date: dateSchema,
    at_least_seconds: z.int().min(1).max(LONGEST_DAY_SECONDS),
  })
  .openapi("Threshold");

const shapes: Record<string, z.ZodType<ReportedItem>> = {
  interval: intervalSchema,
  day_total: dayTotalSchema,
  threshold: thresholdSchema,
};

/** An item of any shape; without a `kind` it is an interval. Gives the faults of the shape that was meant. */
export function readItem(
  item: unknown,
): { item: ReportedItem } | { faults: { path: string; message: string }[] } {
  const kind = isObject(item) && "kind" in item ? item["kind"] : "interval";
  const shape = typeof kind === "string" && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
  if (!shape) return { faults: [{ path: "kind", message: `must be one of ${KINDS.join(", ")}` }] };
  const read = shape.safeParse(item);
  return read.success ? { item: read.data } : { faults: fieldErrors(read.error.issues) };
}

/** A batch; its items are read one by one, so that a bad one never spoils its neighbours. */
const batchSchema = z
  .strictObject({
    items: z.array(z.unknown()).max(500).default([]),
    reported_dates: z.array(dateSchema).max(31).optional(),
  })
  .refine((batch) => batch.items.length > 0 || (batch.reported_dates?.length ?? 0) > 0, {
    path: ["items"],
    message: "must hold 1 to 500 items",
  });

/** What the document says of a batch: there its items have their own shape. */
export const batchShape = z
  .object({
    items: z
      .array(z.union([intervalSchema, dayTotalSchema, thresholdSchema]))
      .max(500)
      .optional()
      .openapi({ description: "May be left out, or empty, where reported_dates names a date" }),
    reported_dates: z.array(z.iso.date()).max(31).optional(),
  })
  .openapi("Batch");

/** One item or a batch; a fault is told of the shape that was meant, by its field. */
export const reportSchema = z
  // A record would lose a field called `__proto__` before anybody could refuse it.
  .custom<Record<string, unknown>>(
    (body) => isObject(body) && !Array.isArray(body),
    "must be an object",
  )
  .transform((body, ctx) => {
    if ("items" in body || "reported_dates" in body) {
      const read = batchSchema.safeParse(body);
      if (read.success) return read.data;
      return refuse(ctx, fieldErrors(read.error.issues));
    }
    const read = readItem(body);
    return "item" in read ? { item: read.item } : refuse(ctx, read.faults);
  })
  .openapi("Report", {
    type: "object",
    anyOf: ["Interval", "DayTotal", "Threshold", "Batch"].map((name) => ({
      $ref: `#/components/schemas/${name}`,
    })),
  });

const receiptSchema = z
  .object({
    index: z.int(),
    id: z.string().nullable(),
    status: z.enum(["accepted", "duplicate", "merged", "rejected"]),
    reason: z.string().optional(),
  })
  .openapi("Receipt");

export const activitySchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(KINDS),
    app: z.string(),
    client_app: z.string(),
    app_name: z.string().nullable(),
    category: categorySchema,
    device_id: z.string().nullable(),
    date: z.string(),
    started_at: instantOut,
    ended_at: instantOut,
    seconds: z.int(),
  })
  .openapi("Activity");
export type ActivityOut = z.infer<typeof activitySchema>;

// Blocking knows their shape, and knows usage: here they only pass through.
const decisionsSchema = z.array(z.custom<DecisionOut>()).openapi({
  type: "array",
  items: { $ref: "#/components/schemas/Decision" },
  description: "The decisions that changed",
});

export const oneOut = z
  .object({ activity: activitySchema, receipt: receiptSchema, decisions: decisionsSchema })
  .openapi("ActivityTaken");
export const batchOut = z
  .object({
    receipts: z.array(receiptSchema),
    decisions: decisionsSchema,
    resume_after: instantOut.nullable(),
  })
  .openapi("BatchTaken");

export const historyQuery = z.object({
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  app: appSchema.optional(),
  category: categorySchema.optional(),
  device_id: deviceSchema.optional(),
  ...pageQuery,
});
/** After which item the next page begins. */
export const historyCursor = z.tuple([instantKey, idSchema]);
export const historyOut = pageOf(activitySchema).openapi("History");

export const resumeQuery = z.object({ device_id: deviceSchema });
export const resumeOut = z.object({ resume_after: instantOut.nullable() }).openapi("Resume");

export const todayOut = z
  .object({
    date: z.string(),
    day_ends_at: instantOut,
    total_seconds: z.int(),
    apps: z.array(
      z.object({
        app: z.string(),
        name: z.string().nullable(),
        category: categorySchema,
        seconds: z.int(),
      }),
    ),
    categories: z.array(z.object({ category: categorySchema, seconds: z.int() })),
    devices: z.array(z.object({ device_id: z.string().nullable(), seconds: z.int() })),
  })
  .openapi("Today");

function refuse(ctx: z.RefinementCtx, faults: { path: string; message: string }[]): never {
  for (const { path, message } of faults) {
    ctx.addIssue({ code: "custom", path: path.split("."), message });
  }
  return z.NEVER;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
