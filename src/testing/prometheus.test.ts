import { describe, expect, it } from "vitest";
import { parseExposition, sumOf } from "./prometheus.ts";

const counter = "# HELP a_total A.\n# TYPE a_total counter\n";
const histogram = "# HELP b_seconds B.\n# TYPE b_seconds histogram\n";
const bucket = (le: string, value: number) => `b_seconds_bucket{le="${le}"} ${value}\n`;

describe("the strict reader of Prometheus' text", () => {
  it("reads what is right", () => {
    const text = `${counter}a_total{x="a\\"b\\\\c\\nd",y=""} 3\na_total 1.5e-7\n${histogram}${bucket("0.5", 1)}${bucket("+Inf", 2)}b_seconds_sum 4\nb_seconds_count 2\n`;
    const families = parseExposition(text);
    expect(families.get("a_total")?.samples).toEqual([
      { name: "a_total", labels: { x: 'a"b\\c\nd', y: "" }, value: 3 },
      { name: "a_total", labels: {}, value: 1.5e-7 },
    ]);
    expect(sumOf(families, "b_seconds_bucket", { le: "+Inf" })).toBe(2);
  });

  it.each([
    ["a sample before its TYPE", "a_total 1\n"],
    ["TYPE without HELP", "# TYPE a_total counter\na_total 1\n"],
    ["a family twice", `${counter}a_total 1\n${counter}`],
    ["a series twice", `${counter}a_total{x="1"} 1\na_total{x="1"} 2\n`],
    ["a label twice", `${counter}a_total{x="1",x="2"} 1\n`],
    ["an unescaped quote", `${counter}a_total{x="a"b"} 1\n`],
    ["an unknown escape", `${counter}a_total{x="a\\t"} 1\n`],
    ["no value", `${counter}a_total\n`],
    ["two blanks", `${counter}a_total  1\n`],
    ["a counter below 0", `${counter}a_total -1\n`],
    ["a counter of another name", "# HELP a A.\n# TYPE a counter\n"],
    ["a stranger's sample", `${counter}c_total 1\n`],
    ["a last line that does not end", `${counter}a_total 1`],
    [
      "buckets that sink",
      `${histogram}${bucket("1", 2)}${bucket("+Inf", 1)}b_seconds_sum 1\nb_seconds_count 1\n`,
    ],
    [
      "bounds that sink",
      `${histogram}${bucket("2", 1)}${bucket("1", 1)}${bucket("+Inf", 1)}b_seconds_sum 1\nb_seconds_count 1\n`,
    ],
    ["no +Inf", `${histogram}${bucket("1", 1)}b_seconds_sum 1\nb_seconds_count 1\n`],
    [
      "a count that is not +Inf's",
      `${histogram}${bucket("+Inf", 1)}b_seconds_sum 1\nb_seconds_count 2\n`,
    ],
    ["no sum", `${histogram}${bucket("+Inf", 1)}b_seconds_count 1\n`],
  ])("refuses %s", (_what, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});
