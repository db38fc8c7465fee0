import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "./apps.ts";
import { readTable } from "./table.ts";
import { canonicalApp, catalogued } from "./catalogue.ts";
import { CATEGORIES } from "./categories.ts";

const KINDS = ["social", "video", "messaging", "games"];
/** Made by the maker of one system, for that system alone. */
const OF_ONE_SYSTEM = ["messages", "facetime", "google-messages", "samsung-messages"];

const wild = CATALOGUE.flatMap(({ id, web }) =>
  web.filter((domain) => domain.startsWith("*.")).map((domain) => ({ id, domain })),
);
const domains = CATALOGUE.flatMap(({ id, web }) =>
  web.filter((domain) => !domain.startsWith("*.")).map((domain) => ({ id, domain })),
);
const onPhones = CATALOGUE.flatMap(({ id, android, ios }) =>
  [...android, ...ios].map((known) => ({ id, known })),
);

/** The text with each letter in whichever case. */
function inAnyCase(text: string) {
  return fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((c, at) => (upper[at] ? c.toUpperCase() : c)).join(""));
}

describe("the catalogue", () => {
  it("gives no id to two apps, and none twice to one", () => {
    const owners = new Map<string, string>();
    const twice: string[] = [];
    for (const { id, android, ios, web } of CATALOGUE) {
      for (const column of [android, ios, web]) {
        const lower = column.map((known) => known.toLowerCase());
        if (new Set(lower).size < lower.length) twice.push(id);
        for (const known of [id, ...lower]) {
          if ((owners.get(known) ?? id) !== id) twice.push(known);
          owners.set(known, id);
        }
      }
    }
    expect(twice).toEqual([]);
    expect(new Set(CATALOGUE.map(({ id }) => id)).size).toBe(CATALOGUE.length);
  });

  it("knows at least eighty apps for people, video, messages and games, on both systems", () => {
    const ofKinds = CATALOGUE.filter(({ category }) => KINDS.includes(category));
    const onBoth = ofKinds.filter(({ android, ios }) => android.length > 0 && ios.length > 0);
    expect(onBoth.length).toBeGreaterThanOrEqual(80);
    expect(ofKinds.filter((app) => !onBoth.includes(app)).map(({ id }) => id)).toEqual(
      OF_ONE_SYSTEM,
    );
    for (const { android, ios } of CATALOGUE) expect([...android, ...ios]).not.toEqual([]);
  });

  it("has apps of every category, but for the one that means none", () => {
    const present = new Set(CATALOGUE.map(({ category }) => category));
    expect(CATEGORIES.filter((category) => !present.has(category))).toEqual(["other"]);
  });

  it("holds ids of the shape that their column has", () => {
    for (const { id, name, android, ios, web } of CATALOGUE) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(name.length).toBeLessThanOrEqual(100);
      for (const known of android) expect(known).toMatch(/^[a-z]\w*(\.[a-z]\w*)+$/i);
      for (const known of ios) expect(known).toMatch(/^[\w-]+(\.[\w-]+)*$/);
      for (const known of web) expect(known).toMatch(/^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,}$/);
      for (const known of web) expect(known).not.toMatch(/^(www|m|mobile)\./);
    }
  });

  it("is read from rows, where a sign stands for none and one for the same id", () => {
    const table = `
a   | A app | com.a com.a.lite | = a.more | a.com
b-c | B+C   | -
            | b.c
d   | D     | com.d`;
    expect(readTable("news", table)).toEqual([
      {
        id: "a",
        name: "A app",
        category: "news",
        android: ["com.a", "com.a.lite"],
        ios: ["com.a", "a.more"],
        web: ["a.com"],
      },
      { id: "b-c", name: "B+C", category: "news", android: [], ios: ["b.c"], web: [] },
      { id: "d", name: "D", category: "news", android: ["com.d"], ios: [], web: [] },
    ]);
  });

  it.each(["", "a", "a | A", " | A | com.a", "a | | com.a", "a | A | b | c | d | e"])(
    "is not read from the row «%s»",
    (row) => {
      expect(() => readTable("news", row)).toThrow("not a row of the catalogue");
    },
  );
});

