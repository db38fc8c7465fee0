import { counted } from "../amounts.ts";
import { standout } from "../blocks.ts";
import { fr } from "../french.ts";
import { transactional } from "../template.ts";

/** The link confirms `new_address`, where this mail goes; it works once, for that many hours. */
export type AddressChangeData = {
  display_name: string;
  link: string;
  new_address: string;
  expires_in_hours: number;
};

/** Asks whoever reads the new address to confirm it; it may be a stranger's, by mistake. */
export const addressChange = transactional<AddressChangeData>({
  en: ({ display_name, link, new_address, expires_in_hours }) => {
    const hours = counted("en", expires_in_hours, "hour", "hours");
    return {
      subject: "Confirm your new address for Focus",
      preheader: `Until you do, nothing changes. The link works for ${hours}.`,
      heading: "Is this your new address?",
      to: display_name,
      before: [
        "You asked to use a new address for your Focus account:",
        standout(new_address),
        "Please confirm that it is yours. Until then nothing changes: you sign in with your old address, and our mails keep going there.",
      ],
      button: { label: "Confirm my new address", link },
      after: [
        `The link works once, within the next ${hours}.`,
        "It wasn’t you? Then someone probably mistyped theirs. Simply ignore this mail: without your confirmation, nothing happens.",
      ],
      reason:
        "You get this mail because someone wants to use this address for their Focus account.",
    };
  },
  fr: ({ display_name, link, new_address, expires_in_hours }) => {
    const hours = counted("fr", expires_in_hours, "heure", "heures");
    return {
      subject: fr`Confirme ta nouvelle adresse pour Focus`,
      preheader: fr`D’ici là, rien ne change. Le lien fonctionne pendant ${hours}.`,
      heading: fr`C’est ta nouvelle adresse ?`,
      to: display_name,
      before: [
        fr`Tu as demandé à utiliser une nouvelle adresse pour ton compte Focus :`,
        standout(new_address),
        fr`Confirme que c’est bien la tienne. D’ici là, rien ne change : tu te connectes avec ton ancienne adresse, et nos e-mails continuent d’y arriver.`,
      ],
      button: { label: fr`Confirmer l’adresse`, link },
      after: [
        fr`Le lien fonctionne une seule fois, pendant ${hours}.`,
        fr`Cette demande ne vient pas de toi ? Quelqu’un a sans doute mal tapé la sienne. Ignore simplement cet e-mail : sans ta confirmation, il ne se passe rien.`,
      ],
      reason: fr`Tu reçois cet e-mail parce que quelqu’un veut utiliser cette adresse pour son compte Focus.`,
    };
  },
});
