import { addDays, type OwnDate } from "../platform/time/dates.ts";
import { HOUR_MS, type Instant } from "../platform/time/instant.ts";
import { dayStart, type DayRule } from "../platform/time/own-day.ts";

export const METRICS = ["least_time", "most_reduction", "days_under_goal"] as const;
export type Metric = (typeof METRICS)[number];

export const STATUSES = ["scheduled", "running", "settling", "final", "cancelled"] as const;
export type Status = (typeof STATUSES)[number];

/** Those in which a score can still move. */
export const OPEN_STATUSES = ["scheduled", "running", "settling"] as const satisfies Status[];
/** Those in which one can still enter. */
export const JOINABLE_STATUSES = ["scheduled", "running"] as const satisfies Status[];

/** A challenge and the rules it is played by. */
export type Challenge = {
  id: string;
  /** Null once the owner's account is gone. */
  owner_id: string | null;
  name: string;
  description: string;
  visibility: "public" | "private";
  invite_code: string | null;
  apps: string[];
  categories: string[];
  metric: Metric;
  goal_seconds: number | null;
  start_date: OwnDate;
  end_date: OwnDate;
  missing_day_seconds: number;
  grace_hours: number;
  max_participants: number | null;
  participant_count: number;
  status: Status;
  /** Who called it off; null where nobody did. */
  called_off_by: "owner" | "admin" | null;
  starts_at: Instant;
  ends_at: Instant;
  next_turn_at: Instant | null;
  /** Rises with every change of the row, so that of two copies the newer one is known. */
  version: number;
  created_at: Instant;
  updated_at: Instant;
};

/** From the first participant's first own day to the end of the last one's last own day, UTC ms. */
export type Window = { starts_at: Instant; ends_at: Instant };

/** What decides when a status turns. */
export type Turning = Pick<
  Challenge,
  "status" | "starts_at" | "ends_at" | "grace_hours" | "next_turn_at"
>;

/** The window of a challenge played by these day rules; null without any. */
export function windowOf(
  dates: Pick<Challenge, "start_date" | "end_date">,
  rules: Iterable<DayRule>,
): Window | null {
  let starts_at = Infinity;
  let ends_at = -Infinity;
  for (const rule of rules) {
    starts_at = Math.min(starts_at, dayStart(dates.start_date, rule));
    ends_at = Math.max(ends_at, dayStart(addDays(dates.end_date, 1), rule));
  }
  return starts_at === Infinity ? null : { starts_at, ends_at };
}

/** The window that holds both, for one more who takes part. */
export function widened(window: Window, other: Window): Window {
  return {
    starts_at: Math.min(window.starts_at, other.starts_at),
    ends_at: Math.max(window.ends_at, other.ends_at),
  };
}

/** Whether a score can still move. */
export function isOpen(status: Status): boolean {
  return OPEN_STATUSES.some((open) => open === status);
}

/** Whether the last day is over, at the instant `now`, for everybody who takes or took part. */
export function hasEnded({ status, ends_at }: Pick<Turning, "status" | "ends_at">, now: Instant) {
  return status !== "scheduled" && ends_at <= now;
}

/**
 * When a status turns into the next one by the dates and the grace; null for one that never does. A
 * turn may be due sooner: its owner ends the grace, and what was called off has people to be told.
 */
export function nextTurnOf(challenge: Omit<Turning, "next_turn_at">): Instant | null {
  switch (challenge.status) {
    case "scheduled":
      return challenge.starts_at;
    case "running":
      return challenge.ends_at;
    case "settling":
      return challenge.ends_at + challenge.grace_hours * HOUR_MS;
    case "final":
    case "cancelled":
      return null;
  }
}

/**
 * The status at the instant `now` and when it turns next: one step at most, so that whoever turns
 * does the work of each step. Nothing moves before its `next_turn_at`.
 */
export function turned(challenge: Turning, now: Instant): Pick<Turning, "status" | "next_turn_at"> {
  const { status, next_turn_at } = challenge;
  if (next_turn_at === null || next_turn_at > now) return { status, next_turn_at };
  const next = after(status);
  return { status: next, next_turn_at: nextTurnOf({ ...challenge, status: next }) };
}

function after(status: Status): Status {
  switch (status) {
    case "scheduled":
      return "running";
    case "running":
      return "settling";
    case "settling":
    case "final":
      return "final";
    case "cancelled":
      return "cancelled";
  }
}
