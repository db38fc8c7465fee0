import { counted } from "../amounts.ts";
import { fr } from "../french.ts";
import { transactional } from "../template.ts";

/**
 * The account goes in `days_left` days unless its address is confirmed; the link does that, once, for
 * `expires_in_hours`.
 */
export type UnverifiedWarningData = {
  display_name: string;
  days_left: number;
  link: string;
  expires_in_hours: number;
};

/** Warns that an account whose address was never confirmed will be removed. */
export const unverifiedWarning = transactional<UnverifiedWarningData>({
  en: ({ display_name, days_left, link, expires_in_hours }) => {
    const days = counted("en", days_left, "day", "days");
    const hours = counted("en", expires_in_hours, "hour", "hours");
    return {
      subject: `Your Focus account will be removed in ${days}`,
      preheader: "Confirm your address to keep it. If you don’t want it, there is nothing to do.",
      heading: "Still want your account?",
      to: display_name,
      before: [
        `You signed up for Focus, but your address was never confirmed. We don’t keep such accounts: in ${days}, yours will be removed.`,
        "To keep it, just confirm your address.",
      ],
      button: { label: "Confirm my address", link },
      after: [
        `The link works once, within the next ${hours}. After that, ask for a new one on the sign-in screen.`,
        "You don’t want the account, or it wasn’t you who signed up? Then simply ignore this mail: the account goes, and its data with it.",
      ],
      reason: "You get this mail once, because someone signed up for Focus with this address.",
    };
  },
  fr: ({ display_name, days_left, link, expires_in_hours }) => {
    const days = counted("fr", days_left, "jour", "jours");
    const hours = counted("fr", expires_in_hours, "heure", "heures");
    return {
      subject: fr`Ton compte Focus sera supprimé dans ${days}`,
      preheader: fr`Confirme ton adresse pour le garder. Si tu n’en veux pas, il n’y a rien à faire.`,
      heading: fr`Tu veux garder ton compte ?`,
      to: display_name,
      before: [
        fr`Tu as créé un compte Focus, mais ton adresse n’a jamais été confirmée. Nous ne gardons pas ces comptes : dans ${days}, le tien sera supprimé.`,
        fr`Pour le garder, il suffit de confirmer ton adresse.`,
      ],
      button: { label: fr`Confirmer mon adresse`, link },
      after: [
        fr`Le lien fonctionne une seule fois, pendant ${hours}. Ensuite, demande un nouveau lien sur l’écran de connexion.`,
        fr`Tu ne veux pas de ce compte, ou cette inscription ne vient pas de toi ? Ignore simplement cet e-mail : le compte disparaît, et ses données avec lui.`,
      ],
      reason: fr`Tu reçois cet e-mail une seule fois, parce que quelqu’un s’est inscrit sur Focus avec cette adresse.`,
    };
  },
});
