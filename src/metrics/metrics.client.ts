import type { Context } from "../platform/context.ts";
import type { Delta } from "../platform/metrics/gathered.ts";
import { METRICS_OBJECT } from "../platform/metrics/send.ts";
import { callObject } from "../platform/objects/call.ts";

/** Reads what all isolates have counted. Raises `object_unavailable`. */
export async function readSeries(ctx: Context): Promise<Delta[]> {
  const { METRICS } = ctx.bindings;
  return await callObject(ctx, METRICS, METRICS_OBJECT, async (stub) => await stub.series());
}
