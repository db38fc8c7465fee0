/** The orders in which accounts can be listed; each is that of an index. */
export const USER_SORTS = [
  "-created_at",
  "created_at",
  "email",
  "-email",
  "display_name",
  "-display_name",
] as const;
export type UserSort = (typeof USER_SORTS)[number];

/** What is searched for stands in the order of the accounts' creation alone. */
export const SEARCH_SORTS: readonly UserSort[] = ["-created_at", "created_at"];

type SortField = "created_at" | "email" | "display_name";

/** Reads an order: by what, and from which end. */
export function orderOf(sort: UserSort): { by: SortField; is_descending: boolean } {
  const is_descending = sort.startsWith("-");
  return { by: (is_descending ? sort.slice(1) : sort) as SortField, is_descending };
}

/** An account's place in an order: what it is ordered by ("" for its creation, which its id tells), and its id. */
export type UserKey = { value: string; id: string };

/** The place of an account in the order `by`. */
export function keyOf(
  { id, email, display_name }: { id: string; email: string; display_name: string },
  by: SortField,
): UserKey {
  return { value: { created_at: "", email, display_name }[by], id };
}
