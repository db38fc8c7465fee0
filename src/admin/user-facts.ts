import type { Instant } from "../platform/time/instant.ts";
import type { UserRow } from "../users/index.ts";

/** An account with what an administrator wants to know of its use. */
export type UserFacts = {
  user: UserRow;
  sessions: { live: number; last_seen_at: Instant | null };
  challenges: { active: number; finished: number; won: number };
  blocked_rules: number;
  /** Of the seven own days that end with today, as far as MySQL knows them: seconds. */
  week_seconds: number;
};
