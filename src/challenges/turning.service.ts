import type { Locale } from "../../emails/index.ts";
import { withNewDeadline, type Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { logFault } from "../platform/log.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import type { JobPage } from "../jobs/index.ts";
import { queueMails, wakeMail, type OutgoingMail } from "../mail/index.ts";
import { usersByIds } from "../users/index.ts";
import { turnBoard } from "./board.client.ts";
import type { Entry } from "./board-entry.ts";
import { findChallenge, lockChallenge, pageOfDue, updateChallenge } from "./challenges.store.ts";
import { nextTurnOf, turned, windowOf, type Challenge, type Status } from "./lifecycle.ts";
import { dayRulesIn } from "./participants.store.ts";

const DUE_PAGE = 50;
const POKED_AT_ONCE = 5;
const POKE_PATIENCE_MS = 10 * SECOND_MS;

/**
 * Turns a challenge's status by one step if it still is `from` and its time has come at `now`; gives
 * the row as it stands then, or null where there is none. At the start the window is made anew from
 * those who take part, which may put the start off. Repeatable.
 */
export async function turnStatus(
  ctx: Context,
  challenge_id: string,
  from: Status,
  now: Instant,
): Promise<Challenge | null> {
  return await withTransaction(ctx, async (tx) => {
    const row = await lockChallenge(tx, challenge_id);
    if (!row || row.status !== from) return row;
    const window = await windowAtTurn(tx, row);
    const changes = { ...window, ...turned({ ...row, ...window }, now) };
    await updateChallenge(tx, challenge_id, now, changes);
    return { ...row, ...changes, updated_at: now, version: row.version + 1 };
  });
}

/**
 * Queues the result mails of these lines of a final board: to those who are active, have confirmed
 * their address and want mails of challenges. Each person gets one, however often this runs.
 */
export async function mailResults(
  ctx: Context,
  challenge_id: string,
  results: { total: number; podium: Entry[]; entries: Entry[] },
): Promise<void> {
  const challenge = await findChallenge(ctx, challenge_id);
  if (!challenge) return;
  const people = await usersByIds(
    ctx,
    results.entries.map((entry) => entry.user.id),
  );
  const readers = new Map(
    people
      .filter((user) => user.is_active && user.email_verified_at !== null && user.challenge_emails)
      .map((user) => [user.id, user]),
  );
  const mails = results.entries.flatMap(
    ({ rank, user, score, days_reported, days_total }): OutgoingMail[] => {
      const reader = readers.get(user.id);
      if (!reader) return [];
      return [
        {
          dedupe_key: `challenge-result/${challenge_id}/${user.id}`,
          user_id: user.id,
          to_address: reader.email,
          kind: "challenge-result",
          locale: localeOf(reader.locale),
          data: {
            display_name: reader.display_name,
            challenge_name: challenge.name,
            rank,
            participant_count: results.total,
            podium: results.podium.map((line) => ({
              rank: line.rank,
              // A person who has deleted their account since is on the board without a name.
              name: line.user.display_name || "–",
              is_me: line.user.id === user.id,
              ...scoreIn(challenge, line.score),
            })),
            days_reported,
            days_total,
            ...scoreIn(challenge, score),
          },
          link: { path: `/challenges/${challenge_id}` },
        },
      ];
    },
  );
  wakeMail(ctx, await queueMails(ctx, mails));
}

/**
 * The safety net under the boards' own alarms: has a page of the boards turn whose time had come at the
 * trigger's instant, those longest due first. Harmless twice, late or at once with the alarm. Counts
 * those that were due, and of them those that could not turn: the next run finds them again.
 */
export async function turnPage(ctx: Context, after: string | null): Promise<JobPage> {
  const now = ctx.clock.now();
  const page = await pageOfDue(ctx, now, after === null ? null : placeIn(after), DUE_PAGE);
  let failed = 0;
  for (let from = 0; from < page.length; from += POKED_AT_ONCE) {
    const some = page.slice(from, from + POKED_AT_ONCE);
    const turns = await Promise.all(some.map(async ({ id }) => await poke(ctx, id, now)));
    failed += turns.filter((wentWell) => !wentWell).length;
  }
  const last = page.length === DUE_PAGE ? page.at(-1) : undefined;
  return {
    counts: { due: page.length, failed },
    next_after: last ? `${last.next_turn_at}/${last.id}` : null,
  };
}

function placeIn(after: string): { next_turn_at: Instant; id: string } {
  const [next_turn_at, id = ""] = after.split("/");
  return { next_turn_at: Number(next_turn_at), id };
}

/** Until the start, people come, go and move house: what they play by, and so the start, is made anew. */
async function windowAtTurn(
  tx: Context,
  row: Challenge,
): Promise<Pick<Challenge, "starts_at" | "ends_at" | "next_turn_at">> {
  const { starts_at, ends_at, next_turn_at } = row;
  const played = row.status === "scheduled" ? windowOf(row, await dayRulesIn(tx, row.id)) : null;
  if (!played) return { starts_at, ends_at, next_turn_at };
  return { ...played, next_turn_at: nextTurnOf({ ...row, ...played }) };
}

/** A board of very many takes longer than this to end; it goes on by its own alarm. */
async function poke(ctx: Context, challenge_id: string, now: Instant): Promise<boolean> {
  try {
    return await turnBoard(withNewDeadline(ctx, POKE_PATIENCE_MS), challenge_id, now);
  } catch (error) {
    logFault("board_not_poked", error, { challenge_id });
    return false;
  }
}

/** A score in the terms of its metric, as the mail prints it. */
function scoreIn({ metric }: Challenge, score: number) {
  switch (metric) {
    case "least_time":
      return { score_seconds: score };
    case "most_reduction":
      return { score_percent: score };
    case "days_under_goal":
      return { score_days: score };
  }
}

function localeOf(locale: string): Locale {
  return locale === "fr" ? "fr" : "en";
}
