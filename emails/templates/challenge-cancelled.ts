import { fr } from "../french.ts";
import { broadcast } from "../template.ts";

/** `link` opens the app at the person's challenges. */
export type ChallengeCancelledData = {
  display_name: string;
  challenge_name: string;
  link: string;
  unsubscribe_link: string;
};

/** Tells a participant that a challenge was called off. */
export const challengeCancelled = broadcast<ChallengeCancelledData>({
  en: ({ display_name, challenge_name, link }) => ({
    subject: `“${challenge_name}” was called off`,
    preheader: "There will be no result, but your own statistics and limits stay as they are.",
    heading: "This one was called off",
    to: display_name,
    before: [
      `The challenge “${challenge_name}” was cancelled, so it ends without a result and nobody is ranked.`,
      "Nothing of yours is lost: your time stays in your own statistics, and your limits go on as before.",
    ],
    button: { label: "See my challenges", link },
    after: ["Feel like another round? Join one that is still open, or start your own."],
    reason: "You get this mail because you took part in this challenge.",
  }),
  fr: ({ display_name, challenge_name, link }) => ({
    subject: fr`« ${challenge_name} » est annulé`,
    preheader: fr`Il n’y aura pas de résultat, mais tes statistiques et tes limites restent les mêmes.`,
    heading: fr`Ce défi est annulé`,
    to: display_name,
    before: [
      fr`Le défi « ${challenge_name} » a été annulé : il se termine sans résultat ni classement.`,
      fr`Tu ne perds rien : ton temps reste dans tes statistiques, et tes limites continuent comme avant.`,
    ],
    button: { label: fr`Voir mes défis`, link },
    after: [fr`Envie d’en faire un autre ? Rejoins un défi encore ouvert, ou lance le tien.`],
    reason: fr`Tu reçois cet e-mail parce que tu participais à ce défi.`,
  }),
});
