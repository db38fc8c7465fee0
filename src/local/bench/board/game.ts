import { Client } from "@planetscale/database";
import { ownClock } from "../../demo/own-clock.ts";
import { accountOf, afternoonZones, contestOf, partOf, pastDaysOf } from "../rows.ts";
import { insertRows } from "../seed.ts";
import type { Line, Measurement } from "./wire.ts";

type Report = Measurement["reports"][number];

/** A large challenge, and what its board must show. */
export type Game = {
  challenge_id: string;
  /** Makes reports of today, each of another player from all over the board; to be called once. */
  report(wanted: number): Report[];
  /** Stores what was reported, as the objects of its authors would. */
  store(): Promise<void>;
  /** The board as a plain sort has it. */
  expected(): Line[];
};

/** Puts a running challenge of `count` people with their past days into MySQL, and keeps count of it. */
export async function makeGame(planetscale_url: string, count: number, now: number): Promise<Game> {
  const database = new Client({ url: planetscale_url });
  const zones = afternoonZones(now);
  const players = Array.from({ length: count }, (_, index) =>
    accountOf(index, now, zones[index % zones.length] ?? "UTC", "no password"),
  );
  const contest = contestOf("The marathon", players, now);
  const days = pastDaysOf(contest, players, 0, now);
  await insertRows(
    database,
    "users",
    players.map(({ row }) => row),
  );
  await insertRows(database, "challenges", [contest.row]);
  await insertRows(
    database,
    "challenge_participants",
    players.map((player) => partOf(contest, player)),
  );
  await insertRows(database, "challenge_days", days);
  const scores = new Map<string, number>(players.map(({ id }) => [id, 0]));
  const add = (id: string, seconds: number) => scores.set(id, (scores.get(id) ?? 0) + seconds);
  for (const { user_id, seconds } of days) add(String(user_id), Number(seconds));
  const reports: Report[] = [];
  return {
    challenge_id: contest.id,
    report(wanted: number): Report[] {
      const step = Math.max(1, Math.floor(count / wanted));
      const chosen = players.filter((_, at) => at % step === 0).slice(0, wanted);
      for (const [n, { id, timezone, row }] of chosen.entries()) {
        const seconds = (n * 37) % 5_000;
        const { date } = ownClock(now, timezone);
        const display_name = String(row["display_name"]);
        reports.push({ user_id: id, display_name, date, seconds, version: 2 });
        add(id, seconds);
      }
      return reports;
    },
    async store(): Promise<void> {
      const rows = reports.map(({ user_id, date, seconds, version }) => {
        return { challenge_id: contest.id, user_id, date, seconds, reported: true, version };
      });
      await insertRows(database, "challenge_days", rows);
    },
    expected(): Line[] {
      const sorted = [...scores].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
      let rank = 0;
      return sorted.map(([id, score], at) => {
        if (sorted[at - 1]?.[1] !== score) rank = at + 1;
        return [rank, id, score];
      });
    },
  };
}
