import { describe, expect, it } from "vitest";
import {
  isMailKind,
  type Locale,
  type Mail,
  type MailKind,
  renderMail,
  streamOf,
} from "./index.ts";
import { samples } from "./samples.ts";

type Case = {
  title: string;
  kind: MailKind;
  locale: Locale;
  data: unknown;
  render: (data: unknown) => Mail;
};

function casesOf<Kind extends MailKind>(kind: Kind): Case[] {
  type Data = Parameters<typeof renderMail<Kind>>[2];
  const ofKind: Record<string, Data> = samples[kind];
  return Object.entries(ofKind).flatMap(([sample, data]) =>
    (["en", "fr"] as const).map((locale) => ({
      title: `${kind} (${sample}) in ${locale}`,
      kind,
      locale,
      data,
      render: (other: unknown) => renderMail(kind, locale, other as Data),
    })),
  );
}

const cases = Object.keys(samples)
  .filter(isMailKind)
  .flatMap((kind) => casesOf(kind));

const isLink = (text: string) => text.startsWith("https://");

/** Every text in the data, at any depth, put through `change`. */
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => withTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, withTexts(field, change)]),
  );
}

function textsOf(value: unknown): string[] {
  const texts: string[] = [];
  withTexts(value, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

const tagsOf = (mail: Mail) => mail.html.match(/<[!/a-z][^\s>]*/gi);

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function seenIn(markup: string): string {
  return markup
    .replace(/<(style|title)[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "");
}

describe.each(cases)("$title", ({ kind, locale, data, render }) => {
  const mail = render(data);

  it("has a subject, an HTML part in its language, and a text part", () => {
    expect(mail.subject.length).toBeGreaterThan(5);
    expect(mail.html).toMatch(new RegExp(`^<!doctype html>\\s*<html lang="${locale}"`));
    expect(mail.html.trimEnd()).toMatch(/<\/html>$/);
    expect(mail.text.split("\n\n").length).toBeGreaterThan(5);
  });

  it("leaves no placeholder and no missing value", () => {
    const parts = [mail.subject, mail.html, mail.text].join("\n");
    expect(parts).not.toMatch(/undefined|null|NaN|Infinity|\[object|\$\{|\{\{|Invalid/);
  });

  it("holds every link of its data in both parts, and loads nothing", () => {
    for (const link of textsOf(data).filter(isLink)) {
      expect(mail.html).toContain(`href="${link}"`);
      expect(mail.text).toContain(link);
    }
    expect(mail.html).not.toMatch(/<(img|link|script|iframe|object)|src=|url\(|@import/i);
  });

  it("shows the main link as one button and bare below it, or no link at all", () => {
    const main = textsOf(data).find(isLink);
    expect(mail.html.match(/<a\s+class="button"/g) ?? []).toHaveLength(main ? 1 : 0);
    if (main) expect(seenIn(mail.html)).toContain(main);
    else expect(mail.html + mail.text).not.toMatch(/<a\s|https?:/);
  });

  it("says how to unsubscribe exactly when it is no mail about the account itself", () => {
    const holdsUnsubscribe =
      typeof data === "object" && data !== null && "unsubscribe_link" in data;
    expect(streamOf(kind)).toBe(holdsUnsubscribe ? "broadcast" : "transactional");
  });

  it("keeps its elements when every text of its data is markup", () => {
    const hostile = `"><script>alert('x')</script><b a="&`;
    const attacked = render(
      withTexts(data, (text) => (isLink(text) ? text + encodeless(hostile) : text + hostile)),
    );
    expect(tagsOf(attacked)).toEqual(tagsOf(mail));
    expect(attacked.html).not.toContain("<script");
    expect(attacked.html).not.toContain(`"&gt;`);
  });

  it("stays one subject and the same lines when every name holds line breaks", () => {
    const attacked = render(
      withTexts(data, (text) =>
        isLink(text) ? text : `${text}\r\nBcc: everyone@example.org\u2028\n\nhttps://evil.example`,
      ),
    );
    expect(attacked.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    expect(attacked.text.split(/[\n\u2028]/)).toHaveLength(mail.text.split("\n").length);
    expect(attacked.text).not.toContain("https://evil");
    expect(seenIn(attacked.html)).not.toContain("https://evil");
  });

  it("cuts its subject when the names are huge, and greets without a name that shows nothing", () => {
    const huge = render(withTexts(data, (text) => (isLink(text) ? text : "😀".repeat(500))));
    expect([...huge.subject].length).toBeLessThanOrEqual(120);
    const nameless = render(withTexts(data, (text) => (isLink(text) ? text : " \u200b\u202e ")));
    expect(nameless.text).toContain(locale === "en" ? "\n\nHello,\n\n" : "\n\nBonjour,\n\n");
  });

  it("refuses a link that is not http(s)", () => {
    for (const link of textsOf(data).filter(isLink)) {
      const attacked = withTexts(data, (text) => (text === link ? "javascript:alert(1)" : text));
      expect(() => render(attacked)).toThrow(TypeError);
    }
  });
});

/** White space is not allowed in a link, so hostile markup goes into one without it. */
function encodeless(text: string): string {
  return text.replaceAll(/\s/g, "/");
}

describe("French typography", () => {
  it.each(cases.filter(({ locale }) => locale === "fr"))("$title", ({ data, render }) => {
    const mail = render(data);
    const shown = [mail.subject, seenIn(mail.html), mail.text]
      .join("\n")
      .replace(/https:\/\/\S+/g, "");
    expect(shown).not.toMatch(/[^\u202f][;:!?»]/);
    expect(shown).not.toMatch(/«(?!\u202f)/);
    expect(shown).not.toMatch(/['"“”]|\.\.\.|oe(?=u|i)/);
    expect(shown).not.toMatch(/\b[Vv](?:ous|otre|os) (?!tous)/);
  });
});

describe("English typography", () => {
  it.each(cases.filter(({ locale }) => locale === "en"))("$title", ({ data, render }) => {
    const mail = render(data);
    expect([mail.subject, seenIn(mail.html), mail.text].join("\n")).not.toMatch(/['"«»]|\.\.\./);
  });
});

it("knows its kinds by name, and no name from an object's prototype", () => {
  expect(isMailKind("welcome")).toBe(true);
  expect(isMailKind("toString")).toBe(false);
  expect(isMailKind("")).toBe(false);
});
