import { html, type Html } from "./html.ts";
import type { Block, Letter, Locale, Mail } from "./letter.ts";
import { fr } from "./french.ts";
import { isPrintable, prose, subjectLine } from "./prose.ts";
import { darkStyles, light, sans } from "./look.ts";

const words = {
  en: {
    hello: (name: string) => (name === "" ? "Hello," : `Hi ${name},`),
    signature: "The Focus team",
    bareLink: "If the button does nothing, copy this link into your browser:",
    unsubscribe: "No more mails of this kind",
  },
  fr: {
    hello: (name: string) => (name === "" ? "Bonjour," : `Bonjour ${name},`),
    signature: fr`L’équipe Focus`,
    bareLink: fr`Si le bouton ne répond pas, copie ce lien dans ton navigateur :`,
    unsubscribe: fr`Ne plus recevoir ce type d’e-mail`,
  },
} as const satisfies Record<Locale, unknown>;

const colon = { en: ":", fr: fr` :` } as const;

function webLink(link: string): string {
  if (!/^https?:\/\/[^\s\p{Cc}]+$/iu.test(link))
    throw new TypeError("a mail links to http(s) only");
  return link;
}

function hello(locale: Locale, name: string): string {
  const cleaned = prose(name);
  return words[locale].hello(isPrintable(cleaned) ? cleaned : "");
}

function paragraph(text: string): Html {
  return html`<p style="margin:0 0 16px">${prose(text)}</p>`;
}

function blockMarkup(block: Block): Html {
  return typeof block === "string" ? paragraph(block) : block.html;
}

function blockText(block: Block): string {
  return typeof block === "string" ? prose(block) : block.text;
}

function buttonMarkup(locale: Locale, button: Letter["button"]): Html {
  if (button === null) return html``;
  const link = webLink(button.link);
  return html`<table
      role="presentation"
      cellpadding="0"
      cellspacing="0"
      border="0"
      style="margin:28px 0 20px"
    >
      <tr>
        <td
          class="button"
          bgcolor="${light.accent}"
          style="border-radius:12px;background:${light.accent}"
        >
          <a
            class="button"
            href="${link}"
            style="display:inline-block;padding:15px 28px;border-radius:12px;background:${light.accent};color:${light.onAccent};font-family:${sans};font-size:17px;line-height:22px;font-weight:600;text-decoration:none"
            >${prose(button.label)}</a
          >
        </td>
      </tr>
    </table>
    <p class="quiet" style="margin:0 0 24px;font-size:13px;line-height:20px;color:${light.quiet}">
      ${words[locale].bareLink}<br />
      <a class="link" href="${link}" style="color:${light.link};word-break:break-all">${link}</a>
    </p>`;
}

function footerMarkup(locale: Locale, reason: string, unsubscribe: string | null): Html {
  const way =
    unsubscribe === null
      ? html``
      : html`<br /><a
            class="quiet"
            href="${unsubscribe}"
            style="color:${light.quiet};text-decoration:underline"
            >${words[locale].unsubscribe}</a
          >`;
  return html`<p
    class="quiet"
    style="margin:0;font-size:13px;line-height:20px;color:${light.quiet}"
  >
    ${prose(reason)}${way}
  </p>`;
}

function document(
  locale: Locale,
  subject: string,
  letter: Letter,
  unsubscribe: string | null,
): Html {
  return html`<!doctype html>
    <html lang="${locale}" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta
          name="format-detection"
          content="telephone=no, date=no, address=no, email=no, url=no"
        />
        <title>${subject}</title>
        ${darkStyles}
      </head>
      <body
        class="page"
        style="margin:0;padding:0;background:${light.page};-webkit-text-size-adjust:100%"
      >
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">
          ${prose(letter.preheader)}
        </div>
        <table
          class="page"
          role="presentation"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          border="0"
          bgcolor="${light.page}"
          style="background:${light.page}"
        >
          <tr>
            <td align="center" style="padding:28px 12px 36px">
              <table
                role="presentation"
                width="560"
                cellpadding="0"
                cellspacing="0"
                border="0"
                style="width:100%;max-width:560px;font-family:${sans};text-align:left"
              >
                <tr>
                  <td style="padding:0 8px 16px">
                    <span
                      class="ring"
                      style="display:inline-block;width:12px;height:12px;border:4px solid ${light.accent};border-radius:50%;vertical-align:-4px"
                    ></span>
                    <span
                      class="ink"
                      style="padding-left:6px;font-size:18px;line-height:24px;font-weight:700;letter-spacing:-0.2px;color:${light.ink}"
                      >Focus</span
                    >
                  </td>
                </tr>
                <tr>
                  <td
                    class="card ink"
                    bgcolor="${light.card}"
                    style="padding:36px 32px 16px;background:${light.card};border:1px solid ${light.line};border-radius:20px;font-size:17px;line-height:27px;color:${light.ink};overflow-wrap:anywhere"
                  >
                    <h1
                      class="ink"
                      style="margin:0 0 20px;font-size:28px;line-height:34px;font-weight:700;letter-spacing:-0.4px;color:${light.ink}"
                    >
                      ${prose(letter.heading)}
                    </h1>
                    ${paragraph(hello(locale, letter.to))} ${letter.before.map(blockMarkup)}
                    ${buttonMarkup(locale, letter.button)}
                    ${letter.after.map(blockMarkup)} ${paragraph(words[locale].signature)}
                  </td>
                </tr>
                <tr>
                  <td style="padding:20px 8px 0">
                    ${footerMarkup(locale, letter.reason, unsubscribe)}
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html> `;
}

function buttonText(locale: Locale, button: Letter["button"]): string[] {
  if (button === null) return [];
  return [`${prose(button.label)}${colon[locale]}\n${webLink(button.link)}`];
}

function textPart(locale: Locale, letter: Letter, unsubscribe: string | null): string {
  const footer = [prose(letter.reason)];
  if (unsubscribe !== null)
    footer.push(`${words[locale].unsubscribe}${colon[locale]} ${unsubscribe}`);
  return `${[
    prose(letter.heading),
    hello(locale, letter.to),
    ...letter.before.map(blockText),
    ...buttonText(locale, letter.button),
    ...letter.after.map(blockText),
    words[locale].signature,
    `--\n${footer.join("\n")}`,
  ].join("\n\n")}\n`;
}

/**
 * A letter as a whole mail in the one layout: 560 px wide at most, light and dark, without an
 * image, and the same words as text. Raises TypeError when a link is not http(s).
 */
export function layOut(locale: Locale, letter: Letter, unsubscribeLink: string | null): Mail {
  const unsubscribe = unsubscribeLink === null ? null : webLink(unsubscribeLink);
  const subject = subjectLine(letter.subject);
  return {
    subject,
    html: document(locale, subject, letter, unsubscribe).toString(),
    text: textPart(locale, letter, unsubscribe),
  };
}