describe("the app that an id stands for", () => {
  it.each([
    ["com.instagram.android", "instagram"],
    ["COM.BURBN.Instagram", "instagram"],
    ["Instagram", "instagram"],
    ["WWW.Instagram.com", "instagram"],
    ["com.ss.android.ugc.trill", "tiktok"],
    ["old.reddit.com", "reddit"],
    ["mobile.twitter.com", "x"],
    ["m.youtube.com", "youtube"],
    ["music.youtube.com", "youtube-music"],
    ["m.music.youtube.com", "youtube-music"],
    ["en.wikipedia.org", "wikipedia"],
    ["de.m.wikipedia.org", "wikipedia"],
    ["pinterest", "pinterest"],
    ["com.amazon.mp3", "amazon-music"],
    ["com.facebook.katana", "facebook"],
    ["com.facebook.orca", "messenger"],
  ])("%s is %s", (client_app, canonical) => {
    expect(canonicalApp(client_app)).toBe(canonical);
  });

  it.each([
    "notinstagram.com",
    "instagram.com.example",
    "cdn.instagram.com",
    "com.example.instagram.android",
    "com.instagram",
    "m.com.whatsapp",
    "www.com.discord",
    "www.instagram",
    "tv.twitch.example",
    "www.m.example.com",
    "en.x.wikipedia.org",
    "set:instagram",
    "com.Example.Teahouse",
    "__proto__",
    "constructor",
    "",
    ".",
  ])("«%s» is none but itself", (client_app) => {
    expect(canonicalApp(client_app)).toBe(client_app);
    expect(catalogued(client_app)).toBeNull();
  });

  it("is a canonical id, which stands for itself and has a name and a category", () => {
    for (const { id, name, category } of CATALOGUE) {
      expect(canonicalApp(id)).toBe(id);
      expect(catalogued(id)).toMatchObject({ name, category });
      expect(CATEGORIES).toContain(category);
    }
  });

  it("is the same in any casing, and on a site's usual doors", () => {
    const door = fc.constantFrom("", "www.", "m.", "mobile.");
    const onSites = fc
      .tuple(fc.constantFrom(...domains), door)
      .map(([{ id, domain }, prefix]) => ({ id, known: prefix + domain }));
    const underWild = fc
      .tuple(fc.constantFrom(...wild), fc.stringMatching(/^[a-z0-9]{1,20}$/))
      .map(([{ id, domain }, label]) => ({ id, known: domain.replace("*", label) }));
    fc.assert(
      fc.property(
        fc
          .oneof(fc.constantFrom(...onPhones), onSites, underWild)
          .chain(({ id, known }) => fc.record({ id: fc.constant(id), known: inAnyCase(known) })),
        ({ id, known }) => {
          expect(canonicalApp(known)).toBe(id);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is not told by a part of the id: whatever is added makes it another", () => {
    const added = fc.stringMatching(/^zz[a-z0-9]{1,10}$/);
    const known = fc.constantFrom(
      ...onPhones.map((app) => app.known),
      ...domains.map(({ domain }) => domain).filter((domain) => !isUnderWild(`zz.${domain}`)),
    );
    fc.assert(
      fc.property(known, added, (id, more) => {
        for (const other of [`${more}.${id}`, `${id}.${more}`, `${more}${id}`, `${id}${more}`]) {
          if (!isUnderWild(other)) expect(canonicalApp(other)).toBe(other);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("is the id itself where the catalogue knows none, letter by letter", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 128 }), (text) => {
        fc.pre(catalogued(text.toLowerCase()) === null);
        expect(canonicalApp(text)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Whether the id is one label before a domain that the catalogue has with `*.`. */
function isUnderWild(id: string): boolean {
  return wild.some(({ domain }) => id.endsWith(domain.slice(1)));
}
