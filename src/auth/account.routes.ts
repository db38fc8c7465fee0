import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import { idParam } from "../platform/http/schemas.ts";
import { formatInstant } from "../platform/time/instant.ts";
import { acceptedOut, addressBody, deletionBody, passwordBody, sessionsOut } from "./auth.wire.ts";
import { changePassword, deleteMyAccount, requestAddressChange } from "./credentials.service.ts";
import { endMyOtherSessions, endMySession, mySessions } from "./session-list.service.ts";

const tags = ["Users"];

const putPassword = defineRoute("/users/me/password", "user", {
  method: "put",
  tags,
  summary: "Set a new password; the caller's other sessions end",
  request: { body: json(passwordBody, "The current and the new password") },
  responses: { 204: empty("The password is set") },
});

const putEmail = defineRoute("/users/me/email", "user", {
  method: "put",
  tags,
  summary: "Ask for another address; a mail to it confirms it",
  request: { body: json(addressBody, "The new address and the password") },
  responses: { 202: json(acceptedOut, "Accepted, whatever the address") },
});

const deleteMe = defineRoute("/users/me", "user", {
  method: "delete",
  tags,
  summary: "Delete the caller's account: signed out everywhere at once, erased within a minute",
  request: { body: json(deletionBody, "The account's password") },
  responses: { 204: empty("The account is deleted") },
  problems: [409],
});

const getSessions = defineRoute("/users/me/sessions", "user", {
  method: "get",
  tags,
  summary: "The caller's live sessions",
  responses: { 200: json(sessionsOut, "The sessions, the one last seen first") },
});

const deleteSessions = defineRoute("/users/me/sessions", "user", {
  method: "delete",
  tags,
  summary: "End all of the caller's other sessions",
  responses: { 204: empty("They have ended") },
});

const deleteSession = defineRoute("/users/me/sessions/{id}", "user", {
  method: "delete",
  tags,
  summary: "End one of the caller's sessions",
  request: { params: idParam },
  responses: { 204: empty("It has ended") },
  problems: [404],
});

export const accountRoutes = featureApp()
  .openapi(putPassword, async (c) => {
    const { current_password, new_password } = c.req.valid("json");
    await changePassword(userContext(c), current_password, new_password);
    return c.body(null, 204);
  })
  .openapi(putEmail, async (c) => {
    const { email, password } = c.req.valid("json");
    await requestAddressChange(userContext(c), email, password);
    return c.json({ status: "accepted" as const }, 202);
  })
  .openapi(deleteMe, async (c) => {
    await deleteMyAccount(userContext(c), c.req.valid("json").password);
    return c.body(null, 204);
  })
  .openapi(getSessions, async (c) => {
    const ctx = userContext(c);
    const data = (await mySessions(ctx)).map((session) => ({
      id: session.id,
      device_name: session.device_name,
      ip: session.ip,
      user_agent: session.user_agent,
      is_current: session.id === ctx.actor.session_id,
      created_at: formatInstant(session.created_at),
      last_seen_at: formatInstant(session.last_seen_at),
    }));
    return c.json({ data, next_cursor: null }, 200);
  })
  .openapi(deleteSessions, async (c) => {
    await endMyOtherSessions(userContext(c));
    return c.body(null, 204);
  })
  .openapi(deleteSession, async (c) => {
    await endMySession(userContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  });
