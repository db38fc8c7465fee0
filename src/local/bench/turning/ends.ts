import { v7 } from "uuid";
import { accountOf, type Account, type Row } from "../rows.ts";

const DAY_MS = 86_400_000;
const DAYS = 2;
const MISSING_DAY_SECONDS = 14_400;
/** How many an account takes part in, on the average. */
const PARTS_EACH = 4;

/** A line as `challenge_results` must hold it. */
export type Result = { user_id: string; rank: number; score: number; won: boolean };

/** A challenge that is due to end. */
export type Ending = { id: string; row: Row; parts: Row[]; days: Row[]; results: Result[] };

/** Many challenges that end at the same instant, and all who take part in them. */
export type Endings = {
  accounts: Account[];
  challenges: Ending[];
  /** Whom the results are mailed to, as `<challenge id>/<user id>`. */
  mailed: Set<string>;
};

/**
 * Makes `count` challenges of so many `participants` each, over accounts that take part in several. Their
 * last day ended with the last midnight UTC before `now` (UTC ms), and they leave no grace. One in ten
 * participants was silent on a day; one account in five wants no mails of challenges.
 */
export function endingsOf(count: number, participants: number, now: number, hash: string): Endings {
  const ends_at = Math.floor(now / DAY_MS) * DAY_MS;
  const size = Math.max(participants, Math.ceil((count * participants) / PARTS_EACH));
  const accounts = Array.from({ length: size }, (_, index) => {
    const account = accountOf(index, now, "UTC", hash);
    const email = `player.${index}@bench.example`;
    const challenge_emails = index % 5 !== 0;
    return { ...account, email, row: { ...account.row, email, challenge_emails } };
  });
  const mailed = new Set<string>();
  const challenges = Array.from({ length: count }, (_, at) => {
    const players = Array.from({ length: participants }, (__, place) => {
      return accounts[(at * participants + place) % size];
    }).filter((player) => player !== undefined);
    const ending = endingOf(at, players, ends_at);
    for (const { id, row } of players) {
      if (row["challenge_emails"]) mailed.add(`${ending.id}/${id}`);
    }
    return ending;
  });
  return { accounts, challenges, mailed };
}

function endingOf(at: number, players: readonly Account[], ends_at: number): Ending {
  const made = ends_at - 9 * DAY_MS;
  const id = v7({ msecs: made });
  const dates = Array.from({ length: DAYS }, (_, day) => dateOf(ends_at - (DAYS - day) * DAY_MS));
  const row: Row = {
    id,
    owner_id: players[0]?.id ?? null,
    name: `Challenge ${at}`,
    description: "",
    visibility: "public",
    apps: "[]",
    categories: "[]",
    metric: "least_time",
    start_date: dates[0] ?? null,
    end_date: dates.at(-1) ?? null,
    missing_day_seconds: MISSING_DAY_SECONDS,
    grace_hours: 0,
    participant_count: players.length,
    status: "running",
    starts_at: instant(ends_at - DAYS * DAY_MS),
    ends_at: instant(ends_at),
    next_turn_at: instant(ends_at),
    version: 1,
    created_at: instant(made),
    updated_at: instant(made),
  };
  const joined_at = instant(made);
  const parts = players.map(({ id: user_id }) => {
    return { challenge_id: id, user_id, timezone: "UTC", day_start_minute: 0, joined_at };
  });
  const days: Row[] = [];
  const scores = players.map(({ id: user_id }, place): [user_id: string, score: number] => {
    let score = 0;
    for (const [day, date] of dates.entries()) {
      const isSilent = (at + place) % 10 === 0 && day === 0;
      // Few different ones, so that many are equal.
      const seconds = (((at + 1) * 31 + place * 17 + day * 7) % 40) * 300;
      score += isSilent ? MISSING_DAY_SECONDS : seconds;
      if (isSilent) continue;
      days.push({ challenge_id: id, user_id, date, seconds, reported: true, version: 1 });
    }
    return [user_id, score];
  });
  return { id, row, parts, days, results: ranked(scores) };
}

function ranked(scores: [user_id: string, score: number][]): Result[] {
  const sorted = scores.toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  let rank = 0;
  return sorted.map(([user_id, score], at) => {
    if (sorted[at - 1]?.[1] !== score) rank = at + 1;
    return { user_id, rank, score, won: rank === 1 };
  });
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function instant(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace("T", " ");
}
