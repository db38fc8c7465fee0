/** What the columns of the old system's `users` are called here. */
export const COLUMNS = ["email", "hash", "name", "role", "active", "verified", "created"] as const;
export type Column = (typeof COLUMNS)[number];

/** The spellings of a column, the one that is preferred first. */
const SPELLINGS: Record<Column, readonly string[]> = {
  email: ["email", "email_address", "mail"],
  hash: ["hashed_password", "password_hash", "bcrypt_hash", "bcrypt", "hash"],
  name: ["display_name", "full_name", "name", "username"],
  role: ["role"],
  active: ["is_active", "active"],
  verified: ["is_verified", "verified", "email_verified", "is_email_verified"],
  created: ["created_at", "created", "date_created"],
};

/** Columns that a file may leave out; every account was then created now. */
const OPTIONAL: readonly Column[] = ["created"];

/** Where each column stands in a row; `unused` are the names of the others. */
export type Header = {
  size: number;
  places: Partial<Record<Column, number>>;
  unused: string[];
};

/** Finds the columns by the file's first row. A string says what is wrong with it. */
export function readHeader(fields: readonly string[]): Header | string {
  const names = fields.map((field) => field.trim().toLowerCase());
  const places: Header["places"] = {};
  for (const column of COLUMNS) {
    const spelling = SPELLINGS[column].find((one) => names.includes(one));
    if (spelling === undefined) continue;
    if (names.indexOf(spelling) !== names.lastIndexOf(spelling))
      return `two columns are called ${spelling}`;
    places[column] = names.indexOf(spelling);
  }
  const missing = COLUMNS.filter(
    (column) => places[column] === undefined && !OPTIONAL.includes(column),
  );
  if (missing.length > 0) {
    const wanted = missing.map((column) => SPELLINGS[column].join(" or "));
    return `a column is missing: ${wanted.join("; ")}`;
  }
  const used = new Set(Object.values(places));
  return { size: names.length, places, unused: names.filter((_, place) => !used.has(place)) };
}

/** A row's values by column; a column that the file has not is empty. A string says what is wrong. */
export function cellsOf(
  { size, places }: Header,
  fields: readonly string[],
): Record<Column, string> | string {
  if (fields.length !== size) return `has ${fields.length} fields, the header has ${size}`;
  const cell = (column: Column): string => fields[places[column] ?? -1] ?? "";
  return {
    email: cell("email"),
    hash: cell("hash"),
    name: cell("name"),
    role: cell("role"),
    active: cell("active"),
    verified: cell("verified"),
    created: cell("created"),
  };
}
