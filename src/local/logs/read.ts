import type { Client } from "@planetscale/database";
import { entriesIn, type Archive } from "./archive.ts";
import { entriesAfter, partsBetween, type Part } from "./database.ts";
import type { Entry } from "./entry.ts";
import { inOneOrder, type Source } from "./merge.ts";
import type { Options } from "./options.ts";

/** Rows of MySQL that are held at once. */
const PAGE = 1_000;

/**
 * Gives what was audited, oldest first, each act once, wherever it stands. Goes from page to page of
 * MySQL, and lists the archive's parts of a page's stretch after it: what moved into the archive
 * meanwhile is in one of them. `onPart` hears of each part that is read.
 */
export async function* readLogs(
  client: Client,
  archive: () => Promise<Archive>,
  options: Options,
  onPart: (name: string) => void = () => undefined,
): AsyncGenerator<Entry> {
  // Before every id of the first instant, since no id has this text.
  let after = options.from_id;
  for (let is_over = false; !is_over;) {
    const rows = await entriesAfter(client, after, options, PAGE);
    is_over = rows.length < PAGE;
    const last = is_over ? options.to_id : (rows.at(-1)?.id ?? options.to_id);
    const start = after;
    const isDue = (entry: Entry) =>
      entry.id > start &&
      entry.id <= last &&
      entry.id < options.to_id &&
      isAskedFor(entry, options);
    const parts = (await partsBetween(client, after, last, options.user)).map(
      (part): Source<Entry> => ({
        first_id: part.first_id,
        read: async () => (await entriesOf(part, await archive(), onPart)).filter(isDue),
      }),
    );
    const fromMySql = {
      first_id: rows[0]?.id ?? last,
      read: async () => await Promise.resolve(rows),
    };
    yield* inOneOrder([fromMySql, ...parts]);
    after = last;
  }
}

/** A part that was announced and is not stored yet has its acts in MySQL still. */
async function entriesOf(
  part: Part,
  archive: Archive,
  onPart: (name: string) => void,
): Promise<Entry[]> {
  onPart(part.name);
  const bytes = await archive.read(part.name);
  return bytes === null ? [] : await entriesIn(bytes);
}

function isAskedFor(entry: Entry, { user, action, level }: Options): boolean {
  return (
    (user === null || entry.user_id === user || entry.actor_id === user) &&
    (action === null || entry.action === action) &&
    (level === null || entry.level === level)
  );
}
