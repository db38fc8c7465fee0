import { Temporal } from "./temporal.ts";

/** "Z", "+01:00" and whole timestamps are no names, though Temporal takes some of them for a zone. */
const NAME_SHAPE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const MAX_LENGTH = 64;

const EPOCH = Temporal.Instant.fromEpochMilliseconds(0);

/** Names by their lower case; holds known zones only, so it cannot grow past their number. */
const namesByLowerCase = new Map<string, string>();

/**
 * Whether `name` is a time zone of the IANA database, links such as "Asia/Calcutta", "Japan" or
 * "UTC" included, spelt exactly as there: "europe/paris" would work, but then one zone had many
 * names. Refused too: offsets ("+01:00"), the three-letter names only ICU knows ("IST", "PST"),
 * POSIX rules ("GMT+5"; "EST5EDT" stands in the database) and "Factory", which means none is set.
 */
export function isTimeZone(name: string): boolean {
  if (name.length > MAX_LENGTH || !NAME_SHAPE.test(name) || name === "Factory") return false;
  const lowerCase = name.toLowerCase();
  const known = namesByLowerCase.get(lowerCase);
  if (known !== undefined) return known === name;
  const spelling = ianaSpelling(lowerCase);
  if (spelling === null) return false;
  namesByLowerCase.set(lowerCase, spelling);
  return spelling === name;
}

/**
 * How the database spells a name, or null where it has none such. Temporal asks for lower case here
 * because the polyfill remembers every spelling it was ever asked for.
 */
function ianaSpelling(lowerCase: string): string | null {
  try {
    return EPOCH.toZonedDateTimeISO(lowerCase).timeZoneId;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
