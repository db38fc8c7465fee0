import { describe, expect, it } from "vitest";
import { templates } from "../../emails/index.ts";
import { previewedMails, previewPage, themed, themeOf } from "./emails-preview-page.ts";

const mails = previewedMails();

it("previews every kind of mail in both languages", () => {
  for (const kind of Object.keys(templates)) {
    const locales = mails.filter((mail) => mail.kind === kind).map((mail) => mail.locale);
    expect(new Set(locales)).toEqual(new Set(["en", "fr"]));
  }
});

it("shows each mail at both widths, in the look asked for, with its text part", () => {
  const page = previewPage(mails, "dark");
  expect(page.match(/<iframe/g)).toHaveLength(2 * mails.length);
  expect(page.match(/src="\/mails\/0\?theme=dark"/g)).toHaveLength(2);
  expect(page.match(/<pre>/g)).toHaveLength(mails.length);
});

describe("a look", () => {
  const media = "(prefers-color-scheme: dark)";

  it("is left to the browser when the query names none", () => {
    expect(themeOf("dark")).toBe("dark");
    expect(themeOf(null)).toBe("auto");
    expect(themeOf("purple")).toBe("auto");
  });

  it("holds whatever the browser prefers", () => {
    const markup = mails[0]?.html ?? "";
    expect(themed(markup, "auto")).toBe(markup);
    expect(markup).toContain(`@media ${media}`);
    for (const [theme, query] of [
      ["dark", "all"],
      ["light", "not all"],
    ] as const) {
      const fixed = themed(markup, theme);
      expect(fixed).toContain(`@media ${query}`);
      expect(fixed).not.toContain(media);
      expect(fixed).not.toContain("light dark");
    }
  });
});
