import type { Chance } from "../../demo/random.ts";

/** What somebody is called, and their address. */
export type Named = { display_name: string; email: string };

/** So many of 10,000 have the rare name, which a search for few is about. */
const RARE = 2;
export const RARE_NAME = "Ouzonidis";

const FIRST = words(`
  Anna Maria Thomas Lucas Emma Hannah Daniel Sofia Noah Jan Leon Marie Paul Julia David Laura Mohamed
  Elena Samuel Camille Zoé Jürgen Chloé André Yuki Priya Wei Fatima Olga Ivan Astrid Bjørn Łukasz
  Kwame Ngozi Diego Lucía Mateo Inês João Aylin Emre Katarzyna Piotr Saoirse Rhys Linnea Oskar Petra Vaclav`);
const LAST = words(`
  Müller Schmidt Martin Bernard Dubois Rossi Russo García Fernández Silva Santos Jansen Bakker Nielsen
  Hansen Andersson Johansson Nowak Kowalska Novák Dvořák Horváth Nagy Popescu Ivanova Petrov Yılmaz Demir
  Kaya Cohen Levi Haddad Khan Singh Patel Sharma Chen Wang Tanaka Sato Kim Park Nguyen Tran Okafor Mensah
  Brown Taylor Walker Murphy O'Brien Campbell Morgan Evans Leclerc Fontaine Weber Fischer Wagner Zimmermann`);
const DOMAINS = words("mail.example post.example office.example inbox.example.org");

/** Somebody's name, frequent ones more often, and an address with the number `index` that is theirs alone. */
export function nameOf(index: number, chance: Chance): Named {
  const first = oftenEarly(FIRST, chance);
  const last = index % 10_000 < RARE ? RARE_NAME : oftenEarly(LAST, chance);
  const local = plain(`${first}.${last}.${index}`).replaceAll("'", "");
  return { display_name: `${first} ${last}`, email: `${local}@${oftenEarly(DOMAINS, chance)}` };
}

/** A text in small letters without accents, as it is compared in a search. */
export function plain(text: string): string {
  const letters: Record<string, string> = { ø: "o", ł: "l", ı: "i" };
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[øłı]/g, (letter) => letters[letter] ?? letter);
}

/** One of a list, its first ones more often. Raises a RangeError for an empty one. */
export function oftenEarly<T>(list: readonly T[], chance: Chance): T {
  const last = list.length - 1;
  const one = list[Math.min(chance.whole(0, last), chance.whole(0, last))];
  if (one === undefined) throw new RangeError("nothing to pick from");
  return one;
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
