import type { Role } from "../platform/context.ts";
import type { Weekday } from "../platform/time/dates.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import type { CountingRule } from "../usage/index.ts";

/** What a user's object copies from MySQL: who they are, by which days they live, which sessions are good. */
export type Person = {
  user_id: string;
  display_name: string;
  avatar_url: string | null;
  role: Role;
  is_active: boolean;
  day_history: DayHistory;
  week_start: Weekday;
  /** The challenges they take part in, and how those count. */
  memberships: CountingRule[];
  live_sessions: string[];
};

/** The caller of a user's object: whose session it claims to be. */
export type Caller = {
  user_id: string;
  session_id: string;
  /** Set where this request has passed the door before: it is not counted again. */
  is_counted?: boolean;
};
