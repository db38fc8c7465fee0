/** Moves with every change of what a key looks like: accounts with older keys get new ones by a job. */
export const SEARCH_VERSION = 1;
/** A key begins with its head: all keys with one head stand in the order of their accounts. */
const HEAD = 2;
const LONGEST_KEY = 64;
/** Folding may make more of a text than it was: a single sign can stand for a phrase of 18 letters. */
const LONGEST_TEXT = 254;

/** The least and the most characters to search for. */
export const SEARCHED = { least: HEAD, most: LONGEST_KEY } as const;

/** Where a part of a name or an address begins, up to its 64th character. */
export type SearchKey = { head: string; tail: string };

/** Letters that Unicode does not take apart into a plain one and a mark. */
const PLAIN: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  ħ: "h",
  þ: "th",
  ı: "i",
  ς: "σ",
};
/** Stands for blanks: MySQL ignores those at the end of a text. */
const BLANK = "·";

/**
 * What is compared of a text: its letters without case, accents and widths, a single sign for any
 * number of blanks. "  Zoë   STRAẞE " gives "zoe·strasse".
 */
export function folded(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[ßæœøđðłħþıς]/g, (letter) => PLAIN[letter] ?? letter)
    .trim()
    .replaceAll(/\s+/g, BLANK);
  return [...plain].slice(0, LONGEST_TEXT).join("");
}

/**
 * The keys by which an account is found: one for each character at which something searched for may
 * begin. That is any of the name, any of an address up to its @, and the start of each of the
 * domain's labels: what lies between would only make "mail" find everybody at gmail.com.
 */
export function searchKeysOf(user: { display_name: string; email: string }): SearchKey[] {
  const name = [...folded(user.display_name)];
  const email = [...folded(user.email)];
  const at = email.lastIndexOf("@");
  const starts = email.flatMap((_, place) =>
    place <= at || email[place - 1] === "." || place === at + 1 ? [place] : [],
  );
  const keys = [
    ...name.map((_, place) => keyAt(name, place)),
    ...starts.map((place) => keyAt(email, place)),
  ].filter((key) => key !== null);
  return [...new Map(keys.map((key) => [key.head + key.tail, key])).values()];
}

/** The key that those of accounts must begin with which hold `text`; null where it is too short to search for. */
export function searchedKey(text: string): SearchKey | null {
  return keyAt([...folded(text)], 0);
}

function keyAt(letters: readonly string[], place: number): SearchKey | null {
  const key = letters.slice(place, place + LONGEST_KEY);
  if (key.length < HEAD) return null;
  return { head: key.slice(0, HEAD).join(""), tail: key.slice(HEAD).join("") };
}
