import { z } from "@hono/zod-openapi";
import { instantOut, text, timezoneSchema } from "../platform/http/schemas.ts";
import { formatInstant } from "../platform/time/instant.ts";
import { avatarUrl } from "./avatar-url.ts";
import type { UserRow } from "./users.store.ts";

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time, HH:MM");
export const localeSchema = z.enum(["en", "fr"]);
export const displayNameSchema = text(1, 50);

/** An address: ASCII, in lower case from here on, so that no other spelling of one ever matches it. */
export const emailSchema = z
  .email("must be an e-mail address")
  .max(254)
  .transform((email) => email.toLowerCase())
  .openapi({ type: "string", format: "email", maxLength: 254 });

const settingsSchema = z.object({
  daily_reminder: z.object({ enabled: z.boolean(), time: clockTime }),
  limit_emails: z.boolean(),
  challenge_emails: z.boolean(),
});

export const userSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    display_name: z.string(),
    avatar_url: z.string().nullable(),
    role: z.enum(["user", "admin"]),
    is_active: z.boolean(),
    email_verified_at: instantOut.nullable(),
    timezone: z.string(),
    day_start_minute: z.int().min(0).max(719),
    week_start: z.int().min(1).max(7),
    locale: localeSchema,
    settings: settingsSchema,
    created_at: instantOut,
    updated_at: instantOut,
  })
  .openapi("User");

/** The fields a user may change; the account's own (email, role, is_active) are not among them. */
export const profileChangesSchema = z
  .strictObject({
    display_name: displayNameSchema,
    timezone: timezoneSchema,
    day_start_minute: z.int().min(0).max(719),
    week_start: z.int().min(1).max(7),
    locale: localeSchema,
    settings: z
      .strictObject({
        daily_reminder: z.strictObject({ enabled: z.boolean(), time: clockTime }).partial(),
        limit_emails: z.boolean(),
        challenge_emails: z.boolean(),
      })
      .partial(),
  })
  .partial()
  .openapi("ProfileChanges");

/** An account as its owner sees it. */
export function userOut(user: UserRow, public_url: string): z.infer<typeof userSchema> {
  return {
    id: user.id,
    email: user.email,
    display_name: user.display_name,
    avatar_url: avatarUrl(public_url, user.avatar_key),
    role: user.role,
    is_active: user.is_active,
    email_verified_at:
      user.email_verified_at === null ? null : formatInstant(user.email_verified_at),
    timezone: user.timezone,
    day_start_minute: user.day_start_minute,
    week_start: user.week_start,
    locale: user.locale === "fr" ? "fr" : "en",
    settings: {
      daily_reminder: { enabled: user.reminder_enabled, time: user.reminder_time },
      limit_emails: user.limit_emails,
      challenge_emails: user.challenge_emails,
    },
    created_at: formatInstant(user.created_at),
    updated_at: formatInstant(user.updated_at),
  };
}
