/** How many rows one statement deletes at most, so that none holds many locks or runs for long. */
const PAGE_ROWS = 1_000;

/**
 * Deletes row by row's page until none is left: `deletePage` takes how many rows it may delete and
 * gives how many it did. Cut off half-way, it goes on where it stopped when it is called again.
 */
export async function inPages(deletePage: (limit: number) => Promise<number>): Promise<void> {
  for (let deleted = PAGE_ROWS; deleted === PAGE_ROWS;) deleted = await deletePage(PAGE_ROWS);
}
