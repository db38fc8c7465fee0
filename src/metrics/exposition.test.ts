import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Gathered, type Delta } from "../platform/metrics/gathered.ts";
import { labelText, type MetricInfo } from "../platform/metrics/metric.ts";
import { parseExposition, sumOf } from "../testing/prometheus.ts";
import { exposition, familyOf } from "./exposition.ts";

const info = (more: Partial<MetricInfo>): MetricInfo => ({
  name: "focus_things_total",
  help: "Things\\and\nmore.",
  kind: "counter",
  labels: ["what"],
  bounds: [],
  ...more,
});
const wait = info({ name: "focus_wait_seconds", kind: "histogram", bounds: [0.1, 0.5, 2] });

function observed(bounds: readonly number[], seconds: readonly number[]): Delta[] {
  const own = new Gathered();
  for (const value of seconds) {
    const bound = bounds.find((upper) => value <= upper);
    own.add(wait.name, 'what="x"', value, 0, bound === undefined ? "+Inf" : String(bound));
  }
  return own.take();
}

describe("Prometheus' text", () => {
  it("holds every value under its labels, whatever characters they have", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: "binary" }), fc.double({ min: 0, noNaN: true })),
        (values) => {
          const own = new Gathered();
          for (const [what, value] of Object.entries(values))
            own.add("focus_things_total", labelText(["what"], { what }), value, 0);
          const family = familyOf(info({}), own.take());
          const read = parseExposition(exposition([family])).get("focus_things_total");
          const found = read?.samples.map(({ labels, value }) => [labels["what"], value]);
          expect(new Map(found as [string, number][])).toEqual(new Map(Object.entries(values)));
        },
      ),
    );
  });

  it("counts a histogram's observations up to each bound, as a plain count does", () => {
    const seconds = fc.array(fc.double({ min: 0, max: 10, noNaN: true }));
    fc.assert(
      fc.property(seconds, seconds, (first, second) => {
        const series = [...observed(wait.bounds, first), ...observed(wait.bounds, second)];
        const read = parseExposition(exposition([familyOf(wait, series)]));
        const all = [...first, ...second];
        if (all.length === 0) return;
        for (const le of ["0.1", "0.5", "2", "+Inf"]) {
          const upper = le === "+Inf" ? Infinity : Number(le);
          const count = all.filter((value) => value <= upper).length;
          expect(sumOf(read, "focus_wait_seconds_bucket", { le })).toBe(count);
        }
        const sum = all.reduce((total, value) => total + value, 0);
        expect(sumOf(read, "focus_wait_seconds_sum")).toBeCloseTo(sum, 6);
      }),
    );
  });

  it("keeps its buckets in agreement after a release has changed the bounds", () => {
    const series = [...observed([0.3, 1], [0.2, 0.7, 5]), ...observed(wait.bounds, [0.05])];
    const read = parseExposition(exposition([familyOf(wait, series)]));
    const counts = ["0.1", "0.5", "2", "+Inf"].map((le) =>
      sumOf(read, "focus_wait_seconds_bucket", { le }),
    );
    expect(counts).toEqual([1, 2, 3, 4]);
  });

  it("has one series from the beginning where there are no labels", () => {
    const families = [
      familyOf(info({ labels: [] }), []),
      familyOf({ ...wait, labels: [] }, []),
      familyOf(info({ name: "focus_more_total" }), []),
    ];
    const read = parseExposition(exposition(families));
    expect([...read.values()].map(({ samples }) => samples.length)).toEqual([1, 6, 0]);
  });

  it("shows no gauge below 0: who goes may be heard of before who came", () => {
    const open = info({ name: "focus_open", kind: "gauge" });
    const gone: Delta = { name: "focus_open", labels: 'what="x"', until: 9, sum: -1, counts: {} };
    expect(familyOf(open, [gone]).samples).toEqual([{ labels: 'what="x"', value: 0 }]);
  });
});
