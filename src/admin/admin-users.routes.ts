import { errors } from "../platform/errors.ts";
import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import { decodeCursor, encodeCursor } from "../platform/http/schemas.ts";
import { userOut, userSchema } from "../users/index.ts";
import { changeUser, listUsers, removeUser, switchUser, userFacts } from "./admin-users.service.ts";
import {
  accountChangesSchema,
  userCursor,
  userFactsOut,
  userFactsSchema,
  userPageSchema,
  userParam,
  usersQuery,
} from "./admin-users.wire.ts";
import type { UserKey, UserSort } from "./user-order.ts";

const tags = ["Admin"];

const getUsers = defineRoute("/admin/users", "admin", {
  method: "get",
  tags,
  summary: "The accounts that fit, newest first or as `sort` says",
  request: { query: usersQuery },
  responses: { 200: json(userPageSchema, "A page of accounts") },
});

const getUser = defineRoute("/admin/users/{id}", "admin", {
  method: "get",
  tags,
  summary: "An account and its use",
  request: { params: userParam },
  responses: { 200: json(userFactsSchema, "The account, its sessions, challenges and rules") },
  problems: [404],
});

const putUser = defineRoute("/admin/users/{id}", "admin", {
  method: "put",
  tags,
  summary: "Change an account's name, role or whether it is active",
  description:
    "Who is demoted or deactivated is signed out everywhere. Never one's own powers (`not_oneself`), never the last administrator's (`last_admin`).",
  request: { params: userParam, body: json(accountChangesSchema, "The fields to change") },
  responses: { 200: json(userSchema, "The account as it stands now") },
  problems: [404, 409],
});

const deleteUser = defineRoute("/admin/users/{id}", "admin", {
  method: "delete",
  tags,
  summary: "Delete an account and erase all there is of the person",
  request: { params: userParam },
  responses: { 204: empty("The account is gone; the rest of the person within a minute") },
  problems: [404, 409],
});

const deactivate = defineRoute("/admin/users/{id}/deactivate", "admin", {
  method: "patch",
  tags,
  summary: "Switch an account off: it is signed out everywhere and cannot sign in",
  request: { params: userParam },
  responses: { 200: json(userSchema, "The account as it stands now") },
  problems: [404, 409],
});

const activate = defineRoute("/admin/users/{id}/activate", "admin", {
  method: "patch",
  tags,
  summary: "Switch an account on again: it can sign in",
  request: { params: userParam },
  responses: { 200: json(userSchema, "The account as it stands now") },
  problems: [404, 409],
});

/** What administrators do about accounts. */
export const adminUsersRoutes = featureApp()
  .openapi(getUsers, async (c) => {
    const ctx = userContext(c);
    const { limit, cursor, sort, ...filter } = c.req.valid("query");
    const { users, next } = await listUsers(ctx, filter, {
      sort,
      after: readCursor(cursor, sort),
      limit,
    });
    const data = users.map((user) => userOut(user, ctx.config.PUBLIC_URL));
    return c.json({ data, next_cursor: next && encodeCursor([sort, next.value, next.id]) }, 200);
  })
  .openapi(getUser, async (c) => {
    const ctx = userContext(c);
    const facts = await userFacts(ctx, c.req.valid("param").id);
    return c.json(userFactsOut(facts, ctx.config.PUBLIC_URL), 200);
  })
  .openapi(putUser, async (c) => {
    const ctx = userContext(c);
    const user = await changeUser(ctx, c.req.valid("param").id, c.req.valid("json"));
    return c.json(userOut(user, ctx.config.PUBLIC_URL), 200);
  })
  .openapi(deleteUser, async (c) => {
    await removeUser(userContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(deactivate, async (c) => {
    const ctx = userContext(c);
    const user = await switchUser(ctx, c.req.valid("param").id, false);
    return c.json(userOut(user, ctx.config.PUBLIC_URL), 200);
  })
  .openapi(activate, async (c) => {
    const ctx = userContext(c);
    const user = await switchUser(ctx, c.req.valid("param").id, true);
    return c.json(userOut(user, ctx.config.PUBLIC_URL), 200);
  });

/** A place in one order is none in another. */
function readCursor(cursor: string | undefined, sort: UserSort): UserKey | null {
  const key = decodeCursor(cursor, userCursor);
  if (key === null) return null;
  const [made_for, value, id] = key;
  if (made_for !== sort) throw errors.malformed_cursor();
  return { value, id };
}
