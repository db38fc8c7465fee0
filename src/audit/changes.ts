import type { Facts } from "./entry.ts";

/** What a change did to something: the names of the fields that differ now, and their values. */
export type Changes = { fields: string[]; before: Facts; after: Facts };

/** Compares something before and after a change, field by field; null where nothing differs. */
export function changesOf(before: Facts, after: Facts): Changes | null {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const fields = names.filter((name) => written(before[name]) !== written(after[name]));
  if (fields.length === 0) return null;
  const picked = (from: Facts) =>
    Object.fromEntries(fields.flatMap((name) => (name in from ? [[name, from[name]]] : [])));
  return { fields, before: picked(before), after: picked(after) };
}

/** A value as text, the same for the same value: MySQL gives the keys of JSON in an order of its own. */
function written(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
