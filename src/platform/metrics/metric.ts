import { MINUTE_MS, type Instant } from "../time/instant.ts";
import { gathered } from "./gathered.ts";

export type MetricKind = "counter" | "gauge" | "histogram";
export type Labels<Name extends string> = Readonly<Record<Name, string>>;

/** What Prometheus is told of a metric before its samples. */
export type MetricInfo = {
  name: string;
  help: string;
  kind: MetricKind;
  labels: readonly string[];
  /** Upper bounds of a histogram's buckets, rising; +Inf is understood. */
  bounds: readonly number[];
};

const declared = new Map<string, MetricInfo>();

/** Every metric that is counted as it happens, by name. */
export function countedMetrics(): MetricInfo[] {
  return [...declared.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Declares a counter, named `focus_…_total`. A label's values must be few: each is a series for ever. */
export function counter<Name extends string>(
  name: `focus_${string}_total`,
  help: string,
  labels: readonly Name[],
) {
  declare({ name, help, kind: "counter", labels, bounds: [] });
  return {
    /** Adds `by`, 1 if left out. In memory only: `sendSoon` does the rest. */
    add(values: Labels<Name>, by = 1): void {
      if (by > 0) gathered.add(name, labelText(labels, values), by, 0);
    },
  };
}

/** Declares a histogram of seconds, named `focus_…_seconds`. */
export function histogram<Name extends string>(
  name: `focus_${string}_seconds`,
  help: string,
  labels: readonly Name[],
  bounds: readonly number[],
) {
  declare({ name, help, kind: "histogram", labels, bounds });
  return {
    /** Counts one observation, in seconds. */
    observe(values: Labels<Name>, seconds: number): void {
      const bound = bounds.find((upper) => seconds <= upper);
      const bucket = bound === undefined ? "+Inf" : String(bound);
      gathered.add(name, labelText(labels, values), seconds, 0, bucket);
    },
  };
}

/**
 * Declares a gauge of things of which each has a last instant. What comes is added and what goes is
 * taken off, both under that instant; so whatever nobody could see going leaves the gauge by itself.
 */
export function expiringGauge<Name extends string>(
  name: `focus_${string}`,
  help: string,
  labels: readonly Name[],
) {
  declare({ name, help, kind: "gauge", labels, bounds: [] });
  return {
    /** Adds `by`, which may be negative, to those that end at `ends_at` at the latest. */
    add(values: Labels<Name>, by: number, ends_at: Instant): void {
      // By the minute, so that a gauge has as many rows as a life has minutes.
      const until = (Math.floor(ends_at / MINUTE_MS) + 1) * MINUTE_MS;
      gathered.add(name, labelText(labels, values), by, until);
    },
  };
}

/** Labels as Prometheus spells them, in the order they were declared in. */
export function labelText<Name extends string>(
  labels: readonly Name[],
  values: Labels<Name>,
): string {
  return labels.map((label) => `${label}="${escaped(values[label])}"`).join(",");
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function declare(info: MetricInfo): void {
  if (declared.has(info.name)) throw new Error(`${info.name} is declared twice`);
  declared.set(info.name, info);
}
