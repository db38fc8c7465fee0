const formats = new Map<string, Intl.DateTimeFormat>();

/** What a zone's wall clock reads: own date `YYYY-MM-DD`, its weekday `Mon`, and time `HH:MM`. */
export type OwnClock = { date: string; weekday: string; time: string };

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** What a zone's wall clock reads at an instant (UTC ms). */
export function ownClock(instant: number, timezone: string): OwnClock {
  let format = formats.get(timezone);
  if (!format) {
    // Swedes write dates as ISO 8601 does.
    format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: timezone,
      dateStyle: "short",
      timeStyle: "short",
    });
    formats.set(timezone, format);
  }
  const [date = "", time = ""] = format.format(instant).split(" ");
  return { date, weekday: WEEKDAYS[new Date(date).getUTCDay()] ?? "", time };
}

/** How many days lie between a date and a later one. */
export function daysFrom(date: string, later: string): number {
  return (Date.parse(later) - Date.parse(date)) / 86_400_000;
}

/** The date that many days later, earlier for a negative number. */
export function shiftDate(date: string, days: number): string {
  const midnight = new Date(`${date}T00:00:00Z`);
  midnight.setUTCDate(midnight.getUTCDate() + days);
  return midnight.toISOString().slice(0, 10);
}

/** The instant (UTC ms) at which a zone's date begins, on zones that change their clocks at night. */
export function startOfDate(date: string, timezone: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  let instant = wanted;
  // The offset at the first guess may be that of the day before a change of clocks; the second is right.
  for (let round = 0; round < 2; round += 1) {
    const { date: read, time } = ownClock(instant, timezone);
    instant += wanted - Date.parse(`${read}T${time}:00Z`);
  }
  return instant;
}
