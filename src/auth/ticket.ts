import type { Actor, Role } from "../platform/context.ts";
import type { Config } from "../platform/env.ts";
import { errors } from "../platform/errors.ts";
import { seal, unseal } from "../platform/seal.ts";
import type { Instant } from "../platform/time/instant.ts";

type UserActor = Extract<Actor, { type: "user" }>;

/** Seals who the bearer is, a nonce that makes it one ticket, and until when (UTC ms) it opens a socket. */
export function writeTicket(
  config: Config,
  actor: UserActor,
  nonce: string,
  good_until: Instant,
): string {
  const { user_id, session_id, role, expires_at } = actor;
  return seal(
    config,
    "ticket",
    [user_id, session_id, role, expires_at, nonce, good_until].join(" "),
  );
}

/** Reads a ticket back; whether it was used before only the user's object knows. Raises `access_token_invalid`. */
export function readTicket(
  config: Config,
  ticket: string,
): { actor: UserActor; nonce: string; good_until: Instant } {
  const [user_id, session_id, role, expires_at, nonce, good_until] =
    unseal(config, "ticket", ticket)?.split(" ") ?? [];
  if (
    user_id === undefined ||
    session_id === undefined ||
    nonce === undefined ||
    good_until === undefined
  ) {
    throw errors.access_token_invalid();
  }
  const actor: UserActor = {
    type: "user",
    user_id,
    session_id,
    role: role as Role,
    expires_at: Number(expires_at),
  };
  return { actor, nonce, good_until: Number(good_until) };
}
