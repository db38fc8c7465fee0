import type { Locale } from "./letter.ts";

/** A challenge's score, by its metric: total time, percent less than before, days under the goal. */
export type Score = { score_seconds: number } | { score_percent: number } | { score_days: number };

const NO_BREAK_SPACE = "\u00a0";
const NARROW_NO_BREAK_SPACE = "\u202f";

function englishSuffix(rank: number): string {
  const isTeen = rank % 100 >= 11 && rank % 100 <= 13;
  if (isTeen) return "th";
  return ["th", "st", "nd", "rd"][rank % 10] ?? "th";
}

/** A rank (1, 2, …) as an ordinal: "2nd"; in French in the feminine, to stand before "place". */
export function ordinal(locale: Locale, rank: number): string {
  if (locale === "en") return `${rank}${englishSuffix(rank)}`;
  return rank === 1 ? "1re" : `${rank}e`;
}

/** "1 day", "2 days"; French keeps the singular for 0. The blank does not break. */
export function counted(locale: Locale, count: number, one: string, many: string): string {
  const isSingular = locale === "fr" ? Math.abs(count) < 2 : count === 1;
  return `${count}${NO_BREAK_SPACE}${isSingular ? one : many}`;
}

/**
 * Seconds as "3 h 05 min", "12 min" or "45 s", cut to whole minutes from one minute on, or with
 * the seconds when `exact` ("3 h 05 min 09 s"). The same in both languages; blanks do not break.
 */
export function duration(seconds: number, exact = false): string {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const min = Math.floor((whole % 3600) / 60);
  const s = whole % 60;
  const padded = (part: number, isFirst: boolean) => String(part).padStart(isFirst ? 1 : 2, "0");
  const parts: string[] = [];
  if (h > 0) parts.push(`${h} h`);
  if (h > 0 || min > 0 || whole === 0) parts.push(`${padded(min, h === 0)} min`);
  if (whole > 0 && (exact || whole < 60)) parts.push(`${padded(s, whole < 60)} s`);
  return parts.join(" ").replaceAll(" ", NO_BREAK_SPACE);
}

/** A percentage without its sign, rounded to one decimal: "38%", in French "38 %". */
export function percentage(locale: Locale, percent: number): string {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(
    Math.abs(percent),
  );
  return locale === "fr" ? `${number}${NARROW_NO_BREAK_SPACE}%` : `${number}%`;
}

function reduction(locale: Locale, percent: number): string {
  const amount = percentage(locale, percent);
  const words = locale === "en" ? ["less", "more"] : ["de moins", "de plus"];
  return `${amount} ${words[percent >= 0 ? 0 : 1]}`.replaceAll(" ", NO_BREAK_SPACE);
}

/**
 * The scores of one board as texts, in their order. Times are shown to the minute; those that
 * differ but would look alike, so that their ranks seem wrong, are shown to the second.
 */
export function scoreTexts(locale: Locale, scores: readonly Score[]): string[] {
  const byMinute = Map.groupBy(
    new Set(scores.flatMap((score) => ("score_seconds" in score ? [score.score_seconds] : []))),
    (seconds) => duration(seconds),
  );
  return scores.map((score) => {
    if ("score_percent" in score) return reduction(locale, score.score_percent);
    if ("score_seconds" in score) {
      const toTheMinute = duration(score.score_seconds);
      const isAlone = byMinute.get(toTheMinute)?.length === 1;
      return isAlone ? toTheMinute : duration(score.score_seconds, true);
    }
    return locale === "en"
      ? counted(locale, score.score_days, "day", "days")
      : counted(locale, score.score_days, "jour", "jours");
  });
}
