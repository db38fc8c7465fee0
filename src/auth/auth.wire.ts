import { z } from "@hono/zod-openapi";
import { instantOut, text, timezoneSchema } from "../platform/http/schemas.ts";
import { displayNameSchema, emailSchema, localeSchema, userSchema } from "../users/index.ts";

/** The password rules themselves stand in password-rules.ts; here only what no password can be. */
const newPassword = z
  .string()
  .max(1_024)
  .openapi({ minLength: 10, maxLength: 256, format: "password" });
/** A password that is only compared: whatever was once accepted. */
const knownPassword = z.string().max(2_048).openapi({ format: "password" });
const sealedToken = z.string().min(1).max(512);

export const registerBody = z
  .strictObject({
    email: emailSchema,
    password: newPassword,
    display_name: displayNameSchema,
    timezone: timezoneSchema.default("UTC"),
    locale: localeSchema.default("en"),
  })
  .openapi("Registration");
export const tokenBody = z.strictObject({ token: sealedToken });
export const emailBody = z.strictObject({ email: emailSchema });
export const loginBody = z
  .strictObject({
    email: emailSchema,
    password: knownPassword,
    device_name: text(1, 100).optional(),
  })
  .openapi("Login");
export const refreshBody = z.strictObject({ refresh_token: sealedToken });

export const resetBody = z.strictObject({ token: sealedToken, password: newPassword });
export const passwordBody = z.strictObject({
  current_password: knownPassword,
  new_password: newPassword,
});
export const deletionBody = z.strictObject({ password: knownPassword });
export const addressBody = z.strictObject({ email: emailSchema, password: knownPassword });

export const sessionSchema = z
  .object({
    id: z.uuid(),
    device_name: z.string().nullable(),
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    is_current: z.boolean(),
    created_at: instantOut,
    last_seen_at: instantOut,
  })
  .openapi("Session");
/** A list like all others; of one person's sessions it is always the whole. */
export const sessionsOut = z.object({ data: z.array(sessionSchema), next_cursor: z.null() });

export const sentOut = z.object({ status: z.literal("verification_sent") });
export const acceptedOut = z.object({ status: z.literal("accepted") });
export const verifiedOut = z.object({ user: userSchema });
export const tokensOut = z
  .object({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.int(),
    refresh_token: z.string(),
    refresh_expires_in: z.int(),
  })
  .openapi("Tokens");
export const loginOut = tokensOut.extend({ user: userSchema }).openapi("SignedIn");
export const ticketOut = z.object({ ticket: z.string(), expires_in: z.int() });
