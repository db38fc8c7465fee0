import { z } from "@hono/zod-openapi";
import { errors } from "../errors.ts";
import { isId } from "../ids.ts";
import { parseInstant, type Instant } from "../time/instant.ts";
import { isDate } from "../time/dates.ts";
import { isTimeZone } from "../time/zones.ts";

/** The instants that MySQL's DATETIME can hold, years 1000 to 9999. */
const EARLIEST = Date.parse("1000-01-01T00:00:00Z");
const LATEST = Date.parse("9999-12-31T23:59:59Z");

/** Text a person typed: well-formed Unicode without NUL, trimmed, `min` to `max` code points. */
export const text = (min: number, max: number) =>
  z
    .string()
    .trim()
    .refine((value) => value.isWellFormed() && !value.includes("\0"), "must be plain text")
    .refine(
      (value) => [...value].length >= min && [...value].length <= max,
      `must have ${min} to ${max} characters`,
    )
    .openapi({ type: "string", minLength: min, maxLength: max });

/** An id; a phone may spell its own in upper case (iOS does), and everybody reads it in lower case. */
export const idSchema = z
  .string()
  .toLowerCase()
  .refine(isId, "must be a UUID")
  .openapi({ type: "string", format: "uuid" });

/** A path's `{id}`: anything else than an id is simply not there. */
export const idParam = z.object({ id: idSchema.openapi({ param: { name: "id", in: "path" } }) });

/** An RFC 3339 instant with any offset, as UTC ms. */
export const instantSchema = z
  .string()
  .transform((value, ctx): Instant => {
    const instant = parseInstant(value);
    if (instant !== null) return instant;
    ctx.addIssue({ code: "custom", message: "must be an RFC 3339 instant with an offset" });
    return z.NEVER;
  })
  .openapi({ type: "string", format: "date-time" });

/** An own-day date. What is none ends the reading: a rule about several of them only ever sees dates. */
export const dateSchema = z
  .string()
  .refine(isDate, { message: "must be a date, YYYY-MM-DD", abort: true })
  .openapi({ type: "string", format: "date" });

/** An IANA zone name. */
export const timezoneSchema = z
  .string()
  .refine(isTimeZone, "must be an IANA time zone")
  .openapi({ example: "Europe/Paris" });

/** An instant as it stands in an answer. */
export const instantOut = z.string().openapi({ format: "date-time" });

export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .openapi({ type: "integer", minimum: 1, maximum: 100 }),
  cursor: z.string().max(400).optional(),
};

/** A list's answer. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), next_cursor: z.string().nullable() });

/** An instant inside a cursor: one that a row can have, so that a made-up one is refused here. */
export const instantKey = z.int().min(EARLIEST).max(LATEST);

/** Makes an opaque cursor of the key after which the next page begins. */
export function encodeCursor(key: readonly (string | number)[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(key));
  const binary = btoa(String.fromCharCode(...bytes));
  return binary.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads a cursor back by the shape its list gave it; raises `malformed_cursor`. */
export function decodeCursor<T>(cursor: string | undefined, shape: z.ZodType<T>): T | null {
  if (cursor === undefined) return null;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (byte) => byte.charCodeAt(0));
    return shape.parse(
      JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)),
    );
  } catch (cause) {
    throw errors.malformed_cursor({ cause });
  }
}
