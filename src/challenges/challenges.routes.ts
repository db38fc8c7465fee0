import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import { decodeCursor, encodeCursor } from "../platform/http/schemas.ts";
import {
  createChallenge,
  getChallenge,
  listChallenges,
  myChallenges,
  type ChallengePage,
} from "./challenges.service.ts";
import type { ListKey } from "./challenges.store.ts";
import {
  challengeOut,
  challengePageSchema,
  challengeParam,
  challengeSchema,
  joinByCodeSchema,
  joinSchema,
  listCursor,
  mineQuery,
  newChallengeSchema,
  publicQuery,
} from "./challenges.wire.ts";
import { join, joinByCode, leave } from "./participation.service.ts";

const tags = ["Challenges"];

const postChallenge = defineRoute("/challenges", "user", {
  method: "post",
  creates: true,
  tags,
  summary: "Make a challenge; its creator takes part unless `join` is false",
  request: { body: json(newChallengeSchema, "The challenge and the rules it is played by") },
  responses: {
    200: json(challengeSchema, "The challenge that an earlier call with this id made"),
    201: json(challengeSchema, "The new challenge"),
  },
  problems: [409],
});

const listPublic = defineRoute("/challenges", "user", {
  method: "get",
  tags,
  summary: "The public challenges, newest first",
  request: { query: publicQuery },
  responses: { 200: json(challengePageSchema, "A page of challenges") },
});

const listMine = defineRoute("/challenges/my-challenges", "user", {
  method: "get",
  tags,
  summary: "The challenges the caller made or takes part in, newest first",
  request: { query: mineQuery },
  responses: { 200: json(challengePageSchema, "A page of challenges") },
});

const postJoinByCode = defineRoute("/challenges/join", "user", {
  method: "post",
  creates: true,
  tags,
  summary: "Join the private challenge of an invite code",
  request: { body: json(joinByCodeSchema, "The invite code, in upper or lower case") },
  responses: { 200: json(challengeSchema, "The challenge") },
  problems: [404, 409],
});

const getOne = defineRoute("/challenges/{id}", "user", {
  method: "get",
  tags,
  summary: "A challenge; a private one is not there for others",
  request: { params: challengeParam },
  responses: { 200: json(challengeSchema, "The challenge") },
  problems: [404],
});

const postJoin = defineRoute("/challenges/{id}/join", "user", {
  method: "post",
  creates: true,
  tags,
  summary: "Join a challenge; a private one by its invite code",
  request: {
    params: challengeParam,
    body: { ...json(joinSchema, "The invite code of a private one"), required: false },
  },
  responses: { 200: json(challengeSchema, "The challenge") },
  problems: [404, 409],
});

const postLeave = defineRoute("/challenges/{id}/leave", "user", {
  method: "post",
  tags,
  summary: "Leave a challenge; who comes back finds the old score",
  request: { params: challengeParam },
  responses: { 204: empty("The caller takes no part any more") },
  problems: [404, 409],
});

// Fixed paths stand before `{id}`: the first one that fits answers.
export const challengesRoutes = featureApp()
  .openapi(postChallenge, async (c) => {
    const ctx = userContext(c);
    const { view, is_new } = await createChallenge(ctx, c.req.valid("json"));
    return c.json(challengeOut(view, ctx.actor.user_id), is_new ? 201 : 200);
  })
  .openapi(listPublic, async (c) => {
    const ctx = userContext(c);
    const { limit, cursor, ...filter } = c.req.valid("query");
    const page = await listChallenges(ctx, filter, readCursor(cursor), limit);
    return c.json(pageOut(page, ctx.actor.user_id), 200);
  })
  .openapi(listMine, async (c) => {
    const ctx = userContext(c);
    const { limit, cursor } = c.req.valid("query");
    const page = await myChallenges(ctx, readCursor(cursor), limit);
    return c.json(pageOut(page, ctx.actor.user_id), 200);
  })
  .openapi(postJoinByCode, async (c) => {
    const ctx = userContext(c);
    const view = await joinByCode(ctx, c.req.valid("json").invite_code);
    return c.json(challengeOut(view, ctx.actor.user_id), 200);
  })
  .openapi(getOne, async (c) => {
    const ctx = userContext(c);
    const view = await getChallenge(ctx, c.req.valid("param").id);
    return c.json(challengeOut(view, ctx.actor.user_id), 200);
  })
  .openapi(postJoin, async (c) => {
    const ctx = userContext(c);
    const view = await join(ctx, c.req.valid("param").id, c.req.valid("json").invite_code);
    return c.json(challengeOut(view, ctx.actor.user_id), 200);
  })
  .openapi(postLeave, async (c) => {
    await leave(userContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  });

function readCursor(cursor: string | undefined): ListKey | null {
  const key = decodeCursor(cursor, listCursor);
  return key && { created_at: key[0], id: key[1] };
}

function pageOut({ views, next }: ChallengePage, viewer_id: string) {
  return {
    data: views.map((view) => challengeOut(view, viewer_id)),
    next_cursor: next && encodeCursor([next.created_at, next.id]),
  };
}
