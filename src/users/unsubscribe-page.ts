import type { MailTopic, Unsubscription } from "../mail/index.ts";

const asked: Record<"en" | "fr", Record<MailTopic, string>> = {
  en: {
    reminder: "Your daily reminder will no longer come.",
    limit: "You will get no more mails about your limits.",
    challenge: "You will get no more mails about challenges.",
  },
  fr: {
    reminder: "Ton rappel quotidien n’arrivera plus.",
    limit: "Tu ne recevras plus d’e\u2011mails sur tes limites.",
    challenge: "Tu ne recevras plus d’e\u2011mails sur les défis.",
  },
};

const words = {
  en: {
    ask: { title: "No more of these mails?", button: "Unsubscribe" },
    done: { title: "Done", button: "" },
    again: "In the app’s settings, you can have them again at any time.",
  },
  fr: {
    ask: { title: "Ne plus recevoir ces e\u2011mails\u202f?", button: "Me désabonner" },
    done: { title: "C’est fait", button: "" },
    again: "Tu peux les réactiver à tout moment dans les réglages de l’application.",
  },
} as const;

/** What the page looks like; its policy names it by its hash. */
export const UNSUBSCRIBE_STYLE = `
:root { color-scheme: light dark; --page: #f5f2ec; --card: #fff; --ink: #20241f; --accent: #1d6b57; --on: #fff }
@media (prefers-color-scheme: dark) { :root { --page: #131614; --card: #1d211f; --ink: #e9ece8; --accent: #7fd4b8; --on: #0e231c } }
body { margin: 0; padding: 12vh 16px; background: var(--page); color: var(--ink); font: 17px/1.6 -apple-system, "Segoe UI", Roboto, Arial, sans-serif }
main { max-width: 30rem; margin: auto; padding: 32px; border-radius: 20px; background: var(--card) }
h1 { margin: 0 0 12px; font-size: 26px; line-height: 1.25 }
button { margin-top: 12px; padding: 14px 26px; border: 0; border-radius: 12px; background: var(--accent); color: var(--on); font: inherit; font-weight: 600 }
`;

/**
 * The page behind a mail's unsubscribe link: a button that asks, or, once it `is_done`, that it is.
 * The form goes to the page's own address, which holds the token. Nothing of a user stands in it.
 */
export function unsubscribePage({ locale, topic }: Unsubscription, is_done: boolean): string {
  const { title, button } = words[locale][is_done ? "done" : "ask"];
  const form = `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>${button}</button></form>`;
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${UNSUBSCRIBE_STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${asked[locale][topic]} ${words[locale].again}</p>
${is_done ? "" : form}
</main>
</body>
</html>
`;
}
