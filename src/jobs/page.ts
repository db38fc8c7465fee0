/** What one page of a job did, by name, and what the next page begins after; null where none is left. */
export type JobPage = { counts: Record<string, number>; next_after: string | null };

/** A job that goes through its work by key. */
export type PagedJob<Ctx> = (ctx: Ctx, after: string | null) => Promise<JobPage>;

/** Sums counts by their names. */
export function summed(
  counts: Record<string, number>,
  more: Record<string, number>,
): Record<string, number> {
  const sums = { ...counts };
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
