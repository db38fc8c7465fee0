import { utcDate } from "../platform/time/dates.ts";
import { instantOfId } from "../platform/time/id-instant.ts";
import { formatInstant } from "../platform/time/instant.ts";
import type { LogRow } from "./entry.ts";

/** Acts a part of the archive holds at most. */
export const PART_ROWS = 2_000;

/** Whom an act names, under its id. */
export type Named = Pick<LogRow, "id" | "user_id" | "actor_id">;

/**
 * The first part that can be cut off these acts, oldest first: a part lies within one UTC day, so
 * whoever cuts, for whatever reason and up to whatever day, cuts the same parts.
 */
export function cutPart<Row extends { id: string }>(oldest: readonly Row[]): Row[] {
  const [first] = oldest;
  if (!first) return [];
  const day = utcDate(instantOfId(first.id));
  const end = oldest.findIndex(({ id }) => utcDate(instantOfId(id)) !== day);
  return oldest.slice(0, Math.min(end < 0 ? PART_ROWS : end, PART_ROWS));
}

/** The name of the file with the acts from one id to another. */
export function partName(first_id: string, last_id: string): string {
  const [year, month, day] = utcDate(instantOfId(first_id)).split("-");
  return `audit/${year}/${month}/${day}/${first_id}-${last_id}.ndjson.gz`;
}

/** Everybody whom acts name, each once. */
export function peopleIn(rows: readonly Named[]): string[] {
  const ids = rows.flatMap(({ user_id, actor_id }) => [user_id, actor_id]);
  return [...new Set(ids.filter((id) => id !== null))];
}

/** Acts as the text of a part: one JSON object a line. */
export function textOf(rows: readonly LogRow[]): string {
  return rows
    .map((row) => `${JSON.stringify({ ...row, created_at: formatInstant(row.created_at) })}\n`)
    .join("");
}

/** The acts in the text of a part. */
export function rowsIn(text: string): LogRow[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const row = JSON.parse(line) as Omit<LogRow, "created_at"> & { created_at: string };
      return { ...row, created_at: Date.parse(row.created_at) };
    });
}
