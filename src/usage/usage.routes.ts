import { z } from "@hono/zod-openapi";
import { userContext } from "../platform/http/app-env.ts";
import { errors } from "../platform/errors.ts";
import { defineRoute, featureApp, json } from "../platform/http/route.ts";
import { decodeCursor, encodeCursor } from "../platform/http/schemas.ts";
import { fieldErrors } from "../platform/http/validation.ts";
import { formatInstant } from "../platform/time/instant.ts";
import {
  batchOut,
  batchShape,
  historyCursor,
  historyOut,
  historyQuery,
  intervalSchema,
  oneOut,
  reportSchema,
  todayOut,
  type ActivityOut,
} from "./usage.wire.ts";
import { history, recordBatch, recordOne, today, type BatchItem } from "./usage.service.ts";
import type { ActivityRow } from "./usage.store.ts";

const tags = ["Activities"];

const postActivities = defineRoute("/activities", "user_inline", {
  method: "post",
  creates: true,
  tags,
  summary: "Report usage: one interval, or a batch of up to 500",
  request: { body: json(reportSchema, "One interval, or a batch") },
  responses: {
    200: json(
      z.union([batchOut, oneOut]),
      "A batch's receipts; or an interval that was known already",
    ),
    201: json(oneOut, "An interval that was new"),
  },
});

const getActivities = defineRoute("/activities", "user_inline", {
  method: "get",
  tags,
  summary: "The caller's history, newest first",
  request: { query: historyQuery },
  responses: { 200: json(historyOut, "A page of history") },
});

const getToday = defineRoute("/activities/today", "user_inline", {
  method: "get",
  tags,
  summary: "The caller's own day so far, live",
  responses: { 200: json(todayOut, "The day's counters") },
});

export const usageRoutes = featureApp()
  .openapi(postActivities, async (c) => {
    const ctx = userContext(c);
    const body = c.req.valid("json");
    if ("items" in body) {
      const { receipts, resume_after } = await recordBatch(
        ctx,
        body.items.map(readItem),
        body.reported_dates ?? [],
      );
      return c.json(
        {
          receipts,
          decisions: [],
          resume_after: resume_after === null ? null : formatInstant(resume_after),
        },
        200,
      );
    }
    const { activity, receipt } = await recordOne(ctx, body);
    return c.json(
      { activity: activityOut(activity), receipt, decisions: [] },
      receipt.status === "accepted" ? 201 : 200,
    );
  })
  .openapi(getActivities, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const key = decodeCursor(cursor, historyCursor);
    const after = key && { started_at: key[0], id: key[1] };
    const { rows, next } = await history(userContext(c), { filter, after, limit });
    const next_cursor = next && encodeCursor([next.started_at, next.id]);
    return c.json({ data: rows.map(activityOut), next_cursor }, 200);
  })
  .openapi(getToday, async (c) => {
    const { day_ends_at, devices, ...counters } = await today(userContext(c));
    return c.json(
      {
        ...counters,
        day_ends_at: formatInstant(day_ends_at),
        devices: devices.map(({ device_id, seconds }) => ({
          device_id: device_id || null,
          seconds,
        })),
      },
      200,
    );
  });

function readItem(item: unknown): BatchItem {
  const read = intervalSchema.safeParse(item);
  if (read.success) return { input: read.data };
  const [first] = fieldErrors(read.error.issues);
  return { reason: first ? `${first.path}: ${first.message}` : errors.invalid_fields().title };
}

function activityOut(row: ActivityRow): ActivityOut {
  return {
    id: row.id,
    kind: row.kind,
    app: row.app,
    client_app: row.client_app,
    app_name: row.app_name,
    category: row.category as ActivityOut["category"],
    device_id: row.device_id || null,
    date: row.date,
    started_at: formatInstant(row.started_at),
    ended_at: formatInstant(row.ended_at),
    seconds: row.seconds,
  };
}

// The document names them, and no route takes them as they are.
usageRoutes.openAPIRegistry.register("Interval", intervalSchema);
usageRoutes.openAPIRegistry.register("Batch", batchShape);
