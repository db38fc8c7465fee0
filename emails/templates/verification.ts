import { counted } from "../amounts.ts";
import { fr } from "../french.ts";
import { transactional } from "../template.ts";

/** The link confirms the address; it works once, for that many hours. */
export type VerificationData = { display_name: string; link: string; expires_in_hours: number };

/** Asks a newly registered person to confirm their address. */
export const verification = transactional<VerificationData>({
  en: ({ display_name, link, expires_in_hours }) => {
    const hours = counted("en", expires_in_hours, "hour", "hours");
    return {
      subject: "Confirm your address for Focus",
      preheader: `One tap and your account is ready. The link works for ${hours}.`,
      heading: "One tap and you’re in",
      to: display_name,
      before: [
        "Thank you for joining Focus. Please confirm that this address is yours, and your account is ready.",
      ],
      button: { label: "Confirm my address", link },
      after: [
        `The link works once, within the next ${hours}.`,
        "It wasn’t you who signed up? Then simply ignore this mail: without your confirmation, nothing happens.",
      ],
      reason: "You get this mail because someone signed up for Focus with this address.",
    };
  },
  fr: ({ display_name, link, expires_in_hours }) => {
    const hours = counted("fr", expires_in_hours, "heure", "heures");
    return {
      subject: fr`Confirme ton adresse pour Focus`,
      preheader: fr`Un clic et ton compte est prêt. Le lien fonctionne pendant ${hours}.`,
      heading: fr`Plus qu’un clic`,
      to: display_name,
      before: [
        fr`Merci d’avoir rejoint Focus. Confirme que cette adresse est bien la tienne, et ton compte est prêt.`,
      ],
      button: { label: fr`Confirmer mon adresse`, link },
      after: [
        fr`Le lien fonctionne une seule fois, pendant ${hours}.`,
        fr`Cette inscription ne vient pas de toi ? Ignore simplement cet e-mail : sans ta confirmation, il ne se passe rien.`,
      ],
      reason: fr`Tu reçois cet e-mail parce que quelqu’un s’est inscrit sur Focus avec cette adresse.`,
    };
  },
});
