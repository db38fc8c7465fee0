import type { Actor, Origin } from "../platform/context.ts";
import type { Instant } from "../platform/time/instant.ts";
import { ACTIONS, type Action, type Level } from "./actions.ts";

/** Plain facts of an act. Secrets never enter; what names or describes a person goes into `personal`. */
export type Facts = Record<string, unknown>;

/** What a feature says of an act. */
export type Entry = {
  action: Action;
  /** Whose account it is about; the actor's own where it is left out. */
  user_id?: string | null;
  context?: Facts;
  /** What must go when the person goes (names, addresses): shown with the context until then. */
  personal?: Facts;
};

/** An act as it is kept. */
export type LogRow = {
  id: string;
  level: Level;
  action: string;
  user_id: string | null;
  actor_id: string | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  context: Facts;
  personal: Facts | null;
  created_at: Instant;
};

/** No request has this id: it stands where nobody asked (jobs, objects). */
const NO_REQUEST = "-";

/** Makes the row of an act: who did it, from where, when (UTC ms), under `id`, a UUIDv7 of that instant. */
export function rowOf(
  entry: Entry,
  by: { actor: Actor; origin: Origin },
  id: string,
  created_at: Instant,
): LogRow {
  const { actor, origin } = by;
  const actor_id = actor.type === "user" ? actor.user_id : null;
  return {
    id,
    level: ACTIONS[entry.action],
    action: entry.action,
    user_id: entry.user_id === undefined ? actor_id : entry.user_id,
    actor_id,
    ip: origin.ip,
    user_agent: origin.user_agent,
    request_id: origin.request_id === NO_REQUEST ? null : origin.request_id,
    context: { ...entry.context, ...(actor.type === "system" ? { job: actor.job } : {}) },
    personal: entry.personal ?? null,
    created_at,
  };
}
