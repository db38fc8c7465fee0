import { anyContext, userContext } from "../platform/http/app-env.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import { userOut } from "../users/index.ts";
import { withAnswerFloor } from "./answer-floor.ts";
import { limitAddress } from "./address-limit.ts";
import {
  acceptedOut,
  emailBody,
  loginBody,
  loginOut,
  refreshBody,
  registerBody,
  resetBody,
  sentOut,
  ticketOut,
  tokenBody,
  tokensOut,
  verifiedOut,
} from "./auth.wire.ts";
import { login } from "./login.service.ts";
import { forgotPassword, resetPassword } from "./recovery.service.ts";
import { register, resendVerification } from "./registration.service.ts";
import { logout, makeTicket, refresh } from "./sessions.service.ts";
import { verifyEmail } from "./verification.service.ts";

const tags = ["Auth"];
const sent = { status: "verification_sent" } as const;

const postRegister = defineRoute("/auth/register", "public", {
  method: "post",
  tags,
  summary: "Register an address; the same answer whether or not it is known",
  request: { body: json(registerBody, "Who registers") },
  responses: { 202: json(sentOut, "A mail is on its way") },
});

const postVerify = defineRoute("/auth/verify-email", "public", {
  method: "post",
  tags,
  summary: "Confirm an address by the token mailed to it",
  request: { body: json(tokenBody, "The token") },
  responses: { 200: json(verifiedOut, "The confirmed account") },
});

const postResend = defineRoute("/auth/resend-verification", "public", {
  method: "post",
  tags,
  summary: "Ask for another verification mail",
  request: { body: json(emailBody, "The address") },
  responses: { 202: json(sentOut, "Accepted, whatever the address") },
});

const postLogin = defineRoute("/auth/login", "public", {
  method: "post",
  tags,
  summary: "Sign in by address and password",
  request: { body: json(loginBody, "Address and password") },
  responses: { 200: json(loginOut, "Tokens and the account") },
  problems: [401, 403],
});

const postRefresh = defineRoute("/auth/refresh", "public", {
  method: "post",
  tags,
  summary: "Exchange a refresh token for a new pair",
  request: { body: json(refreshBody, "The refresh token") },
  responses: { 200: json(tokensOut, "A new pair") },
  problems: [401],
});

const postLogout = defineRoute("/auth/logout", "public", {
  method: "post",
  tags,
  summary: "End the session of a refresh token",
  request: { body: json(refreshBody, "The refresh token") },
  responses: { 204: empty("The session has ended") },
  problems: [401],
});

const postForgot = defineRoute("/auth/forgot-password", "public", {
  method: "post",
  tags,
  summary: "Ask for a mail that lets one set a new password",
  request: { body: json(emailBody, "The address") },
  responses: { 202: json(acceptedOut, "Accepted, whatever the address") },
});

const postReset = defineRoute("/auth/reset-password", "public", {
  method: "post",
  tags,
  summary: "Set a new password by the token mailed for it; every session ends",
  request: { body: json(resetBody, "The token and the new password") },
  responses: { 204: empty("The password is set") },
});

const postTicket = defineRoute("/auth/ticket", "user", {
  method: "post",
  tags,
  summary: "A one-time ticket that opens a WebSocket within 30 s",
  responses: { 200: json(ticketOut, "The ticket") },
});

export const authRoutes = featureApp()
  .openapi(postRegister, async (c) => {
    const ctx = anyContext(c);
    await limitAddress(ctx);
    await withAnswerFloor(ctx, async () => await register(ctx, c.req.valid("json")));
    return c.json(sent, 202);
  })
  .openapi(postVerify, async (c) => {
    const ctx = anyContext(c);
    await limitAddress(ctx);
    const user = await verifyEmail(ctx, c.req.valid("json").token);
    return c.json({ user: userOut(user, ctx.config.PUBLIC_URL) }, 200);
  })
  .openapi(postResend, async (c) => {
    const ctx = anyContext(c);
    await limitAddress(ctx);
    await withAnswerFloor(
      ctx,
      async () => await resendVerification(ctx, c.req.valid("json").email),
    );
    return c.json(sent, 202);
  })
  .openapi(postLogin, async (c) => {
    const ctx = anyContext(c);
    await limitAddress(ctx);
    const { email, password, device_name = null } = c.req.valid("json");
    const { tokens, user } = await withAnswerFloor(
      ctx,
      async () => await login(ctx, { email, password, device_name }),
    );
    return c.json({ ...tokens, user: userOut(user, ctx.config.PUBLIC_URL) }, 200);
  })
  .openapi(postRefresh, async (c) => {
    const ctx = anyContext(c);
    await limitAddress(ctx);
    return c.json(await refresh(ctx, c.req.valid("json").refresh_token), 200);
  })
  .openapi(postLogout, async (c) => {
    const ctx = anyContext(c);
    await limitAddress(ctx);
    await logout(ctx, c.req.valid("json").refresh_token);
    return c.body(null, 204);
  })
  .openapi(postForgot, async (c) => {
    const ctx = anyContext(c);
    await limitAddress(ctx);
    await withAnswerFloor(ctx, async () => await forgotPassword(ctx, c.req.valid("json").email));
    return c.json({ status: "accepted" as const }, 202);
  })
  .openapi(postReset, async (c) => {
    const ctx = anyContext(c);
    await limitAddress(ctx);
    const { token, password } = c.req.valid("json");
    await resetPassword(ctx, token, password);
    return c.body(null, 204);
  })
  .openapi(postTicket, (c) => c.json(makeTicket(userContext(c)), 200));
