import { errors as joseErrors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { requireConfigured } from "../platform/configured.ts";
import type { Config } from "../platform/env.ts";
import { errors } from "../platform/errors.ts";
import { deriveKey, keyId, signingSecret } from "../platform/seal.ts";
import type { Instant } from "../platform/time/instant.ts";

/** Seconds an access token is good for. */
export const ACCESS_TOKEN_SECONDS = 1_800;
const AUDIENCE = "focus-api";
const TYPE = "at+jwt";
/** Seconds by which the clock of the machine that signed may be ahead of ours. */
const CLOCK_SKEW_SECONDS = 5;

/** jose looks at `exp` alone: a token must not live longer than ours do, nor come from the future. */
const claimsSchema = z
  .object({
    sub: z.uuid(),
    sid: z.uuid(),
    role: z.enum(["user", "admin"]),
    iat: z.int(),
    exp: z.int(),
  })
  .refine(({ iat, exp }) => exp - iat <= ACCESS_TOKEN_SECONDS);

export type AccessClaims = {
  user_id: string;
  session_id: string;
  role: "user" | "admin";
  expires_at: Instant;
};

/** Signs the access token of a session: HS256, good for 30 minutes from `now`. Raises `not_configured`. */
export async function signAccessToken(
  config: Config,
  now: Instant,
  claims: Omit<AccessClaims, "expires_at"> & { token_id: string },
): Promise<string> {
  requireConfigured(config);
  const secret = signingSecret(config);
  const seconds = Math.floor(now / 1000);
  return await new SignJWT({ sid: claims.session_id, role: claims.role })
    .setProtectedHeader({ alg: "HS256", typ: TYPE, kid: keyId(secret) })
    .setSubject(claims.user_id)
    .setIssuer(config.PUBLIC_URL)
    .setAudience(AUDIENCE)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + ACCESS_TOKEN_SECONDS)
    .setJti(claims.token_id)
    .sign(deriveKey(secret, "jwt"));
}

/** Tokens whose signature was right: phones use one for half an hour, and checking it costs the most. */
const verified = new WeakMap<Config, Map<string, AccessClaims>>();
const VERIFIED_KEPT = 5_000;

/**
 * Verifies an access token without any I/O: algorithm, type, issuer and audience are pinned, and the
 * key is looked up by `kid` among the current and the previous one. Raises `access_token_invalid`, and
 * `not_configured` where the secret is weak or the issuer unknown.
 */
export async function verifyAccessToken(
  config: Config,
  now: Instant,
  token: string,
): Promise<AccessClaims> {
  requireConfigured(config, "JWT_SECRET", "PUBLIC_URL");
  const cache = verified.get(config) ?? new Map<string, AccessClaims>();
  verified.set(config, cache);
  const known = cache.get(token);
  if (known) {
    if (known.expires_at <= now) throw errors.access_token_invalid();
    return known;
  }
  const claims = await verify(config, now, token);
  if (cache.size >= VERIFIED_KEPT) cache.clear();
  cache.set(token, claims);
  return claims;
}

async function verify(config: Config, now: Instant, token: string): Promise<AccessClaims> {
  try {
    if (!isOnlySpelling(token)) throw new joseErrors.JWTInvalid("not the signature's own spelling");
    const { payload } = await jwtVerify(token, ({ kid }) => keyOf(config, kid), {
      algorithms: ["HS256"],
      typ: TYPE,
      issuer: config.PUBLIC_URL,
      audience: AUDIENCE,
      currentDate: new Date(now),
      requiredClaims: ["sub", "sid", "role", "iat", "exp", "jti"],
    });
    const { sub, sid, role, iat, exp } = claimsSchema.parse(payload);
    if (iat > now / 1000 + CLOCK_SKEW_SECONDS) throw new joseErrors.JWTInvalid("from the future");
    return { user_id: sub, session_id: sid, role, expires_at: exp * 1000 };
  } catch (cause) {
    if (
      cause instanceof joseErrors.JOSEError ||
      cause instanceof z.ZodError ||
      cause instanceof TypeError
    ) {
      throw errors.access_token_invalid({ cause });
    }
    throw cause;
  }
}

/** Base64 has four spellings of the same signature, which covers the other two parts as they stand. */
function isOnlySpelling(token: string): boolean {
  const signature = token.slice(token.lastIndexOf(".") + 1);
  return Buffer.from(signature, "base64url").toString("base64url") === signature;
}

function keyOf(config: Config, kid: string | undefined): Uint8Array {
  for (const secret of [signingSecret(config), config.JWT_SECRET_PREVIOUS]) {
    if (secret !== null && keyId(secret) === kid) return deriveKey(secret, "jwt");
  }
  throw new joseErrors.JWKSNoMatchingKey();
}
