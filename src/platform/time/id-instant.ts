import type { Instant } from "./instant.ts";

/** What 48 bits of milliseconds can say. */
const LAST_INSTANT: Instant = 2 ** 48 - 1;

/** The lowest text that any UUIDv7 of an instant (UTC ms), or of a later one, can have. */
export function firstIdAt(instant: Instant): string {
  const within = Math.min(Math.max(Math.floor(instant), 0), LAST_INSTANT);
  const hex = within.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** The instant (UTC ms) that was given to `newId` for a UUIDv7. */
export function instantOfId(id: string): Instant {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
