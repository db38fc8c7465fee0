import { chanceOf } from "../../demo/random.ts";
import { accountMadeAt, instant, type Account } from "../rows.ts";
import { nameOf, type Named } from "./names.ts";

const DAY_MS = 86_400_000;
/** How long ago the first of them came. */
const OPEN_DAYS = 700;
/** An account that was never confirmed is warned, and removed, later than this. */
const UNCONFIRMED_DAYS = 10;
const HOUR_MS = 3_600_000;
/** One account of so many is switched off. */
const OFF_EACH = 100;
/** So many administer. Each may send 100 requests a minute. */
export const ADMINS = 20;

/** Somebody with an account. */
export type Person = Named & Account & { is_admin: boolean };

/**
 * Makes `count` accounts as they came over 700 days before `now` (UTC ms), in that order: 20 administer,
 * one in a hundred is switched off, some of the newest are not confirmed yet.
 */
export function peopleOf(count: number, now: number, hash: string): Person[] {
  const chance = chanceOf(count);
  const admin_each = Math.floor(count / ADMINS);
  return Array.from({ length: count }, (_, index) => {
    const named = nameOf(index, chance);
    const ago = ((count - index) / count) * OPEN_DAYS * DAY_MS;
    const made = Math.floor(now - ago);
    const is_admin = index % admin_each === 0 && index / admin_each < ADMINS;
    const isOff = !is_admin && index % OFF_EACH === 3;
    const waits = !is_admin && !isOff && ago < UNCONFIRMED_DAYS * DAY_MS && index % 3 === 0;
    const confirmed_at = Math.min(now, made + chance.whole(30_000, HOUR_MS));
    const account = accountMadeAt(index, made, "UTC", hash);
    const own = {
      ...named,
      role: is_admin ? "admin" : "user",
      is_active: !isOff,
      email_verified_at: waits ? null : instant(confirmed_at),
      // Its keys are made beside it.
      search_version: 1,
    };
    return { ...account, ...named, is_admin, row: { ...account.row, ...own } };
  });
}
