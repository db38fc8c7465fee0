/** Entries in ascending order of their ids, read once the first of them is due. */
export interface Source<T> {
  first_id: string;
  read(): Promise<T[]>;
}

/**
 * Gives the entries of all sources in one order, each id once. Sources may overlap; no more of them
 * are held in memory at once than do.
 */
export async function* inOneOrder<T extends { id: string }>(
  sources: readonly Source<T>[],
): AsyncGenerator<T> {
  const waiting = sources.toSorted((one, other) => (one.first_id < other.first_id ? -1 : 1));
  let open: { entries: T[]; at: number }[] = [];
  for (;;) {
    let lowest: T | null = null;
    for (const { entries, at } of open) {
      const head = entries[at];
      if (head && (lowest === null || head.id < lowest.id)) lowest = head;
    }
    const [next] = waiting;
    if (next && (lowest === null || next.first_id <= lowest.id)) {
      waiting.shift();
      open.push({ entries: await next.read(), at: 0 });
      continue;
    }
    if (lowest === null) return;
    yield lowest;
    for (const source of open) if (source.entries[source.at]?.id === lowest.id) source.at += 1;
    open = open.filter(({ entries, at }) => at < entries.length);
  }
}
