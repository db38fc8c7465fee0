import { html } from "../../emails/html.ts";
import { type Locale, type Mail, type MailKind, renderMail } from "../../emails/index.ts";
import { samples } from "../../emails/samples.ts";

/** One sample mail in one language. */
export type PreviewedMail = Mail & { kind: MailKind; sample: string; locale: Locale };

/** The look to show: a fixed one, or the one the browser prefers. */
export type Theme = "auto" | "light" | "dark";

const locales: readonly Locale[] = ["en", "fr"];
const themes: readonly Theme[] = ["auto", "light", "dark"];
const widths = [360, 600] as const;

function previewsOf<Kind extends MailKind>(kind: Kind): PreviewedMail[] {
  const ofKind: Record<string, Parameters<typeof renderMail<Kind>>[2]> = samples[kind];
  return Object.entries(ofKind).flatMap(([sample, data]) =>
    locales.map((locale) => ({ kind, sample, locale, ...renderMail(kind, locale, data) })),
  );
}

/** Every sample of every kind of mail, in each language. */
export function previewedMails(): PreviewedMail[] {
  return (Object.keys(samples) as MailKind[]).flatMap((kind) => previewsOf(kind));
}

/** The theme a query names; `auto` for anything else. */
export function themeOf(text: string | null): Theme {
  return themes.find((theme) => theme === text) ?? "auto";
}

/** The mail as it looks under a theme, whatever the browser prefers. */
export function themed(markup: string, theme: Theme): string {
  if (theme === "auto") return markup;
  return markup
    .replaceAll("(prefers-color-scheme: dark)", theme === "dark" ? "all" : "not all")
    .replaceAll("light dark", theme);
}

/** A page that shows every mail at both widths, with its text part. */
export function previewPage(mails: readonly PreviewedMail[], theme: Theme): string {
  const links = themes.map((name) =>
    name === theme ? html`<strong>${name}</strong> ` : html`<a href="/?theme=${name}">${name}</a> `,
  );
  const contents = mails.map(
    ({ kind, sample, locale }, index) =>
      html`<li><a href="#mail-${index}">${kind} (${locale}): ${sample}</a></li>`,
  );
  const articles = mails.map((mail, index) => {
    const frames = widths.map(
      (width) =>
        html`<iframe
          title="${mail.subject}, ${width} px"
          width="${width}"
          height="600"
          src="/mails/${index}?theme=${theme}"
          onload="this.height = this.contentDocument.documentElement.scrollHeight"
        ></iframe> `,
    );
    return html`<article id="mail-${index}">
      <h2>${mail.subject}</h2>
      <p>
        ${mail.kind} (${mail.locale}): ${mail.sample} ·
        <a href="/mails/${index}?theme=${theme}">alone</a>
      </p>
      <div class="parts">
        ${frames}
        <pre>${mail.text}</pre>
      </div>
    </article> `;
  });
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>All mails</title>
        <style>
          :root {
            color-scheme: light dark;
            font:
              16px/1.5 system-ui,
              sans-serif;
          }
          body {
            margin: 2rem;
          }
          .parts {
            display: flex;
            flex-wrap: wrap;
            gap: 1.5rem;
            align-items: flex-start;
          }
          iframe {
            border: 1px solid #8888;
            border-radius: 8px;
          }
          pre {
            box-sizing: border-box;
            width: 600px;
            max-width: 100%;
            padding: 1rem;
            border: 1px solid #8888;
            border-radius: 8px;
            white-space: pre-wrap;
            overflow-wrap: anywhere;
          }
          article {
            margin-top: 3rem;
          }
        </style>
      </head>
      <body>
        <h1>All mails</h1>
        <p>Look: ${links}</p>
        <ol>
          ${contents}
        </ol>
        ${articles}
      </body>
    </html> `.toString();
}
