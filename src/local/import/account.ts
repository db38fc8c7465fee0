import { z } from "zod";
import type { Column } from "./header.ts";
import { readCreated } from "./created.ts";

/** An account of the old system that passed every check. */
export type Account = {
  /** In lower case. */
  email: string;
  password_hash: string;
  display_name: string;
  role: "user" | "admin";
  is_active: boolean;
  is_verified: boolean;
  /** UTC ms. */
  created_at: number;
};

const MAX_EMAIL = 254;
const MAX_NAME = 50;
const COST = { least: 4, most: 15 };
/** Beyond this cost, sign-in does not work on a hash: its owner sets a new password by mail. */
const MAX_CHECKED_COST = 12;

const address = z.email().max(MAX_EMAIL);
const BOOLEANS: Record<string, boolean | undefined> = {
  true: true,
  t: true,
  "1": true,
  false: false,
  f: false,
  "0": false,
};

/**
 * Checks a row by the API's own rules (a test holds the two together) and gives its account, or the
 * reasons why not, which repeat nothing of the row. An account without a date was created at `now` (UTC ms).
 */
export function readAccount(
  cells: Readonly<Record<Column, string>>,
  now: number,
): Account | { reasons: string[] } {
  const reasons: string[] = [];
  const email = cells.email.trim();
  if (!address.safeParse(email).success)
    reasons.push(`email: is no address (ASCII, at most ${MAX_EMAIL} characters)`);
  const password_hash = cells.hash.trim();
  const fault = faultOfHash(password_hash);
  if (fault !== null) reasons.push(`password hash: ${fault}`);
  const display_name = cells.name.replaceAll(/\p{Cc}+/gu, " ").trim();
  const length = [...display_name].length;
  if (length < 1 || length > MAX_NAME)
    reasons.push(`name: has ${length} characters, not 1 to ${MAX_NAME}`);
  const role = cells.role.trim().toLowerCase();
  if (role !== "user" && role !== "admin") reasons.push("role: is neither user nor admin");
  const is_active = BOOLEANS[cells.active.trim().toLowerCase()];
  if (is_active === undefined) reasons.push("active: is neither true nor false");
  const is_verified = BOOLEANS[cells.verified.trim().toLowerCase()];
  if (is_verified === undefined) reasons.push("verified: is neither true nor false");
  const created = cells.created.trim();
  const created_at = created === "" ? now : readCreated(created, now);
  if (created_at === null) reasons.push("created: is no ISO date-time between 2000 and now");
  if (reasons.length > 0) return { reasons };
  return {
    email: email.toLowerCase(),
    password_hash,
    display_name,
    role: role === "admin" ? "admin" : "user",
    is_active: is_active === true,
    is_verified: is_verified === true,
    created_at: created_at ?? now,
  };
}

/** Says whether sign-in will refuse to work on a hash, however right the password. */
export function isTooCostly(password_hash: string): boolean {
  return costOf(password_hash) > MAX_CHECKED_COST;
}

function faultOfHash(hash: string): string | null {
  if (!/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) return "is no whole bcrypt hash";
  const cost = costOf(hash);
  if (cost >= COST.least && cost <= COST.most) return null;
  return `cost ${cost} is not between ${COST.least} and ${COST.most}`;
}

function costOf(hash: string): number {
  return Number(hash.slice(4, 6));
}
