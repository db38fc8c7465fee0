import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import { decodeCursor, encodeCursor } from "../platform/http/schemas.ts";
import { listAllChallenges, removeChallenge } from "./admin-challenges.service.ts";
import {
  adminChallengeCursor,
  adminChallengeOut,
  adminChallengePageSchema,
  adminChallengeParam,
  challengesQuery,
} from "./admin-challenges.wire.ts";

const tags = ["Admin"];

const getChallenges = defineRoute("/admin/challenges", "admin", {
  method: "get",
  tags,
  summary: "All challenges that fit, private ones included, newest first",
  request: { query: challengesQuery },
  responses: { 200: json(adminChallengePageSchema, "A page of challenges") },
});

const deleteChallenge = defineRoute("/admin/challenges/{id}", "admin", {
  method: "delete",
  tags,
  summary: "Call any challenge off that is not over",
  description:
    "As its owner would: it becomes `cancelled`, its board closes, and those in it, its owner included, are told by mail.",
  request: { params: adminChallengeParam },
  responses: { 204: empty("The challenge is called off") },
  problems: [404, 409],
});

/** What administrators do about challenges. */
export const adminChallengesRoutes = featureApp()
  .openapi(getChallenges, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const key = decodeCursor(cursor, adminChallengeCursor);
    const after = key && { created_at: key[0], id: key[1] };
    const { views, next } = await listAllChallenges(userContext(c), filter, after, limit);
    return c.json(
      {
        data: views.map(adminChallengeOut),
        next_cursor: next && encodeCursor([next.created_at, next.id]),
      },
      200,
    );
  })
  .openapi(deleteChallenge, async (c) => {
    await removeChallenge(userContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  });
