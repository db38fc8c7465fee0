import { createHash } from "node:crypto";
import { v4, v7, validate } from "uuid";
import type { Instant } from "./time/instant.ts";

/** Makes a UUIDv7 whose time part is `now` (UTC ms), so that ids sort by creation. */
export function newId(now: Instant): string {
  return v7({ msecs: now });
}

/** Gives the one UUIDv7 of what `text` names and happened at `at` (UTC ms): the same at every call. */
export function derivedId(at: Instant, text: string): string {
  return v7({ msecs: at, random: createHash("sha256").update(text).digest() });
}

/** Makes a random UUID: one that says nothing, not even when it was made. */
export function randomId(): string {
  return v4();
}

/** Says whether `text` is a UUID in its canonical lower-case form. */
export function isId(text: string): boolean {
  return validate(text) && text === text.toLowerCase();
}

/** Gives `length` random bytes from the platform's secure source. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Makes a name of 32 URL-safe characters that nobody can guess: 192 random bits. */
export function unguessableName(): string {
  return Buffer.from(randomBytes(24)).toString("base64url");
}
