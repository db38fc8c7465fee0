import { z } from "@hono/zod-openapi";
import { userContext } from "../platform/http/app-env.ts";
import { errors } from "../platform/errors.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import { decodeCursor, encodeCursor, idParam } from "../platform/http/schemas.ts";
import { formatInstant } from "../platform/time/instant.ts";
import {
  batchOut,
  batchShape,
  dayTotalSchema,
  historyCursor,
  historyOut,
  historyQuery,
  intervalSchema,
  oneOut,
  readItem,
  reportSchema,
  resumeOut,
  resumeQuery,
  thresholdSchema,
  todayOut,
  type ActivityOut,
} from "./usage.wire.ts";
import { removeActivity } from "./removal.service.ts";
import {
  history,
  recordBatch,
  recordOne,
  resumeAfter,
  today,
  type BatchItem,
} from "./usage.service.ts";
import type { ActivityRow } from "./usage.store.ts";

const tags = ["Activities"];

const postActivities = defineRoute("/activities", "user_inline", {
  method: "post",
  creates: true,
  tags,
  summary: "Report usage: one item of any shape, or a batch of up to 500",
  request: { body: json(reportSchema, "One item, or a batch") },
  responses: {
    200: json(z.union([batchOut, oneOut]), "A batch's receipts; or an item that told nothing new"),
    201: json(oneOut, "An item that was new"),
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

const getResume = defineRoute("/activities/resume", "user_inline", {
  method: "get",
  tags,
  summary: "Up to when a device's intervals are known: where it may go on sending",
  request: { query: resumeQuery },
  responses: { 200: json(resumeOut, "The instant; null where nothing is known of the device") },
});

const deleteActivity = defineRoute("/activities/{id}", "user_inline", {
  method: "delete",
  tags,
  summary: "Take an item out of history and statistics; today's limits and boards keep counting it",
  request: { params: idParam },
  responses: { 204: empty("It is gone") },
  problems: [404],
});

export const usageRoutes = featureApp()
  .openapi(postActivities, async (c) => {
    const ctx = userContext(c);
    const body = c.req.valid("json");
    if ("items" in body) {
      const { receipts, decisions, resume_after } = await recordBatch(
        ctx,
        body.items.map(batchItem),
        body.reported_dates ?? [],
      );
      return c.json(
        {
          receipts,
          decisions,
          resume_after: resume_after === null ? null : formatInstant(resume_after),
        },
        200,
      );
    }
    const { activity, receipt, decisions } = await recordOne(ctx, body.item);
    return c.json(
      { activity: activityOut(activity), receipt, decisions },
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
  .openapi(getResume, async (c) => {
    const instant = await resumeAfter(userContext(c), c.req.valid("query").device_id);
    return c.json({ resume_after: instant === null ? null : formatInstant(instant) }, 200);
  })
  .openapi(deleteActivity, async (c) => {
    await removeActivity(userContext(c), c.req.valid("param").id);
    return c.body(null, 204);
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

function batchItem(input: unknown): BatchItem {
  const read = readItem(input);
  if ("item" in read) return read;
  const [first] = read.faults;
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
usageRoutes.openAPIRegistry.register("DayTotal", dayTotalSchema);
usageRoutes.openAPIRegistry.register("Threshold", thresholdSchema);
usageRoutes.openAPIRegistry.register("Batch", batchShape);
