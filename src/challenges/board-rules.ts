import type { Challenge } from "./lifecycle.ts";

/** What a board needs to know of its challenge. */
export type BoardRules = Pick<
  Challenge,
  | "id"
  | "owner_id"
  | "visibility"
  | "apps"
  | "categories"
  | "metric"
  | "goal_seconds"
  | "start_date"
  | "end_date"
  | "missing_day_seconds"
  | "grace_hours"
  | "status"
  | "starts_at"
  | "ends_at"
  | "next_turn_at"
  | "version"
> & {
  /** Set before the results are written: from here on no score moves. */
  is_frozen: boolean;
};
