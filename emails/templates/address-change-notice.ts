import { standout } from "../blocks.ts";
import { fr } from "../french.ts";
import { transactional } from "../template.ts";

/**
 * `new_address_hint` is the new address masked ("j…@example.com"): enough for its owner to know
 * it again, not for others who read the old mailbox. `app_link` opens the app.
 */
export type AddressChangeNoticeData = {
  display_name: string;
  new_address_hint: string;
  app_link: string;
};

/** Warns the present address that another one is to take its place. */
export const addressChangeNotice = transactional<AddressChangeNoticeData>({
  en: ({ display_name, new_address_hint, app_link }) => ({
    subject: "A new address for your Focus account?",
    preheader: "If it wasn’t you who asked, change your password now.",
    heading: "A new address?",
    to: display_name,
    before: [
      "Someone who knows your password asked to replace the address of your Focus account with this one:",
      standout(new_address_hint),
      "Until it is confirmed, nothing changes. If it was you, confirm it with the mail that is waiting there.",
      "If it wasn’t you, open Focus and change your password now. Don’t wait: once the new address is confirmed, the old one no longer opens your account.",
    ],
    button: { label: "Open Focus", link: app_link },
    after: [],
    reason: "You get this mail because it is about the safety of your Focus account.",
  }),
  fr: ({ display_name, new_address_hint, app_link }) => ({
    subject: fr`Une nouvelle adresse pour ton compte Focus ?`,
    preheader: fr`Si la demande ne vient pas de toi, change ton mot de passe maintenant.`,
    heading: fr`Une nouvelle adresse ?`,
    to: display_name,
    before: [
      fr`Quelqu’un qui connaît ton mot de passe a demandé à remplacer l’adresse de ton compte Focus par celle-ci :`,
      standout(new_address_hint),
      fr`Tant qu’elle n’est pas confirmée, rien ne change. Si c’était toi, confirme-la avec l’e-mail qui t’y attend.`,
      fr`Si ce n’était pas toi, ouvre Focus et change ton mot de passe maintenant. N’attends pas : une fois la nouvelle adresse confirmée, l’ancienne n’ouvre plus ton compte.`,
    ],
    button: { label: fr`Ouvrir Focus`, link: app_link },
    after: [],
    reason: fr`Tu reçois cet e-mail parce qu’il concerne la sécurité de ton compte Focus.`,
  }),
});
