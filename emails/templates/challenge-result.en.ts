import { counted, duration, ordinal, percentage } from "../amounts.ts";
import { board, figure } from "../blocks.ts";
import type { Letter } from "../letter.ts";
import {
  type ChallengeResultData,
  listed,
  printedScores,
  sharersOf,
  standingOf,
} from "./challenge-result.data.ts";

type Opening = { subject: string; heading: string; sentence: string };

function openingOf(data: ChallengeResultData): Opening {
  const name = `“${data.challenge_name}”`;
  const place = `${ordinal("en", data.rank)} of ${data.participant_count}`;
  const sharers = listed(sharersOf(data), "and", (n) => (n === 1 ? "one more" : `${n} others`));
  const tie = sharers === "" ? "" : ` You share this place with ${sharers}.`;
  const placed = { subject: `You came ${place} in ${name}`, heading: "Your result is in" };
  switch (standingOf(data)) {
    case "alone":
      return {
        subject: `${name} is over: your result`,
        heading: "A challenge with yourself",
        sentence: `${name} is over. You were the only one in it, so the only person to beat was you.`,
      };
    case "silent":
      return {
        ...placed,
        sentence: `${name} is over, and you came ${place}. None of your days reached us, so that says little about how you really did. Next time, everybody starts from zero again.`,
      };
    case "winner":
      return {
        subject: `You won “${data.challenge_name}”`,
        heading: "You won!",
        sentence: `${name} is over, and nobody did better than you. Congratulations, that took some resolve.`,
      };
    case "joint_winner":
      return {
        subject: `Shared 1st place in ${name}`,
        heading: "First place, shared",
        sentence: `${name} is over, and nobody did better than you: you share 1st place with ${sharers}. Congratulations to you all!`,
      };
    case "podium":
      return {
        ...placed,
        heading: "You made the podium",
        sentence: `${name} is over, and you came ${place}. Well done!${tie}`,
      };
    case "last":
      return {
        ...placed,
        heading: "You saw it through",
        sentence: `${name} is over, and you came ${place}. The hard part is to look at your own time honestly, and you did that in front of everyone. Next time, everybody starts from zero again.`,
      };
    case "field":
      return {
        ...placed,
        sentence: `${name} is over, and you came ${place}. You saw it through to the end, and that counts for something.${tie}`,
      };
  }
}

function meaningOf(data: ChallengeResultData, own: string): string {
  const days = counted("en", data.days_total, "day", "days");
  if ("score_days" in data) return `You stayed under the goal on ${data.score_days} of ${days}.`;
  if ("score_percent" in data) {
    if (data.score_percent === 0) return "Your time was the same as in the week before.";
    const less = data.score_percent > 0 ? "less" : "more";
    return `You spent ${percentage("en", data.score_percent)} ${less} time than in the week before.`;
  }
  if (data.days_total <= 1) return `Your total is ${own}.`;
  const daily = duration(data.score_seconds / data.days_total);
  return `Your total is ${own} in ${days}, about ${daily} a day.`;
}

function reportedOf({ days_reported, days_total }: ChallengeResultData): string {
  const missing = days_total - days_reported;
  if (days_reported === 0) {
    return "Each day counted with the time the challenge sets for a day without a report.";
  }
  if (missing <= 0) {
    return days_total === 1
      ? "The day was reported."
      : `All ${counted("en", days_total, "day", "days")} were reported.`;
  }
  const days = counted("en", days_total, "day", "days");
  return `${missing} of ${days} had no report, and counted with the time the challenge sets for that.`;
}

/** The result in English. */
export function englishResult(data: ChallengeResultData): Letter {
  const { subject, heading, sentence } = openingOf(data);
  const { own, lines } = printedScores("en", data);
  const meaning = meaningOf(data, own);
  return {
    subject,
    preheader: meaning,
    heading,
    to: data.display_name,
    before: [
      sentence,
      figure(ordinal("en", data.rank), `of ${data.participant_count} · ${own}`),
      `${meaning} ${reportedOf(data)}`,
      ...(data.participant_count <= 1 ? [] : [board("The top of the board", "you", lines)]),
    ],
    button: { label: "See the full board", link: data.link },
    after: [],
    reason: "You get this mail because you took part in this challenge.",
  };
}
