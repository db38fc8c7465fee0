/** A sample as Prometheus takes it. */
export type ParsedSample = { name: string; labels: Record<string, string>; value: number };
export type ParsedFamily = { name: string; help: string; type: string; samples: ParsedSample[] };

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/;
const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];

/**
 * Reads Prometheus' text format 0.0.4 as strictly as promtool and a little more: HELP and TYPE once
 * and before the samples, a family's samples together, labels unique and escaped, no series twice,
 * counters named `_total` and never negative, buckets whole, rising and in agreement with the count.
 * Throws an Error that names the line.
 */
export function parseExposition(text: string): Map<string, ParsedFamily> {
  const families = new Map<string, ParsedFamily>();
  const seen = new Set<string>();
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line does not end");
  let current: ParsedFamily | null = null;
  for (const [index, line] of text.split("\n").slice(0, -1).entries()) {
    const fail = (why: string): never => {
      throw new Error(`line ${index + 1} (${line}): ${why}`);
    };
    if (line.startsWith("#")) {
      const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
      if (NAME.exec(name)?.[0] !== name) fail("no HELP or TYPE of a metric");
      if (keyword === "HELP") {
        if (families.has(name)) fail("the family stood before");
        if (rest === "") fail("the help says nothing");
        current = { name, help: rest, type: "", samples: [] };
        families.set(name, current);
      } else {
        if (current?.name !== name || current.type !== "") fail("TYPE without its HELP before");
        if (!TYPES.includes(rest)) fail("no such type");
        if (current) current.type = rest;
      }
      continue;
    }
    const sample = readSample(line, fail);
    if (!current || current.type === "") return fail("a sample before its HELP and TYPE");
    const labels = Object.keys(sample.labels).sort();
    const key = JSON.stringify([sample.name, labels.map((one) => [one, sample.labels[one]])]);
    if (seen.has(key)) fail("the series stood before");
    seen.add(key);
    const suffix = sample.name.startsWith(current.name)
      ? sample.name.slice(current.name.length)
      : fail("a sample of another family");
    const suffixes = current.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
    if (!suffixes.includes(suffix)) fail("a sample of another family");
    if (current.type === "counter" && !(sample.value >= 0)) fail("a counter below 0");
    current.samples.push(sample);
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

/** The values of a family's samples for which these labels hold, added up. */
export function sumOf(
  families: Map<string, ParsedFamily>,
  name: string,
  labels: Record<string, string> = {},
): number {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ""));
  if (!family) throw new Error(`no family ${name}`);
  return family.samples
    .filter((one) => one.name === name)
    .filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .reduce((total, { value }) => total + value, 0);
}

function readSample(line: string, fail: (why: string) => never): ParsedSample {
  const name = NAME.exec(line)?.[0] ?? fail("no name");
  let rest = line.slice(name.length);
  const labels: Record<string, string> = {};
  if (rest.startsWith("{")) {
    rest = rest.slice(1);
    while (!rest.startsWith("}")) {
      const label = LABEL.exec(rest)?.[0] ?? fail("no label");
      const quoted = /^="((?:[^"\\]|\\["\\n])*)"/.exec(rest.slice(label.length));
      if (!quoted) return fail(`the label ${label} has no well-escaped value`);
      if (Object.hasOwn(labels, label)) fail(`the label ${label} stands twice`);
      labels[label] = (quoted[1] ?? "").replaceAll(/\\(.)/g, (_all, char: string) =>
        char === "n" ? "\n" : char,
      );
      rest = rest.slice(label.length + quoted[0].length);
      if (rest.startsWith(",")) rest = rest.slice(1);
      else if (!rest.startsWith("}")) fail("no comma between labels");
    }
    rest = rest.slice(1);
  }
  if (!/^ \S+$/.test(rest) || !VALUE.test(rest.slice(1))) fail("no value behind one blank");
  return { name, labels, value: Number(rest.slice(1).replace("Inf", "Infinity")) };
}

function checkFamily({ name, type, samples }: ParsedFamily): void {
  if (type === "") throw new Error(`${name} has no TYPE`);
  if ((type === "counter") !== name.endsWith("_total")) throw new Error(`${name} is no ${type}`);
  if (type !== "histogram") return;
  const histograms = new Map<string, ParsedSample[]>();
  for (const sample of samples) {
    const { le: _bound, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    histograms.set(key, [...(histograms.get(key) ?? []), sample]);
  }
  for (const [key, own] of histograms) checkHistogram(`${name}${key}`, name, own);
}

function checkHistogram(where: string, name: string, samples: readonly ParsedSample[]): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  const bounds = buckets.map(({ labels }) =>
    Number((labels["le"] ?? "").replace("Inf", "Infinity")),
  );
  const [sum, count, ...more] = samples.filter((sample) => sample.name !== `${name}_bucket`);
  if (sum?.name !== `${name}_sum` || count?.name !== `${name}_count` || more.length > 0)
    throw new Error(`${where} lacks its sum or count`);
  if (bounds.at(-1) !== Infinity) throw new Error(`${where} lacks its +Inf bucket`);
  for (const [index, bucket] of buckets.entries()) {
    const before = buckets[index - 1]?.value ?? 0;
    if (!((bounds[index] ?? NaN) > (bounds[index - 1] ?? -Infinity)))
      throw new Error(`${where}: bounds do not rise`);
    if (bucket.value < before) throw new Error(`${where}: buckets are not cumulative`);
  }
  if (buckets.at(-1)?.value !== count.value) throw new Error(`${where}: +Inf is not the count`);
}
