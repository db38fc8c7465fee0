import { randomBytes, scryptSync } from "node:crypto";
import { v7 } from "uuid";
import { ownClock, shiftDate, startOfDate } from "../demo/own-clock.ts";

const DAY_MS = 86_400_000;
const MISSING_DAY_SECONDS = 14_400;
const GRACE_HOURS = 12;

/** A row as it goes into MySQL, by its columns. */
export type Row = Record<string, string | number | boolean | null>;

/** An account that the bench makes: its row, and what else hangs on it. */
export type Account = { id: string; email: string; timezone: string; row: Row };

/** A challenge that the bench makes. */
export type Contest = { id: string; start_date: string; row: Row };

/** Hashes a password as the API stores it, at scrypt's cost `N`. */
export function storedPassword(password: string, N: number): string {
  const salt = randomBytes(16);
  const key = scryptSync(password, salt, 32, { N, r: 8, p: 3, maxmem: 64 * 1024 * 1024 });
  return `$scrypt$ln=${Math.log2(N)},r=8,p=3$${base64(salt)}$${base64(key)}`;
}

/** An account that was made ten days before `now` (UTC ms), verified, with the API's defaults. */
export function accountOf(index: number, now: number, timezone: string, hash: string): Account {
  return accountMadeAt(index, now - 10 * DAY_MS, timezone, hash);
}

/** The same, made at an instant (UTC ms). */
export function accountMadeAt(
  index: number,
  made: number,
  timezone: string,
  hash: string,
): Account {
  const id = v7({ msecs: made });
  const email = `person.${index}@bench.example`;
  const row: Row = {
    id,
    email,
    password_hash: hash,
    display_name: `Person ${index}`,
    role: "user",
    is_active: true,
    email_verified_at: instant(made),
    timezone,
    day_start_minute: 0,
    week_start: 1,
    locale: "en",
    reminder_enabled: false,
    reminder_time: "20:00",
    limit_emails: true,
    challenge_emails: true,
    version: 1,
    created_at: instant(made),
    updated_at: instant(made),
  };
  return { id, email, timezone, row };
}

/** By which days an account lives, from its beginning on. */
export function dayRuleOf({ id, timezone, row }: Account): Row {
  return { user_id: id, since: row["created_at"] ?? null, timezone, day_start_minute: 0 };
}

/** A public challenge over all apps that has run for six days and runs for seven more. */
export function contestOf(name: string, players: readonly Account[], now: number): Contest {
  const { date } = ownClock(now, "UTC");
  const [start_date, end_date] = [shiftDate(date, -6), shiftDate(date, 7)];
  const starts = players.map(({ timezone }) => startOfDate(start_date, timezone));
  const ends = players.map(({ timezone }) => startOfDate(shiftDate(end_date, 1), timezone));
  const ends_at = instant(Math.max(...ends));
  const made = now - 9 * DAY_MS;
  const id = v7({ msecs: made });
  const row: Row = {
    id,
    owner_id: players[0]?.id ?? null,
    name,
    description: "",
    visibility: "public",
    apps: "[]",
    categories: "[]",
    metric: "least_time",
    start_date,
    end_date,
    missing_day_seconds: MISSING_DAY_SECONDS,
    grace_hours: GRACE_HOURS,
    participant_count: players.length,
    status: "running",
    starts_at: instant(Math.min(...starts)),
    ends_at,
    next_turn_at: ends_at,
    version: 1,
    created_at: instant(made),
    updated_at: instant(made),
  };
  return { id, start_date, row };
}

/** A player's part in a challenge, from before its start on. */
export function partOf({ id: challenge_id }: Contest, { id, timezone, row }: Account): Row {
  const joined_at = row["created_at"] ?? null;
  return { challenge_id, user_id: id, timezone, day_start_minute: 0, joined_at };
}

/**
 * The days of a contest's players before today. The first `racers` of them used little, so that they
 * lead and viewers see them; the others two to four hours a day.
 */
export function pastDaysOf(
  { id, start_date }: Contest,
  players: readonly Account[],
  racers: number,
  now: number,
): Row[] {
  return players.flatMap((player, place) => {
    const today = ownClock(now, player.timezone).date;
    const seconds = place < racers ? 300 + place : 2 * 3_600 + ((place * 977) % (2 * 3_600));
    const rows: Row[] = [];
    for (let date = start_date; date < today; date = shiftDate(date, 1)) {
      rows.push({
        challenge_id: id,
        user_id: player.id,
        date,
        seconds,
        reported: true,
        version: 1,
      });
    }
    return rows;
  });
}

/** So many of the people have a year of counters behind them, and as many after them a week. */
export const YEAR_PEOPLE = 20;
const YEAR_DAYS = 365;
const WEEK_DAYS = 7;

/** The daily counters of somebody's days before today, as 200 intervals a day leave them behind. */
export function countersOf({ id, timezone }: Account, index: number, now: number): Row[] {
  const days = index < YEAR_PEOPLE ? YEAR_DAYS : index < 2 * YEAR_PEOPLE ? WEEK_DAYS : 0;
  const today = ownClock(now, timezone).date;
  return Array.from({ length: days }, (_, back) => shiftDate(today, -1 - back)).flatMap((date) => {
    const row = (scope: string, name: string, seconds: number, category: string | null): Row => {
      return { user_id: id, date, scope, name, category, label: null, seconds, version: 1 };
    };
    const apps = APPS.map(([app, category], place) => row("app", app, 600 + 60 * place, category));
    const categories = [...new Set(APPS.map(([, category]) => category))];
    return [
      row("total", "", 3 * 3_600, null),
      ...apps,
      ...categories.map((category) => row("category", category, 1_800, null)),
      row("device", "phone", 3 * 3_600, null),
    ];
  });
}

const APPS: readonly [string, string][] = [
  ["instagram", "social"],
  ["tiktok", "video"],
  ["youtube", "video"],
  ["whatsapp", "messaging"],
  ["x", "social"],
  ["reddit", "social"],
  ["chrome", "browsing"],
  ["spotify", "music"],
];

/** The zones in which at `now` most of the day is over, yet not all: 12 to 22 o'clock. */
export function afternoonZones(now: number): string[] {
  return ZONES.filter((zone) => {
    const hour = Number(ownClock(now, zone).time.slice(0, 2));
    return hour >= 12 && hour < 22;
  });
}

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

/** An instant (UTC ms) as MySQL's `datetime(3)` takes it. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace("T", " ");
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
