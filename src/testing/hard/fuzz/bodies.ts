import fc from "fast-check";
import { hostileValue } from "./hostile.ts";
import { resolved, typesOf, type Schema, type Schemas } from "./schema.ts";

const DAY_MS = 86_400_000;
const now = Date.now();
const instant = fc
  .integer({ min: now - 40 * DAY_MS, max: now + DAY_MS })
  .map((ms) => new Date(ms).toISOString());
const date = instant.map((text) => text.slice(0, 10));
const word = fc.constantFrom(
  "instagram",
  "x.com",
  "phone",
  "Ada",
  "en",
  "UTC",
  "Europe/Paris",
  "22:30",
);

/** A value as a schema has it, so that most of them pass. */
export function wellFormed(given: Schema, schemas: Schemas, depth = 0): fc.Arbitrary<unknown> {
  const schema = resolved(given, schemas);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((one) => wellFormed(one, schemas, depth)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const kinds = typesOf(schema).map((type) => ofType(type, schema, schemas, depth));
  return kinds.length === 0 ? fc.jsonValue({ maxDepth: 1 }) : fc.oneof(...kinds);
}

function ofType(
  type: string,
  schema: Schema,
  schemas: Schemas,
  depth: number,
): fc.Arbitrary<unknown> {
  const { minimum = 0, maximum = 1_000, items, properties } = schema;
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return fc.integer({
        min: Math.max(minimum, -1e6),
        max: Math.max(minimum, Math.min(maximum, 1e6)),
      });
    case "array":
      return fc.array(items && depth < 4 ? wellFormed(items, schemas, depth + 1) : fc.jsonValue(), {
        minLength: schema.minItems ?? 0,
        maxLength: 3,
      });
    case "object":
      return properties ? objectOf(properties, schema, schemas, depth) : fc.constant({});
    default:
      return ofFormat(schema);
  }
}

function objectOf(
  properties: Record<string, Schema>,
  { required = [] }: Schema,
  schemas: Schemas,
  depth: number,
): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(
    ([name, one]) => [name, wellFormed(one, schemas, depth + 1)] as const,
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: required });
}

function ofFormat({ format, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid({ version: 7 });
  if (format === "email") return fc.emailAddress({ size: "small" });
  if (format === "date-time") return instant;
  if (format === "date") return date;
  const text = fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, 60) });
  return fc.oneof(word, text);
}

/** A well-formed value in which one thing, at any depth, is spoiled, left out or too much. */
export function spoiled(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  return fc
    .tuple(wellFormed(schema, schemas), fc.nat(), hostileValue, fc.nat({ max: 9 }))
    .map(([value, place, hostile, how]) => spoil(structuredClone(value), place, hostile, how));
}

type Place = { holder: Record<string, unknown>; key: string };

function spoil(value: unknown, place: number, hostile: unknown, how: number): unknown {
  const places = placesIn(value);
  const at = places[place % Math.max(1, places.length)];
  if (!at) return hostile;
  if (how === 0) delete at.holder[at.key];
  else if (how === 1) at.holder[`${at.key}_`] = hostile;
  else at.holder[at.key] = hostile;
  return value;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

/** A copy for each field at any depth and each of these values: the value stands in that field's place. */
export function withEach(
  value: unknown,
  values: readonly unknown[],
): { path: string; body: unknown }[] {
  return placesIn(value).flatMap(({ key }, place) =>
    values.map((one) => ({ path: key, body: spoil(structuredClone(value), place, one, 2) })),
  );
}
