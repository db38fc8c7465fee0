import { steps } from "../blocks.ts";
import { fr } from "../french.ts";
import { transactional } from "../template.ts";

/** `app_link` opens the app. */
export type WelcomeData = { display_name: string; app_link: string };

/** Greets a person whose address has just been confirmed. */
export const welcome = transactional<WelcomeData>({
  en: ({ display_name, app_link }) => ({
    subject: "Welcome to Focus",
    preheader: "Your account is ready. Three small steps for a good start.",
    heading: "Good to have you here",
    to: display_name,
    before: [
      "Your account is ready. Focus shows you where your screen time goes, holds you to the limits you set yourself, and makes doing less of it fun among friends. A good start looks like this:",
      steps([
        "Change nothing for a day or two, and see what the day really looks like.",
        "Pick the one app that takes more than it gives, and set a limit you can keep.",
        "Invite a friend to a challenge: whoever spends the least time wins.",
      ]),
      "Small is fine. Ten minutes less a day is five hours a month.",
    ],
    button: { label: "Open Focus", link: app_link },
    after: [],
    reason: "You get this mail once, because your Focus account has just been set up.",
  }),
  fr: ({ display_name, app_link }) => ({
    subject: fr`Bienvenue sur Focus`,
    preheader: fr`Ton compte est prêt. Trois petits pas pour bien commencer.`,
    heading: fr`Bienvenue parmi nous`,
    to: display_name,
    before: [
      fr`Ton compte est prêt. Focus te montre où passe ton temps d’écran, t’aide à tenir les limites que tu te fixes, et en fait un jeu entre amis. Pour bien commencer :`,
      steps([
        fr`Ne change rien pendant un jour ou deux, juste pour voir à quoi ressemblent tes journées.`,
        fr`Choisis l’application qui prend plus qu’elle ne donne, et fixe une limite que tu peux tenir.`,
        fr`Invite quelqu’un à un défi : le moins de temps d’écran gagne.`,
      ]),
      fr`Les petits pas suffisent. Dix minutes de moins par jour, c’est cinq heures par mois.`,
    ],
    button: { label: fr`Ouvrir Focus`, link: app_link },
    after: [],
    reason: fr`Tu reçois cet e-mail une seule fois, parce que ton compte Focus vient d’être créé.`,
  }),
});
