import { fr } from "../french.ts";
import { transactional } from "../template.ts";

/** `display_name` is the account's own, never the one just typed by whoever tried to register. */
export type AlreadyRegisteredData = { display_name: string; app_link: string };

/** Tells the owner of an account that someone tried to register with its address. */
export const alreadyRegistered = transactional<AlreadyRegisteredData>({
  en: ({ display_name, app_link }) => ({
    subject: "You already have a Focus account",
    preheader: "Someone tried to sign up with your address. Nothing has changed.",
    heading: "You already have an account",
    to: display_name,
    before: [
      "Someone just tried to sign up for Focus with this address. It already belongs to your account, so nothing was created and nothing has changed.",
      "If it was you, just sign in. Your password has slipped your mind? Choose “Forgot password” on the sign-in screen, and you’ll get a link to set a new one.",
    ],
    button: { label: "Open Focus", link: app_link },
    after: [
      "If it wasn’t you, there is nothing you need to do. Whoever it was saw nothing of your account, and was not told that there is one.",
    ],
    reason: "You get this mail because it is about the safety of your Focus account.",
  }),
  fr: ({ display_name, app_link }) => ({
    subject: fr`Tu as déjà un compte Focus`,
    preheader: fr`Quelqu’un a voulu s’inscrire avec ton adresse. Rien n’a changé.`,
    heading: fr`Tu as déjà un compte`,
    to: display_name,
    before: [
      fr`Quelqu’un vient d’essayer de s’inscrire sur Focus avec cette adresse. Elle est déjà celle de ton compte : rien n’a été créé, rien n’a changé.`,
      fr`Si c’était toi, connecte-toi, tout simplement. Le mot de passe t’échappe ? Choisis « Mot de passe oublié » sur l’écran de connexion, et tu recevras un lien pour en choisir un nouveau.`,
    ],
    button: { label: fr`Ouvrir Focus`, link: app_link },
    after: [
      fr`Si ce n’était pas toi, tu n’as rien à faire. Cette personne n’a rien vu de ton compte, et ne sait pas qu’il existe.`,
    ],
    reason: fr`Tu reçois cet e-mail parce qu’il concerne la sécurité de ton compte Focus.`,
  }),
});
