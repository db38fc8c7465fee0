import type { HardStack } from "../hard-stack.ts";
import { differencesOf, untilAgreed, type Difference } from "../usage/agreement.ts";
import { rowsOf } from "../usage/stored.ts";
import { ownDaysOf, reportedDays, standingOf, type Contest } from "./contest.ts";
import type { Member } from "./member.ts";
import type { Entry, Viewer } from "./viewer.ts";
import type { World } from "./world.ts";

/** The API rounds a reduction to the hundredth. */
const ROUNDED = 0.005_001;
const TOP = 50;

type Player = { member: Member; score: number };

/** A contest's participants, days and board: MySQL and the board against the model. Gives how much was compared. */
export async function compareContest(
  stack: HardStack,
  world: World,
  contest: Contest,
  viewers: readonly Viewer[],
  deadline: number,
): Promise<number> {
  const players = world.members.filter((one) => one.membershipIn(contest)?.state === "in");
  let compared = 0;
  const ask = async (): Promise<Difference[]> => {
    const places = await placeDifferences(stack, contest, players);
    if (places.length > 0) return places;
    const board = await boardOf(contest, players, world);
    compared = players.length * 2;
    return [
      ...(await dayDifferences(stack, contest, players)),
      ...(board ? boardDifferences(contest, players, board) : []),
      ...(board ? viewers.flatMap((viewer) => viewerDifferences(viewer, board)) : []),
    ];
  };
  for (const difference of await untilAgreed(ask, deadline)) {
    const user_id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(difference.where)?.[0];
    const member = world.members.find(({ phone }) => phone.user_id === user_id);
    const date = /\d{4}-\d\d-\d\d/.exec(difference.where)?.[0];
    world.differ({
      who: member?.name ?? "everybody",
      ...difference,
      where: `"${contest.name}" (${contest.id}, ${contest.metric}): ${difference.where}`,
      why: [
        `from ${contest.start_date} to ${contest.end_date}`,
        ...(member?.diaryOf(contest.id) ?? []),
        ...(member?.diaryOf("timezone") ?? []),
        ...(member && date !== undefined ? member.model.explain(date) : []),
      ],
    });
  }
  return compared;
}

/** Who takes part by MySQL, and by which zone: takes the zone over where it is one they can play by. */
async function placeDifferences(
  stack: HardStack,
  contest: Contest,
  players: readonly Member[],
): Promise<Difference[]> {
  const rows = await rowsOf<{ user_id: string; timezone: string; day_start_minute: number }>(
    stack.planetscale.url,
    "select user_id, timezone, day_start_minute from challenge_participants where challenge_id = ? and left_at is null",
    [contest.id],
  );
  const [counted] = await rowsOf<{ participant_count: number }>(
    stack.planetscale.url,
    "select participant_count from challenges where id = ?",
    [contest.id],
  );
  const expected = players.map(({ phone }) => [phone.user_id, "takes part"] as const);
  const found = rows.map(({ user_id, timezone, day_start_minute }) => {
    const member = players.find(({ phone }) => phone.user_id === user_id);
    const membership = member?.membershipIn(contest);
    if (!membership) return [user_id, "takes part"] as const;
    const { zones, part } = membership;
    const isPossible = zones.has(timezone) && day_start_minute === part.day_start_minute;
    if (!isPossible) return [user_id, `takes part by ${timezone}, never theirs since`] as const;
    part.timezone = timezone;
    return [user_id, "takes part"] as const;
  });
  return [
    ...differencesOf(
      "MySQL, participants",
      Object.fromEntries(expected),
      Object.fromEntries(found),
    ),
    ...differencesOf(
      "MySQL, challenges",
      { participant_count: `${players.length}` },
      { participant_count: `${counted?.participant_count}` },
    ),
  ];
}

