import { fr } from "../french.ts";
import { transactional } from "../template.ts";

/** `app_link` opens the app's start page; without it the mail has no button. */
export type AccountDeletedData = { display_name: string; app_link?: string };

const buttonTo = (label: string, link: string | undefined) =>
  link === undefined ? null : { label, link };

/** Says good-bye once an account and its data are gone; the last mail to an address. */
export const accountDeleted = transactional<AccountDeletedData>({
  en: ({ display_name, app_link }) => ({
    subject: "Your Focus account has been deleted",
    preheader: "Your data is gone with it. Thank you for the time you gave us.",
    heading: "Your account is deleted",
    to: display_name,
    before: [
      "Your Focus account is gone, and your data with it. The boards of your challenges keep your places, but not your name.",
      "Thank you for the time you gave us. We hope you take a little more of it with you.",
      "Should you ever feel like it, the door is open: you can start afresh with this address.",
    ],
    button: buttonTo("Visit Focus", app_link),
    after: ["Good-bye, and take care!"],
    reason: "You get this mail because your Focus account was deleted. It is the last one.",
  }),
  fr: ({ display_name, app_link }) => ({
    subject: fr`Ton compte Focus est supprimé`,
    preheader: fr`Tes données aussi. Merci pour ce bout de chemin.`,
    heading: fr`Ton compte est supprimé`,
    to: display_name,
    before: [
      fr`Ton compte Focus n’existe plus, et tes données ont disparu avec lui. Les classements de tes défis gardent tes places, mais pas ton nom.`,
      fr`Merci pour ce bout de chemin ensemble. Nous espérons qu’il t’a rendu un peu de temps.`,
      fr`Si l’envie te revient un jour, la porte reste ouverte : tu peux repartir de zéro avec cette adresse.`,
    ],
    button: buttonTo(fr`Revoir Focus`, app_link),
    after: [fr`Au revoir, et prends soin de toi !`],
    reason: fr`Tu reçois cet e-mail parce que ton compte Focus a été supprimé. C’est le dernier.`,
  }),
});
