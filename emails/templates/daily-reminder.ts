import { counted, duration } from "../amounts.ts";
import { figure, pairs } from "../blocks.ts";
import { fr } from "../french.ts";
import type { Block } from "../letter.ts";
import { broadcast } from "../template.ts";
import { type DailyReminderData, trendOf } from "./daily-reminder.data.ts";

function englishTrend(data: DailyReminderData): string {
  const trend = trendOf(data);
  const average = duration(data.week_average_seconds ?? 0);
  switch (trend.kind) {
    case "unknown":
      return "Nothing of yesterday has reached us yet. Open Focus once, and it catches up.";
    case "first":
      return "This is your first full day with Focus. From now on you can watch it change.";
    case "same":
      return `That’s as much as on an average day of the week before: ${average}.`;
    case "less":
      return `That’s ${duration(trend.difference_seconds)} less than on an average day of the week before (${average}). Nicely done!`;
    case "more":
      return `That’s ${duration(trend.difference_seconds)} more than on an average day of the week before (${average}). Today is a new day.`;
  }
}

function frenchTrend(data: DailyReminderData): string {
  const trend = trendOf(data);
  const average = duration(data.week_average_seconds ?? 0);
  switch (trend.kind) {
    case "unknown":
      return fr`Rien de ta journée d’hier ne nous est encore parvenu. Ouvre Focus une fois, et tout se met à jour.`;
    case "first":
      return fr`C’est ta première journée complète avec Focus. À partir de maintenant, tu peux la voir évoluer.`;
    case "same":
      return fr`C’est autant qu’une journée moyenne de la semaine d’avant : ${average}.`;
    case "less":
      return fr`C’est ${duration(trend.difference_seconds)} de moins qu’une journée moyenne de la semaine d’avant (${average}). Bravo !`;
    case "more":
      return fr`C’est ${duration(trend.difference_seconds)} de plus qu’une journée moyenne de la semaine d’avant (${average}). Aujourd’hui, on repart de zéro.`;
  }
}

function englishLists({ limits, challenges }: DailyReminderData): Block[] {
  return [
    ...pairs(
      "Your limits today",
      limits.map(({ name, limit_seconds }) => ({ name, value: duration(limit_seconds) })),
    ),
    ...pairs(
      "Your challenges",
      challenges.map(({ name, days_left }) => ({
        name,
        value: days_left <= 1 ? "last day" : counted("en", days_left, "day left", "days left"),
      })),
    ),
  ];
}

const COLON = fr` :`;

function frenchLists({ limits, challenges }: DailyReminderData): Block[] {
  return [
    ...pairs(
      fr`Tes limites d’aujourd’hui`,
      limits.map(({ name, limit_seconds }) => ({ name, value: duration(limit_seconds) })),
      COLON,
    ),
    ...pairs(
      fr`Tes défis`,
      challenges.map(({ name, days_left }) => ({
        name,
        value:
          days_left <= 1 ? "dernier jour" : `encore ${counted("fr", days_left, "jour", "jours")}`,
      })),
      COLON,
    ),
  ];
}

/** Once a day, if they want it: yesterday's time beside the week's, today's limits, running challenges. */
export const dailyReminder = broadcast<DailyReminderData>({
  en: (data) => {
    const { yesterday_seconds, display_name, link } = data;
    const trend = englishTrend(data);
    return {
      subject:
        yesterday_seconds === null
          ? "Your day with Focus"
          : `Yesterday: ${duration(yesterday_seconds)} of screen time`,
      preheader: trend,
      heading: "A look at yesterday",
      to: display_name,
      before: [
        ...(yesterday_seconds === null
          ? []
          : [figure(duration(yesterday_seconds), "of screen time yesterday")]),
        trend,
        ...englishLists(data),
      ],
      button: { label: "See my day", link },
      after: [],
      reason: "You get this mail because you asked Focus for a daily reminder.",
    };
  },
  fr: (data) => {
    const { yesterday_seconds, display_name, link } = data;
    const trend = frenchTrend(data);
    return {
      subject:
        yesterday_seconds === null
          ? fr`Ta journée avec Focus`
          : fr`Hier : ${duration(yesterday_seconds)} de temps d’écran`,
      preheader: trend,
      heading: fr`Ta journée d’hier`,
      to: display_name,
      before: [
        ...(yesterday_seconds === null
          ? []
          : [figure(duration(yesterday_seconds), fr`de temps d’écran hier`)]),
        trend,
        ...frenchLists(data),
      ],
      button: { label: fr`Voir ma journée`, link },
      after: [],
      reason: fr`Tu reçois cet e-mail parce que tu as demandé un rappel quotidien à Focus.`,
    };
  },
});
