import { z } from "@hono/zod-openapi";
import {
  challengeOut,
  challengeSchema,
  statusSchema,
  visibilitySchema,
  type ChallengeView,
} from "../challenges/index.ts";
import {
  idParam,
  idSchema,
  instantKey,
  pageOf,
  pageQuery,
  text,
} from "../platform/http/schemas.ts";

export const adminChallengeParam = idParam;

export const challengesQuery = z.object({
  q: text(1, 100).optional().openapi({ description: "A part of the name" }),
  status: statusSchema.optional(),
  visibility: visibilitySchema.optional(),
  ...pageQuery,
});

/** Where the list goes on. */
export const adminChallengeCursor = z.tuple([instantKey, idSchema]);

/** A challenge without what belongs to those in it alone. */
export const adminChallengeSchema = challengeSchema
  .omit({ invite_code: true, joined: true })
  .openapi("ChallengeForAdmin");
export const adminChallengePageSchema = pageOf(adminChallengeSchema).openapi("ChallengesForAdmin");

/** A challenge as an administrator finds it: never how to get in. */
export function adminChallengeOut(view: ChallengeView): z.infer<typeof adminChallengeSchema> {
  const { invite_code: _code, joined: _joined, ...rest } = challengeOut(view, "");
  return rest;
}
