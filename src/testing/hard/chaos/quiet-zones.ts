import { OwnDates, type Rule } from "../usage/own-dates.ts";

const DAY_S = 86_400;

/**
 * Whether no own day turns between two instants (s). A turn is tried elsewhere; here it would make
 * it a matter of milliseconds which day an alert belongs to.
 */
export function staysWithinItsDay(rules: readonly Rule[], from_s: number, to_s: number): boolean {
  const begin_s = Math.floor(from_s - 3 * DAY_S);
  const dates = new OwnDates(rules, begin_s, Math.floor(to_s + 3 * DAY_S));
  return dates.dayAt(from_s + 1).date === dates.dayAt(to_s).date;
}