async function dayDifferences(
  stack: HardStack,
  contest: Contest,
  players: readonly Member[],
): Promise<Difference[]> {
  const rows = await rowsOf<{ user_id: string; date: string; seconds: number }>(
    stack.planetscale.url,
    "select user_id, cast(date as char) as date, seconds from challenge_days where challenge_id = ? and reported = true",
    [contest.id],
  );
  const now_s = Date.now() / 1_000;
  return players.flatMap((member) => {
    const { phone, model } = member;
    const part = member.membershipIn(contest)?.part;
    if (!part) return [];
    const days = reportedDays(contest, part, model, ownDaysOf(part, now_s));
    const stored = rows.filter(({ user_id }) => user_id === phone.user_id);
    return differencesOf(
      `MySQL, challenge_days of ${phone.user_id}`,
      Object.fromEntries([...days].map(([date, seconds]) => [date, `${seconds} s`])),
      Object.fromEntries(stored.map(({ date, seconds }) => [date, `${seconds} s`])),
    );
  });
}

type Board = { total: number; entries: Entry[] };

/** The whole board, page by page, as somebody sees it who may. */
async function boardOf(
  contest: Contest,
  players: readonly Member[],
  world: World,
): Promise<Board | null> {
  const reader = players[0] ?? (contest.visibility === "public" ? world.members[0] : undefined);
  if (!reader) return null;
  const entries: Entry[] = [];
  let total = 0;
  for (let cursor: string | null = ""; cursor !== null;) {
    const at: string = cursor && `&cursor=${cursor}`;
    const path = `/challenges/${contest.id}/leaderboard?limit=100${at}`;
    const body = (await reader.insistQuietly("GET", path)).body;
    entries.push(...(body["entries"] as Entry[]));
    total = Number(body["total"]);
    cursor = body["next_cursor"] as string | null;
  }
  return { total, entries };
}

function boardDifferences(
  contest: Contest,
  players: readonly Member[],
  { total, entries }: Board,
): Difference[] {
  const now_s = Date.now() / 1_000;
  const expected: Record<string, string> = { total: `${players.length}` };
  const found: Record<string, string> = { total: `${total}` };
  const scored = players.flatMap((member): Player[] => {
    const part = member.membershipIn(contest)?.part;
    if (!part) return [];
    const standing = standingOf(contest, part, member.model, now_s);
    const entry = entries.find(({ user }) => user.id === member.phone.user_id);
    const isClose = entry && Math.abs(entry.score - standing.score) < ROUNDED;
    // A fraction may be rounded; everything else is exact.
    const score = isClose ? entry.score : standing.score;
    const line = { ...standing, score, display_name: member.display_name };
    expected[`the line of ${member.phone.user_id}`] = textOf(line);
    return [{ member, score }];
  });
  for (const { user, ...line } of entries) {
    found[`the line of ${user.id}`] = textOf({ ...line, display_name: user.display_name });
  }
  const isBetter = (a: number, b: number) => (contest.metric === "least_time" ? a < b : a > b);
  for (const { member, score } of scored) {
    const key = `the rank of ${member.phone.user_id}`;
    expected[key] = `${1 + scored.filter((other) => isBetter(other.score, score)).length}`;
    const entry = entries.find(({ user }) => user.id === member.phone.user_id);
    if (entry) found[key] = `${entry.rank}`;
  }
  return differencesOf("the board", expected, found);
}

function viewerDifferences(viewer: Viewer, board: Board): Difference[] {
  const who = `what ${viewer.member.phone.user_id} sees`;
  if (viewer.refused !== null) {
    return [{ where: who, expected: "an open socket", found: `closed with ${viewer.refused}` }];
  }
  const linesOf = (entries: Iterable<Entry>) =>
    Object.fromEntries(
      [...entries].map((entry) => [`the line of ${entry.user.id}`, JSON.stringify(entry)]),
    );
  const me = board.entries.find(({ user }) => user.id === viewer.member.phone.user_id) ?? null;
  return differencesOf(
    who,
    { ...linesOf(board.entries.slice(0, TOP)), total: `${board.total}`, me: JSON.stringify(me) },
    {
      ...linesOf(viewer.entries.values()),
      total: `${viewer.total}`,
      me: JSON.stringify(viewer.me),
    },
  );
}

function textOf(line: {
  score: number;
  days_reported: number;
  days_total: number;
  coverage: number;
  display_name: string;
}): string {
  const { score, days_reported, days_total, coverage, display_name } = line;
  // The API rounds to four digits.
  const covered = coverage.toFixed(4);
  return `${display_name}: ${score}, ${days_reported} of ${days_total} days, coverage ${covered}`;
}
