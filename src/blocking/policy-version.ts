/** A value as JSON can hold it; a field that is undefined is none. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [field: string]: Json | undefined };

/** When an answer was made and its own version: not part of what it says. */
const PASSED_OVER = ["generated_at", "policy_version"];

/**
 * One text for everything that a client reads out of an answer of decisions, whatever the order of its
 * fields; its digest is the `policy_version`. `valid_until` belongs to it: behind a 304 a phone would
 * go on with an answer that has run out. Lists count in their order, which `decide` keeps the same.
 */
export function policyText(answer: { readonly [field: string]: Json | undefined }): string {
  const said = Object.entries(answer).filter(([field]) => !PASSED_OVER.includes(field));
  return canonicalJson(Object.fromEntries(said));
}

function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    part !== null && typeof part === "object" && !isList(part) ? sortedByField(part) : part,
  );
}

function sortedByField(fields: { readonly [field: string]: Json | undefined }): Json {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
