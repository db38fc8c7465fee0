import { counted } from "../amounts.ts";
import { fr } from "../french.ts";
import { transactional } from "../template.ts";

/** The link opens the page for a new password; it works once, for that many hours. */
export type PasswordResetData = { display_name: string; link: string; expires_in_hours: number };

/** Gives whoever reads the account's mail a way to a new password. */
export const passwordReset = transactional<PasswordResetData>({
  en: ({ display_name, link, expires_in_hours }) => {
    const hours = counted("en", expires_in_hours, "hour", "hours");
    return {
      subject: "Set a new password for Focus",
      preheader: `The link works once and is good for ${hours}. If it wasn’t you, nothing changes.`,
      heading: "Forgot your password?",
      to: display_name,
      before: [
        "Someone asked for a new password for your Focus account. If it was you: it happens to everyone. Choose a new one, and you’re back in.",
      ],
      button: { label: "Set a new password", link },
      after: [
        `The link works once and is good for ${hours}. The new password signs you out on all your devices, so you’ll sign in again with it.`,
        "It wasn’t you who asked? Then simply ignore this mail: your password stays as it is, and nothing changes.",
      ],
      reason: "You get this mail because someone asked for a new password with this address.",
    };
  },
  fr: ({ display_name, link, expires_in_hours }) => {
    const hours = counted("fr", expires_in_hours, "heure", "heures");
    return {
      subject: fr`Choisis un nouveau mot de passe pour Focus`,
      preheader: fr`Le lien fonctionne une seule fois, pendant ${hours}. Si ce n’était pas toi, rien ne change.`,
      heading: fr`Mot de passe oublié ?`,
      to: display_name,
      before: [
        fr`Quelqu’un a demandé un nouveau mot de passe pour ton compte Focus. Si c’était toi : ça arrive à tout le monde. Choisis-en un nouveau, et te voilà de retour.`,
      ],
      button: { label: fr`Nouveau mot de passe`, link },
      after: [
        fr`Le lien fonctionne une seule fois, pendant ${hours}. Le nouveau mot de passe déconnecte tous tes appareils : il te suffira ensuite de te reconnecter.`,
        fr`Cette demande ne vient pas de toi ? Ignore simplement cet e-mail : ton mot de passe reste le même, et rien ne change.`,
      ],
      reason: fr`Tu reçois cet e-mail parce que quelqu’un a demandé un nouveau mot de passe avec cette adresse.`,
    };
  },
});
