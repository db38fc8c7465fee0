import type { Instant } from "../../platform/time/instant.ts";
import { wallClockAt } from "../../platform/time/wall-clock.ts";

/** Zones all around the Earth, so that somewhere it is afternoon whenever the bench runs. */
const ZONES = [
  "Pacific/Auckland",
  "Australia/Sydney",
  "Asia/Tokyo",
  "Asia/Singapore",
  "Asia/Bangkok",
  "Asia/Dhaka",
  "Asia/Karachi",
  "Asia/Dubai",
  "Africa/Nairobi",
  "Africa/Cairo",
  "Europe/Paris",
  "Europe/London",
  "Atlantic/Azores",
  "America/Noronha",
  "America/Sao_Paulo",
  "America/Santiago",
  "America/New_York",
  "America/Chicago",
  "America/Denver",
  "America/Los_Angeles",
  "America/Anchorage",
  "Pacific/Honolulu",
];

/** The zones in which at `now` (UTC ms) most of the day is over, yet not all: 12 to 22 o'clock. */
export function afternoonZones(now: Instant): string[] {
  return ZONES.filter((zone) => {
    const { minute } = wallClockAt(now, zone);
    return minute >= 12 * 60 && minute < 22 * 60;
  });
}
