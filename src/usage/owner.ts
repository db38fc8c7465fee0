import type { DayHistory } from "../platform/time/own-day.ts";
import type { CountingRule } from "./board-days.ts";

/** Whose usage it is, as boards show them and by which rules it counts. */
export type Owner = {
  user_id: string;
  display_name: string;
  avatar_url: string | null;
  day_history: DayHistory;
  memberships: readonly CountingRule[];
};
