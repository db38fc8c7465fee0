import { appendFileSync, readFileSync } from "node:fs";
import { inject } from "vitest";
import { tableOf } from "../../local/bench/table.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the suite's files leave their figures until the run ends. */
    figuresFile: string;
  }
}

type Figure = { threat: string; what: string; measured: string; bound: string };

/** Notes a measured figure beside what it had to keep within; all of a run are printed at its end. */
export function figure(
  threat: string,
  what: string,
  measured: string | number,
  bound: string,
): void {
  const line: Figure = { threat, what, measured: String(measured), bound };
  appendFileSync(inject("figuresFile"), `${JSON.stringify(line)}\n`);
}

/** The figures in a file, as a table; empty where there are none. */
export function figuresTable(file: string): string {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  const rows = lines.map((line) => {
    const { threat, what, measured, bound } = JSON.parse(line) as Figure;
    return [`${threat}: ${what}`, measured, bound];
  });
  return rows.length === 0 ? "" : tableOf(["figure", "measured", "must be"], rows);
}
