import { fr } from "../french.ts";
import { transactional } from "../template.ts";

/** `app_link` opens the app, where a password can be reset. */
export type PasswordChangedData = { display_name: string; app_link: string };

/** Tells the owner of an account that its password was changed or reset. */
export const passwordChanged = transactional<PasswordChangedData>({
  en: ({ display_name, app_link }) => ({
    subject: "Your Focus password has changed",
    preheader: "Every other session has ended. If it wasn’t you, reset your password now.",
    heading: "Your password has changed",
    to: display_name,
    before: [
      "Your Focus account has a new password, and every other session has ended: your other devices will ask for the new one. If it was you, that’s all there is to it.",
      "If it wasn’t you, someone else may be in your account. Open Focus, choose “Forgot password” on the sign-in screen, and set a new one now. That signs out every device, theirs as well.",
    ],
    button: { label: "Open Focus", link: app_link },
    after: ["Could someone be reading your mail? Then change the password of your mailbox first."],
    reason: "You get this mail because it is about the safety of your Focus account.",
  }),
  fr: ({ display_name, app_link }) => ({
    subject: fr`Ton mot de passe Focus a changé`,
    preheader: fr`Toutes les autres sessions sont fermées. Si ce n’était pas toi, réagis maintenant.`,
    heading: fr`Ton mot de passe a changé`,
    to: display_name,
    before: [
      fr`Ton compte Focus a un nouveau mot de passe, et toutes les autres sessions sont fermées : tes autres appareils te le demanderont. Si c’était toi, tu n’as rien d’autre à faire.`,
      fr`Si ce n’était pas toi, quelqu’un d’autre a peut-être accès à ton compte. Ouvre Focus, choisis « Mot de passe oublié » sur l’écran de connexion, et remplace ce mot de passe maintenant. Tous les appareils seront déconnectés, le sien aussi.`,
    ],
    button: { label: fr`Ouvrir Focus`, link: app_link },
    after: [
      fr`Quelqu’un lit peut-être tes e-mails ? Change d’abord le mot de passe de ta messagerie.`,
    ],
    reason: fr`Tu reçois cet e-mail parce qu’il concerne la sécurité de ton compte Focus.`,
  }),
});
