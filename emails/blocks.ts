import { html, type Html } from "./html.ts";
import type { Block } from "./letter.ts";
import { light } from "./look.ts";
import { prose } from "./prose.ts";

/** A line of a board: rank as it is printed, name, score as it is printed. */
export type BoardLine = { place: string; name: string; score: string; is_me: boolean };

/** Numbered steps, each a short sentence. */
export function steps(sentences: readonly string[]): Block {
  const items = sentences.map(
    (sentence) => html`<li style="margin:0 0 10px;padding-left:4px">${prose(sentence)}</li> `,
  );
  return {
    html: html`<ol style="margin:0 0 16px;padding-left:26px">
      ${items}
    </ol>`,
    text: sentences.map((sentence, index) => `${index + 1}. ${prose(sentence)}`).join("\n"),
  };
}

/** One figure, large, with a line that says what it is. */
export function figure(large: string, caption: string): Block {
  return {
    html: html`<table
      role="presentation"
      width="100%"
      cellpadding="0"
      cellspacing="0"
      border="0"
      style="margin:4px 0 24px"
    >
      <tr>
        <td
          class="panel"
          align="center"
          bgcolor="${light.panel}"
          style="padding:22px 16px 20px;border-radius:16px;background:${light.panel}"
        >
          <div
            class="accent large"
            style="font-size:42px;line-height:50px;font-weight:700;letter-spacing:-1px;color:${light.accent}"
          >
            ${prose(large)}
          </div>
          <div
            class="quiet"
            style="padding-top:2px;font-size:15px;line-height:22px;color:${light.quiet}"
          >
            ${prose(caption)}
          </div>
        </td>
      </tr>
    </table>`,
    text: `${prose(large)} ${prose(caption)}`,
  };
}

/** A short text on a line of its own, such as an address, which reads badly when it breaks. */
export function standout(text: string): Block {
  return {
    html: html`<table
      role="presentation"
      width="100%"
      cellpadding="0"
      cellspacing="0"
      border="0"
      style="margin:4px 0 20px"
    >
      <tr>
        <td
          class="panel"
          align="center"
          bgcolor="${light.panel}"
          style="padding:14px 16px;border-radius:12px;background:${light.panel};font-weight:600"
        >
          <bdi>${prose(text)}</bdi>
        </td>
      </tr>
    </table>`,
    text: prose(text),
  };
}

/** The top of a board; the reader's own line is marked by words (`me`), not by weight alone. */
export function board(title: string, me: string, lines: readonly BoardLine[]): Block {
  const rows = lines.map((line) => {
    const weight = line.is_me ? "700" : "400";
    const cell = `padding:11px 0;border-top:1px solid ${light.line};font-weight:${weight}`;
    const mark = line.is_me ? html` (${prose(me)})` : html``;
    return html`<tr>
      <td class="rule" style="${cell};padding-right:14px;white-space:nowrap;vertical-align:top">
        ${prose(line.place)}
      </td>
      <td class="rule" width="100%" style="${cell};vertical-align:top">
        <bdi>${prose(line.name)}</bdi>${mark}
      </td>
      <td
        class="rule"
        align="right"
        style="${cell};padding-left:14px;white-space:nowrap;vertical-align:top"
      >
        ${prose(line.score)}
      </td>
    </tr> `;
  });
  return {
    html: listMarkup(title, rows),
    text: [
      prose(title),
      ...lines.map((line) => {
        const mark = line.is_me ? ` (${prose(me)})` : "";
        return `${prose(line.place)}  ${prose(line.name)}${mark}  ${prose(line.score)}`;
      }),
    ].join("\n"),
  };
}

/** Names with a value each under a title; nothing at all where there are none. */
export function pairs(
  title: string,
  lines: readonly { name: string; value: string }[],
  colon: string = ":",
): Block[] {
  if (lines.length === 0) return [];
  const rows = lines.map(
    ({ name, value }) => html`<tr>
      <td
        class="rule"
        width="100%"
        style="padding:11px 0;border-top:1px solid ${light.line};vertical-align:top"
      >
        <bdi>${prose(name)}</bdi>
      </td>
      <td
        class="rule"
        align="right"
        style="padding:11px 0 11px 14px;border-top:1px solid ${light.line};white-space:nowrap;vertical-align:top"
      >
        ${prose(value)}
      </td>
    </tr> `,
  );
  return [
    {
      html: listMarkup(title, rows),
      text: [
        prose(title),
        ...lines.map(({ name, value }) => `${prose(name)}${colon} ${prose(value)}`),
      ].join("\n"),
    },
  ];
}

function listMarkup(title: string, rows: readonly Html[]): Html {
  return html`<p
      class="quiet"
      style="margin:8px 0 8px;font-size:15px;line-height:22px;color:${light.quiet}"
    >
      ${prose(title)}
    </p>
    <table
      width="100%"
      cellpadding="0"
      cellspacing="0"
      border="0"
      style="margin:0 0 20px;font-size:16px;line-height:24px"
    >
      ${rows}
    </table>`;
}
