import { duration, percentage } from "../amounts.ts";
import { figure } from "../blocks.ts";
import { fr } from "../french.ts";
import { broadcast } from "../template.ts";

/**
 * How much of a limit is used up today, in seconds; `percent` is the mark that was passed (80, 100).
 * `link` opens the app at the rule.
 */
export type LimitAlertData = {
  display_name: string;
  rule_name: string;
  percent: number;
  used_seconds: number;
  limit_seconds: number;
  link: string;
  unsubscribe_link: string;
};

/** Tells somebody that a limit they set themselves comes near, or is reached. */
export const limitAlert = broadcast<LimitAlertData>({
  en: ({ display_name, rule_name, percent, used_seconds, limit_seconds, link }) => {
    const used = `of ${duration(limit_seconds)} used today`;
    const left = duration(limit_seconds - used_seconds);
    const isReached = used_seconds >= limit_seconds;
    return {
      subject: isReached
        ? `“${rule_name}”: that’s it for today`
        : `“${rule_name}”: ${percentage("en", percent)} used, ${left} left`,
      preheader: isReached
        ? "Your limit is reached. It starts afresh with your next day."
        : `You have ${left} left until your next day begins.`,
      heading: isReached ? "Limit reached" : "Your limit comes near",
      to: display_name,
      before: [
        isReached
          ? `The time you set yourself for “${rule_name}” is used up for today.`
          : `You have used ${percentage("en", percent)} of the time you set yourself for “${rule_name}” today.`,
        figure(duration(used_seconds), used),
        isReached
          ? "It starts afresh with your next day. A good moment to put the phone away for a while."
          : `That leaves ${left} until your next day begins. Spend it on what you really want to see.`,
      ],
      button: { label: "See my limits", link },
      after: [],
      reason: "You get this mail because you asked Focus to tell you about your limits.",
    };
  },
  fr: ({ display_name, rule_name, percent, used_seconds, limit_seconds, link }) => {
    const used = fr`sur ${duration(limit_seconds)} aujourd’hui`;
    const left = duration(limit_seconds - used_seconds);
    const isReached = used_seconds >= limit_seconds;
    return {
      subject: isReached
        ? fr`« ${rule_name} » : c’est tout pour aujourd’hui`
        : fr`« ${rule_name} » : ${percentage("fr", percent)} utilisés, il reste ${left}`,
      preheader: isReached
        ? fr`Ta limite est atteinte. Elle repart de zéro avec ta prochaine journée.`
        : fr`Il te reste ${left} d’ici à ta prochaine journée.`,
      heading: isReached ? fr`Limite atteinte` : fr`Ta limite approche`,
      to: display_name,
      before: [
        isReached
          ? fr`Le temps que tu t’es fixé pour « ${rule_name} » est épuisé pour aujourd’hui.`
          : fr`Tu as utilisé ${percentage("fr", percent)} du temps que tu t’es fixé aujourd’hui pour « ${rule_name} ».`,
        figure(duration(used_seconds), used),
        isReached
          ? fr`Le compteur repart de zéro avec ta prochaine journée. C’est le bon moment pour poser le téléphone.`
          : fr`Il te reste ${left} d’ici à ta prochaine journée. Garde ce temps pour ce que tu veux vraiment voir.`,
      ],
      button: { label: fr`Voir mes limites`, link },
      after: [],
      reason: fr`Tu reçois cet e-mail parce que tu as demandé à Focus de te prévenir pour tes limites.`,
    };
  },
});
