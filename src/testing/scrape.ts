import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import { METRICS_OBJECT, sendNow } from "../platform/metrics/send.ts";
import { parseExposition, sumOf, type ParsedFamily } from "./prometheus.ts";
import { steady } from "./until.ts";

export const METRICS_TOKEN = "a-token-that-only-the-tests-know";

/** The object that adds up what all isolates send. */
export const metricsObject = () => env.METRICS.get(env.METRICS.idFromName(METRICS_OBJECT));

/** Prometheus comes by, after what this isolate has gathered was sent. */
export async function scrape(): Promise<Map<string, ParsedFamily>> {
  await sendNow(env);
  const answer = await exports.default.fetch(
    new Request("http://localhost/metrics", {
      headers: { authorization: `Bearer ${METRICS_TOKEN}` },
    }),
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parseExposition(await answer.text());
}

/** What Prometheus reads of a metric, once what earlier work sends late has come in. */
export async function scraped(name: string, labels: Record<string, string> = {}): Promise<number> {
  return await steady(async () => sumOf(await scrape(), name, labels));
}

/** By how much a value grows over some work. */
export async function growth(
  name: string,
  labels: Record<string, string>,
  work: () => Promise<unknown>,
): Promise<number> {
  const before = await scraped(name, labels);
  await work();
  return (await scraped(name, labels)) - before;
}
