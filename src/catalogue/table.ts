import type { Category } from "./categories.ts";

/** A well-known app: its canonical id, and every id that phones and browsers have for it. */
export type CatalogueApp = {
  id: string;
  name: string;
  category: Category;
  /** Packages; also those of a light or a regional edition. */
  android: readonly string[];
  /** Bundle ids. */
  ios: readonly string[];
  /** Domains, `www.` left out; `*.` stands for one label, whichever it is. */
  web: readonly string[];
};

/**
 * Reads the apps of one category, a row each: canonical id | name | Android | iOS | web. Ids stand
 * apart by spaces; `-` is none, `=` on iOS Android's first. An indented line continues its row.
 * A canonical id stands in counters and challenges: it never changes once it was given.
 * Raises an Error that shows a row with too few or too many cells.
 */
export function readTable(category: Category, table: string): CatalogueApp[] {
  const rows = table.trim().replaceAll(/\n +/g, " ").split("\n");
  return rows.map((row) => ({ ...readRow(row), category }));
}

function readRow(row: string): Omit<CatalogueApp, "category"> {
  const [id = "", name = "", ...cells] = row.split("|").map((cell) => cell.trim());
  if (id === "" || name === "" || cells.length < 1 || cells.length > 3) {
    throw new Error(`not a row of the catalogue: ${row}`);
  }
  const [android = [], ios = [], web = []] = cells.map(idsIn);
  return {
    id,
    name,
    android,
    ios: ios.map((own) => (own === "=" ? (android[0] ?? own) : own)),
    web,
  };
}

function idsIn(cell: string): string[] {
  return cell === "-" || cell === "" ? [] : cell.split(/ +/);
}
