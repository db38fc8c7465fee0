import { counted, duration, ordinal, percentage } from "../amounts.ts";
import { board, figure } from "../blocks.ts";
import { fr } from "../french.ts";
import type { Letter } from "../letter.ts";
import {
  type ChallengeResultData,
  listed,
  printedScores,
  sharersOf,
  standingOf,
} from "./challenge-result.data.ts";

type Opening = { subject: string; heading: string; sentence: string };

// No participle agrees with the reader, whose gender is not known.
function openingOf(data: ChallengeResultData): Opening {
  const name = fr`« ${data.challenge_name} »`;
  const place = fr`${ordinal("fr", data.rank)} place sur ${data.participant_count}`;
  const over = fr`Le défi ${name} est terminé`;
  const sharers = listed(sharersOf(data), "et", (n) =>
    n === 1 ? "une autre personne" : `${n} autres`,
  );
  const tie = sharers === "" ? "" : fr` Tu partages cette place avec ${sharers}.`;
  const placed = { subject: fr`${place} : ${name}`, heading: fr`Ton résultat est là` };
  switch (standingOf(data)) {
    case "alone":
      return {
        subject: fr`${name} est terminé : ton résultat`,
        heading: fr`Un défi avec toi-même`,
        sentence: fr`${over}. Tu y participais en solo : la seule personne à battre, c’était toi.`,
      };
    case "silent":
      return {
        ...placed,
        sentence: fr`${over}, et tu prends la ${place}. Aucune de tes journées ne nous est parvenue : cette place en dit donc peu sur toi. La prochaine fois, tout le monde repart de zéro.`,
      };
    case "winner":
      return {
        subject: fr`Tu as gagné ${name}`,
        heading: fr`C’est gagné !`,
        sentence: fr`${over}, et personne n’a fait mieux que toi. Bravo, il fallait de la volonté.`,
      };
    case "joint_winner":
      return {
        subject: fr`1re place partagée : ${name}`,
        heading: fr`Première place, à plusieurs`,
        sentence: fr`${over}, et personne n’a fait mieux que toi : tu partages la 1re place avec ${sharers}. Bravo à vous !`,
      };
    case "podium":
      return {
        ...placed,
        heading: fr`Te voilà sur le podium`,
        sentence: fr`${over}, et tu prends la ${place}. Bravo !${tie}`,
      };
    case "last":
      return {
        ...placed,
        heading: fr`Tu as tenu jusqu’au bout`,
        sentence: fr`${over}, et tu prends la ${place}. Le plus difficile, c’est de regarder son temps en face, et tu l’as fait devant tout le monde. La prochaine fois, chacun repart de zéro.`,
      };
    case "field":
      return {
        ...placed,
        sentence: fr`${over}, et tu prends la ${place}. Tu as tenu jusqu’au bout, et ce n’est pas rien.${tie}`,
      };
  }
}

function meaningOf(data: ChallengeResultData, own: string): string {
  const days = counted("fr", data.days_total, "jour", "jours");
  if ("score_days" in data) return fr`Tu as tenu l’objectif ${own} sur ${data.days_total}.`;
  if ("score_percent" in data) {
    if (data.score_percent === 0) return fr`Ton temps est le même que la semaine d’avant.`;
    const less = data.score_percent > 0 ? "en moins" : "en plus";
    return fr`Tu as passé ${percentage("fr", data.score_percent)} de temps ${less} par rapport à la semaine d’avant.`;
  }
  if (data.days_total <= 1) return fr`Ton total : ${own}.`;
  const daily = duration(data.score_seconds / data.days_total);
  return fr`Ton total : ${own} en ${days}, soit environ ${daily} par jour.`;
}

function reportedOf({ days_reported, days_total }: ChallengeResultData): string {
  const missing = days_total - days_reported;
  if (days_reported === 0) {
    return fr`Chaque journée compte avec la durée que le défi prévoit dans ce cas.`;
  }
  if (missing <= 0) {
    return days_total === 1
      ? fr`La journée nous est bien parvenue.`
      : fr`Les ${counted("fr", days_total, "journée", "journées")} nous sont bien parvenues.`;
  }
  const days = counted("fr", missing, "journée", "journées");
  return missing === 1
    ? fr`${days} sur ${days_total} ne nous est pas parvenue : elle compte avec la durée que le défi prévoit dans ce cas.`
    : fr`${days} sur ${days_total} ne nous sont pas parvenues : elles comptent avec la durée que le défi prévoit dans ce cas.`;
}

/** The result in French. */
export function frenchResult(data: ChallengeResultData): Letter {
  const { subject, heading, sentence } = openingOf(data);
  const { own, lines } = printedScores("fr", data);
  const meaning = meaningOf(data, own);
  return {
    subject,
    preheader: meaning,
    heading,
    to: data.display_name,
    before: [
      sentence,
      figure(ordinal("fr", data.rank), fr`sur ${data.participant_count} · ${own}`),
      `${meaning} ${reportedOf(data)}`,
      ...(data.participant_count <= 1 ? [] : [board(fr`Le haut du classement`, "toi", lines)]),
    ],
    button: { label: fr`Voir tout le classement`, link: data.link },
    after: [],
    reason: fr`Tu reçois cet e-mail parce que tu participais à ce défi.`,
  };
}
