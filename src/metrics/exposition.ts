import type { Delta } from "../platform/metrics/gathered.ts";
import type { MetricInfo } from "../platform/metrics/metric.ts";

/** A value under its labels; `suffix` only for the parts of a histogram. */
export type Sample = { suffix?: "_bucket" | "_sum" | "_count"; labels: string; value: number };
/** A metric and all its samples. */
export type Family = Pick<MetricInfo, "name" | "help" | "kind"> & { samples: Sample[] };

/** What Prometheus reads: its text format, version 0.0.4. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Writes families as Prometheus reads them. */
export function exposition(families: readonly Family[]): string {
  return families
    .flatMap(({ name, help, kind, samples }) => [
      `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
      `# TYPE ${name} ${kind}`,
      ...samples.map(
        ({ suffix = "", labels, value }) =>
          `${name}${suffix}${labels === "" ? "" : `{${labels}}`} ${numberText(value)}`,
      ),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

/** The family of a counted metric, from the series that are its own. */
export function familyOf(info: MetricInfo, series: readonly Delta[]): Family {
  const own = new Map<string, Delta[]>();
  // Where there are no labels, there is one series from the beginning.
  if (info.labels.length === 0) own.set("", []);
  for (const one of series) {
    if (one.name === info.name) own.set(one.labels, [...(own.get(one.labels) ?? []), one]);
  }
  const samples = [...own].flatMap(([labels, parts]) =>
    info.kind === "histogram"
      ? bucketsOf(info, labels, parts)
      : // Whoever goes may be heard of before who came: nothing is ever less than none.
        [
          {
            labels,
            value: Math.max(
              0,
              parts.reduce((total, { sum }) => total + sum, 0),
            ),
          },
        ],
  );
  return { name: info.name, help: info.help, kind: info.kind, samples };
}

/**
 * Cumulative, as Prometheus wants buckets. What was counted under bounds of an earlier release falls
 * into the next one that still exists, so the sums stay right.
 */
function bucketsOf(info: MetricInfo, labels: string, parts: readonly Delta[]): Sample[] {
  const counts = parts.flatMap((part) =>
    Object.entries(part.counts).map(([bound, count]) => ({ bound: toNumber(bound), count })),
  );
  const upTo = (upper: number) =>
    counts.reduce((total, { bound, count }) => (bound <= upper ? total + count : total), 0);
  const bucket = (upper: number): Sample => ({
    suffix: "_bucket",
    labels: `${labels === "" ? "" : `${labels},`}le="${numberText(upper)}"`,
    value: upTo(upper),
  });
  return [
    ...[...info.bounds, Infinity].map(bucket),
    { suffix: "_sum", labels, value: parts.reduce((total, { sum }) => total + sum, 0) },
    { suffix: "_count", labels, value: upTo(Infinity) },
  ];
}

function numberText(value: number): string {
  return value === Infinity ? "+Inf" : String(value);
}

function toNumber(bound: string): number {
  return bound === "+Inf" ? Infinity : Number(bound);
}
