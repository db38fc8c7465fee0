import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Config } from "./env.ts";
import { errors } from "./errors.ts";

/** What a sealed token is for; a token of one purpose is garbage to every other. */
export type SealPurpose = "refresh" | "verify" | "reset" | "change" | "ticket" | "unsubscribe";

const keys = new Map<string, Buffer>();

/** Derives the 32-byte key of a purpose from a secret (HKDF-SHA256), once an isolate. */
export function deriveKey(secret: string, purpose: string): Buffer {
  const name = `${purpose}\n${secret}`;
  let key = keys.get(name);
  if (!key) {
    key = Buffer.from(hkdfSync("sha256", secret, "focus-api", purpose, 32));
    keys.set(name, key);
  }
  return key;
}

/** The secret that signs; raises `not_configured` where it is missing or weak. */
export function signingSecret(config: Config): string {
  if (config.JWT_SECRET === null) throw errors.not_configured();
  return config.JWT_SECRET;
}

/** A name for `text` that says nothing of it (SHA-256, hex); other purposes give other names. */
export function hiddenName(purpose: string, text: string): string {
  return createHash("sha256").update(`${purpose}\n${text}`).digest("hex");
}

/** Says whether a secret is the one that was given, in a time that says nothing of how near it is. */
export function isSameSecret(given: string, secret: string): boolean {
  const [left, right] = [given, secret].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** Names a secret without giving anything of it away. */
export function keyId(secret: string): string {
  return hiddenName("kid", secret).slice(0, 12);
}

/**
 * What a user is called in the logs: the same for all their requests, and theirs only to who knows
 * the secret (HMAC, 64 bits). Another secret gives them another name.
 */
export function userMark(config: Config, user_id: string): string {
  const key = deriveKey(signingSecret(config), "log/user");
  return createHmac("sha256", key).update(user_id).digest("hex").slice(0, 16);
}

/**
 * Seals `payload` (ASCII) into a URL-safe token that only this service can have made.
 * Nothing of it needs to be stored: what was sent is known again by its HMAC.
 */
export function seal(config: Config, purpose: SealPurpose, payload: string): string {
  const mac = macOf(signingSecret(config), purpose, payload);
  return `${Buffer.from(payload, "latin1").toString("base64url")}.${mac.toString("base64url")}`;
}

/** Gives a sealed token's payload, or null for whatever was not sealed here for this purpose. */
export function unseal(config: Config, purpose: SealPurpose, token: string): string | null {
  const [body = "", mac = "", ...rest] = token.split(".");
  if (rest.length > 0 || mac.length !== 43) return null;
  const payload = Buffer.from(body, "base64url").toString("latin1");
  // Base64 has more than one spelling of the same bytes; only ours is the token.
  if (Buffer.from(payload, "latin1").toString("base64url") !== body) return null;
  const given = Buffer.from(mac, "base64url");
  for (const secret of [signingSecret(config), config.JWT_SECRET_PREVIOUS]) {
    if (secret === null) continue;
    const right = macOf(secret, purpose, payload);
    if (
      given.length === right.length &&
      timingSafeEqual(given, right) &&
      given.toString("base64url") === mac
    ) {
      return payload;
    }
  }
  return null;
}

function macOf(secret: string, purpose: SealPurpose, payload: string): Buffer {
  return createHmac("sha256", deriveKey(secret, `seal/${purpose}`))
    .update(payload, "latin1")
    .digest();
}
