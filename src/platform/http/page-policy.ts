import { createHash } from "node:crypto";

/**
 * The Content-Security-Policy of a page that loads nothing, runs nothing, and may post its own form
 * back; of styles only the one given, character by character, applies.
 */
export function formPagePolicy(style: string): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
