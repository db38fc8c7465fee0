import { v7 } from "uuid";
import type { Account } from "./account.ts";

/** A row of `users`, by its columns. */
export type UserRow = { id: string; email: string } & Record<
  string,
  string | number | boolean | null
>;

/** The row of an imported account, with what registration sets for a new one. `now` is UTC ms. */
export function userRowOf(account: Account, now: number): UserRow {
  const created_at = instantText(account.created_at);
  return {
    id: v7({ msecs: account.created_at }),
    email: account.email,
    password_hash: account.password_hash,
    display_name: account.display_name,
    role: account.role,
    is_active: account.is_active,
    email_verified_at: account.is_verified ? created_at : null,
    avatar_key: null,
    timezone: "UTC",
    day_start_minute: 0,
    week_start: 1,
    locale: "en",
    reminder_enabled: false,
    reminder_time: "20:00",
    limit_emails: true,
    challenge_emails: true,
    version: 1,
    created_at,
    updated_at: instantText(now),
  };
}

function instantText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace("T", " ");
}
