import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, featureApp, json } from "../platform/http/route.ts";
import { changeProfile, me } from "./users.service.ts";
import { profileChangesSchema, userOut, userSchema } from "./users.wire.ts";

const tags = ["Users"];

const getMe = defineRoute("/users/me", "user", {
  method: "get",
  tags,
  summary: "The caller's account",
  responses: { 200: json(userSchema, "The account") },
});

const putMe = defineRoute("/users/me", "user", {
  method: "put",
  tags,
  summary: "Change fields of the caller's profile",
  request: { body: json(profileChangesSchema, "The fields to change") },
  responses: { 200: json(userSchema, "The account as it stands now") },
});

export const usersRoutes = featureApp()
  .openapi(getMe, async (c) => {
    const ctx = userContext(c);
    return c.json(userOut(await me(ctx), ctx.config.PUBLIC_URL), 200);
  })
  .openapi(putMe, async (c) => {
    const ctx = userContext(c);
    return c.json(
      userOut(await changeProfile(ctx, c.req.valid("json")), ctx.config.PUBLIC_URL),
      200,
    );
  });
