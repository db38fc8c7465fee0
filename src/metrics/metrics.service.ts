import { lastEnds, lastRuns } from "../jobs/index.ts";
import { outboxDepth } from "../mail/index.ts";
import type { Context } from "../platform/context.ts";
import { deployment } from "../platform/deployment.ts";
import { errors } from "../platform/errors.ts";
import { logFault } from "../platform/log.ts";
import { countedMetrics } from "../platform/metrics/metric.ts";
import { isSameSecret } from "../platform/seal.ts";
import { exposition, familyOf } from "./exposition.ts";
import { readSeries } from "./metrics.client.ts";
import { scrapeFamilies, watchedFamilies } from "./watched.ts";

/** Lets Prometheus in by its token. Raises `not_found` where there is none, `access_token_…`. */
export function requireMetricsToken(ctx: Context, given: string | null): void {
  const token = ctx.config.METRICS_TOKEN;
  if (token === null) throw errors.not_found();
  if (given === null) throw errors.access_token_missing();
  if (!isSameSecret(given, token)) throw errors.access_token_invalid();
}

/** All metrics, as Prometheus reads them. A part that is away shows as such and hides no other. */
export async function metricsText(ctx: Context): Promise<string> {
  const [series, watched] = await Promise.all([
    orNull("series", readSeries(ctx)),
    orNull("mysql", watch(ctx)),
  ]);
  const up = { mysql: watched !== null, object: series !== null };
  return exposition([
    ...scrapeFamilies(up, deployment(ctx.bindings)),
    // Counters that cannot be read are left out: as zeros, they would look like a restart.
    ...(series === null ? [] : countedMetrics().map((info) => familyOf(info, series))),
    ...watchedFamilies(watched, ctx.clock.now()),
  ]);
}

async function watch(ctx: Context) {
  const [outbox, runs, ends] = await Promise.all([outboxDepth(ctx), lastRuns(ctx), lastEnds(ctx)]);
  return { outbox, runs, ends };
}

async function orNull<T>(part: string, answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    logFault("metrics_part_away", error, { part });
    return null;
  }
}
