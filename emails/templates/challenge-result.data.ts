import { ordinal, scoreTexts, type Score } from "../amounts.ts";
import type { BoardLine } from "../blocks.ts";
import type { Locale } from "../letter.ts";

/** A line of the final board. Equal scores share a rank: 1, 2, 2, 4. */
export type PodiumLine = { rank: number; name: string; is_me: boolean } & Score;

/**
 * A participant's own result and the top of the board, best first. The score is the metric's:
 * `score_seconds`, `score_percent` (positive = less than before) or `score_days`.
 */
export type ChallengeResultData = {
  display_name: string;
  challenge_name: string;
  rank: number;
  participant_count: number;
  podium: readonly PodiumLine[];
  days_reported: number;
  days_total: number;
  link: string;
  unsubscribe_link: string;
} & Score;

/** What there is to say about a place. `silent`: no day was reported, so the place says nothing. */
export type Standing = "alone" | "silent" | "winner" | "joint_winner" | "podium" | "last" | "field";

/** The names on the podium that share the reader's rank, without the reader. */
export function sharersOf(data: ChallengeResultData): string[] {
  return data.podium
    .filter((line) => line.rank === data.rank && !line.is_me)
    .map((line) => line.name);
}

/** Which of the standings a result is; the last of all is `last` also on a podium of three. */
export function standingOf(data: ChallengeResultData): Standing {
  if (data.participant_count <= 1) return "alone";
  if (data.days_reported === 0) return "silent";
  if (data.rank === 1) return sharersOf(data).length === 0 ? "winner" : "joint_winner";
  if (data.rank >= data.participant_count) return "last";
  return data.rank <= 3 ? "podium" : "field";
}

/** The reader's score and the podium's lines, as they are printed. */
export function printedScores(
  locale: Locale,
  data: ChallengeResultData,
): { own: string; lines: BoardLine[] } {
  const [own = "", ...scores] = scoreTexts(locale, [data, ...data.podium]);
  const lines = data.podium.map(({ rank, name, is_me }, index) => ({
    place: ordinal(locale, rank),
    name,
    score: scores[index] ?? "",
    is_me,
  }));
  return { own, lines };
}

/** "Léa", "Léa and Tom", "Léa, Tom and 3 others"; empty without names. */
export function listed(
  names: readonly string[],
  and: string,
  others: (count: number) => string,
): string {
  if (names.length <= 2) return names.join(` ${and} `);
  return `${names.slice(0, 2).join(", ")} ${and} ${others(names.length - 2)}`;
}
