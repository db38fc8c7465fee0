import { z } from "@hono/zod-openapi";
import {
  dateSchema,
  idParam,
  idSchema,
  instantKey,
  instantOut,
  pageOf,
  pageQuery,
  text,
} from "../platform/http/schemas.ts";
import { formatInstant } from "../platform/time/instant.ts";
import { canonicalApp, CATEGORIES } from "../catalogue/index.ts";
import type { ChallengeView } from "./challenges.store.ts";
import { METRICS, STATUSES } from "./lifecycle.ts";

const DAY_SECONDS = 86_400;

export const visibilitySchema = z.enum(["public", "private"]);
export const statusSchema = z.enum(STATUSES).openapi("ChallengeStatus");
const inviteCodeSchema = z.string().min(1).max(40).openapi({ example: "K7QWXN2P" });

/** The terms of a challenge, each by itself; what they must be together stands in `terms.ts`. */
const terms = {
  name: text(1, 100),
  description: text(0, 2000),
  visibility: visibilitySchema,
  apps: z.array(text(1, 128)).max(50),
  categories: z.array(z.enum(CATEGORIES)).max(CATEGORIES.length),
  metric: z.enum(METRICS),
  goal_seconds: z.int().min(1).max(DAY_SECONDS).nullable().openapi({
    description: "A day with less is under the goal: of `days_under_goal`, and needed there",
  }),
  start_date: dateSchema,
  end_date: dateSchema,
  missing_day_seconds: z.int().min(0).max(DAY_SECONDS),
  grace_hours: z.int().min(0).max(72),
  max_participants: z.int().min(2).max(100_000).nullable(),
};

/** What makes a challenge. */
export const newChallengeSchema = z
  .strictObject({
    id: idSchema.optional(),
    ...terms,
    description: terms.description.default(""),
    visibility: terms.visibility.default("public"),
    apps: terms.apps.default([]),
    categories: terms.categories.default([]),
    metric: terms.metric.default("least_time"),
    goal_seconds: terms.goal_seconds.default(null),
    missing_day_seconds: terms.missing_day_seconds.default(14_400),
    grace_hours: terms.grace_hours.default(12),
    max_participants: terms.max_participants.default(null),
    join: z.boolean().default(true),
  })
  .openapi("NewChallenge");

/** What its owner may change of a challenge that has not begun. */
export const challengeChangesSchema = z.strictObject(terms).partial().openapi("ChallengeChanges");

export const challengeSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    visibility: visibilitySchema,
    invite_code: inviteCodeSchema
      .nullable()
      .openapi({ description: "Of a private one, for its owner and those in it" }),
    owner: z
      .object({ id: z.uuid(), display_name: z.string() })
      .nullable()
      .openapi({ description: "Null once the account is gone" }),
    apps: z.array(z.string()),
    categories: z.array(z.enum(CATEGORIES)),
    metric: z.enum(METRICS),
    goal_seconds: z.int().nullable(),
    start_date: z.string(),
    end_date: z.string(),
    missing_day_seconds: z.int(),
    grace_hours: z.int(),
    max_participants: z.int().nullable(),
    status: statusSchema,
    participant_count: z.int(),
    joined: z.boolean(),
    created_at: instantOut,
  })
  .openapi("Challenge");

export const challengePageSchema = pageOf(challengeSchema).openapi("Challenges");
export const challengeParam = idParam;

export const publicQuery = z.object({
  status: statusSchema.optional(),
  q: text(1, 100).optional(),
  ...pageQuery,
});
export const mineQuery = z.object(pageQuery);

/** What lets somebody into a challenge they know: nothing, or the code of a private one. */
export const joinSchema = z.strictObject({ invite_code: inviteCodeSchema.optional() });
export const joinByCodeSchema = z.strictObject({ invite_code: inviteCodeSchema });

/** Where a list of challenges goes on. */
export const listCursor = z.tuple([instantKey, idSchema]);

const entrySchema = z
  .object({
    rank: z.int(),
    user: z.object({
      id: z.uuid(),
      display_name: z.string(),
      avatar_url: z.string().nullable(),
    }),
    score: z.number(),
    coverage: z.number(),
    days_reported: z.int(),
    days_total: z.int(),
  })
  .openapi("BoardEntry");

export const leaderboardSchema = z
  .object({
    status: statusSchema,
    version: z.int(),
    total: z.int(),
    entries: z.array(entrySchema),
    // `nullable()` would be documented as all of both, which no null ever is.
    me: z.union([entrySchema, z.null()]),
    next_cursor: z.string().nullable(),
  })
  .openapi("Leaderboard");

export const leaderboardQuery = z
  .object({ ...pageQuery, around: z.literal("me").optional() })
  .refine((query) => query.around === undefined || query.cursor === undefined, {
    path: ["around"],
    message: "give either around or cursor",
  });

/** Browsers set no headers on a WebSocket: a ticket of `POST /auth/ticket` serves instead. */
export const liveQuery = z.object({ ticket: z.string().max(1000).optional() });

/** Where a leaderboard goes on: behind this score and user. */
export const leaderboardCursor = z.tuple([z.number(), idSchema]);

/** A challenge as the caller finds it; only its owner and those in it see how to get in. */
export function challengeOut(
  { challenge, owner_name, joined }: ChallengeView,
  viewer_id: string,
): z.infer<typeof challengeSchema> {
  const { owner_id } = challenge;
  const isInside = joined || owner_id === viewer_id;
  return {
    id: challenge.id,
    name: challenge.name,
    description: challenge.description,
    visibility: challenge.visibility,
    invite_code: isInside ? challenge.invite_code : null,
    owner:
      owner_id === null || owner_name === null ? null : { id: owner_id, display_name: owner_name },
    // Stored by the names of its day: the catalogue may know more of them by now.
    apps: [...new Set(challenge.apps.map(canonicalApp))],
    categories: challenge.categories as z.infer<typeof challengeSchema>["categories"],
    metric: challenge.metric,
    goal_seconds: challenge.goal_seconds,
    start_date: challenge.start_date,
    end_date: challenge.end_date,
    missing_day_seconds: challenge.missing_day_seconds,
    grace_hours: challenge.grace_hours,
    max_participants: challenge.max_participants,
    status: challenge.status,
    participant_count: challenge.participant_count,
    joined,
    created_at: formatInstant(challenge.created_at),
  };
}
