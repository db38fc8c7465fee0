import { v7 } from "uuid";
import { chanceOf } from "../../demo/random.ts";
import { instant, type Row } from "../rows.ts";

const DAY_MS = 86_400_000;
const OPEN_DAYS = 400;
const WEEK_MS = 7 * DAY_MS;
const PLAYERS = 5;
/** One challenge of so many has the rare name. */
const RARE_EACH = 4_000;
export const RARE_CONTEST = "Phoenix";

const WHAT = ["Less", "No", "Half the", "A week without", "Evenings off", "Sundays without"];
const OF = ["social media", "Video", "TikTok", "games", "Reddit", "the phone", "YouTube", "news"];

/** A challenge and who takes part. */
export type Contest = { id: string; made: number; row: Row; parts: Row[] };

/**
 * Makes `count` challenges as they were made over 400 days before `now` (UTC ms), in that order, of five
 * people each: most are over, the newest tenth is about to start, runs or settles; a third is private.
 */
export function contestsOf(
  count: number,
  people: readonly { id: string }[],
  now: number,
): Contest[] {
  const chance = chanceOf(count);
  return Array.from({ length: count }, (_, index) => {
    const made = Math.floor(now - ((count - index) / count) * OPEN_DAYS * DAY_MS);
    const id = v7({ msecs: made });
    const players = Array.from({ length: PLAYERS }, (__, place) => {
      return people[(index * 3 + place) % people.length]?.id ?? null;
    });
    const isNew = index >= count * 0.9;
    const status = isNew
      ? chance.pick(["scheduled", "running", "running", "settling"])
      : chance.happens(0.05)
        ? "cancelled"
        : "final";
    const rare = index % RARE_EACH === 17 ? `${RARE_CONTEST} ` : "";
    const [starts_at, ends_at] = span(status, made, now);
    const isPrivate = index % 3 === 0;
    const row: Row = {
      id,
      owner_id: players[0] ?? null,
      name: `${rare}${chance.pick(WHAT)} ${chance.pick(OF)} ${index}`,
      description: "Whoever wins is invited to dinner by the others.",
      visibility: isPrivate ? "private" : "public",
      invite_code: isPrivate ? codeOf(index) : null,
      apps: "[]",
      categories: "[]",
      metric: "least_time",
      start_date: dateOf(starts_at),
      end_date: dateOf(ends_at - DAY_MS),
      missing_day_seconds: 14_400,
      grace_hours: 12,
      participant_count: PLAYERS,
      status,
      starts_at: instant(starts_at),
      ends_at: instant(ends_at),
      // Nothing turns while it is measured.
      next_turn_at: isNew ? instant(now + WEEK_MS) : null,
      version: 1,
      created_at: instant(made),
      updated_at: instant(made),
    };
    const rules = { timezone: "UTC", day_start_minute: 0, joined_at: instant(made), left_at: null };
    const parts = players.map((user_id) => ({ challenge_id: id, user_id, ...rules }));
    return { id, made, row, parts };
  });
}

function span(status: string, made: number, now: number): [starts_at: number, ends_at: number] {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  if (status === "scheduled") return [midnight + WEEK_MS, midnight + 2 * WEEK_MS];
  if (status === "running") return [midnight - DAY_MS, midnight + WEEK_MS];
  if (status === "settling") return [midnight - WEEK_MS, midnight];
  const start = Math.floor(made / DAY_MS) * DAY_MS + DAY_MS;
  return [start, start + WEEK_MS];
}

function codeOf(index: number): string {
  return index.toString(36).toUpperCase().padStart(8, "0");
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
