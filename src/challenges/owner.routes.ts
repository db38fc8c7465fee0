import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import {
  challengeChangesSchema,
  challengeOut,
  challengeParam,
  challengeSchema,
} from "./challenges.wire.ts";
import { changeChallenge } from "./changing.service.ts";
import { cancelChallenge, completeChallenge } from "./ending.service.ts";
import { renewInviteCode } from "./invite-codes.service.ts";

const tags = ["Challenges"];

const putChallenge = defineRoute("/challenges/{id}", "user", {
  method: "put",
  tags,
  summary: "Change terms of the caller's own challenge, until anybody's first day begins",
  request: {
    params: challengeParam,
    body: json(challengeChangesSchema, "The terms to change; the others stay"),
  },
  responses: { 200: json(challengeSchema, "The challenge as it stands now") },
  problems: [404, 409],
});

const deleteChallenge = defineRoute("/challenges/{id}", "user", {
  method: "delete",
  tags,
  summary: "Call the caller's own challenge off",
  description:
    "It becomes `cancelled`: its board closes, those in it are told by mail and still see it; nobody else does.",
  request: { params: challengeParam },
  responses: { 204: empty("The challenge is called off") },
  problems: [404, 409],
});

const postComplete = defineRoute("/challenges/{id}/complete", "user", {
  method: "post",
  tags,
  summary: "End the grace of the caller's own challenge, once its last day is over for everybody",
  request: { params: challengeParam },
  responses: {
    200: json(challengeSchema, "The challenge; a large one stays `settling` for some seconds"),
  },
  problems: [404, 409],
});

const postInviteCode = defineRoute("/challenges/{id}/invite-code", "user", {
  method: "post",
  creates: true,
  tags,
  summary: "Give the caller's own private challenge a new invite code; the old one dies at once",
  request: { params: challengeParam },
  responses: { 200: json(challengeSchema, "The challenge with its new code") },
  problems: [404, 409],
});

/** What only the owner of a challenge may do. */
export const ownerRoutes = featureApp()
  .openapi(putChallenge, async (c) => {
    const ctx = userContext(c);
    const view = await changeChallenge(ctx, c.req.valid("param").id, c.req.valid("json"));
    return c.json(challengeOut(view, ctx.actor.user_id), 200);
  })
  .openapi(deleteChallenge, async (c) => {
    await cancelChallenge(userContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(postComplete, async (c) => {
    const ctx = userContext(c);
    const view = await completeChallenge(ctx, c.req.valid("param").id);
    return c.json(challengeOut(view, ctx.actor.user_id), 200);
  })
  .openapi(postInviteCode, async (c) => {
    const ctx = userContext(c);
    const view = await renewInviteCode(ctx, c.req.valid("param").id);
    return c.json(challengeOut(view, ctx.actor.user_id), 200);
  });
