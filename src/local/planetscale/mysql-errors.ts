import type { MysqlError } from "./vitess-errors.ts";
import { isWord, nameOf, sqlTokens } from "./sql-tokens.ts";

/** MariaDB's number for a failed CHECK, which also guards its JSON columns. */
export const MARIADB_CHECK_FAILED = 4025;

/**
 * Puts a server's error into MySQL 8's words. MariaDB names a duplicate key without its table, where
 * MySQL says `table.key`; the statement tells which table that is.
 */
export function asMysqlError(error: MysqlError, sql: string): MysqlError {
  if (error.errno !== 1062) return error;
  const text = error.text.replace(/ for key '([^'.]+)'$/, (whole, key: string) => {
    const table = changedTable(sql);
    return table === null ? whole : ` for key '${table}.${key}'`;
  });
  return { ...error, text };
}

/** The constraint that MariaDB's error 4025 names: of a column (`table.column`) or with its own name. */
export function failedConstraint(text: string): {
  table: string;
  constraint: string;
  is_column: boolean;
} | null {
  const found = /^CONSTRAINT `(.+)` failed for `.*`\.`(.+)`$/.exec(text);
  const [, name, table] = found ?? [];
  if (name === undefined || table === undefined) return null;
  const isColumn = name.startsWith(`${table}.`);
  return { table, constraint: isColumn ? name.slice(table.length + 1) : name, is_column: isColumn };
}

/** MySQL's error for a broken CHECK. */
export function checkViolated(constraint: string): MysqlError {
  return {
    errno: 3819,
    sqlstate: "HY000",
    text: `Check constraint '${constraint}' is violated.`,
  };
}

/** MySQL's error for text that is no JSON in a JSON column. */
export function invalidJson(table: string, column: string): MysqlError {
  return {
    errno: 3140,
    sqlstate: "22032",
    text: `Invalid JSON text: "Invalid value." at position 0 in value for column '${table}.${column}'.`,
  };
}

/** The table that a statement writes to, as named in it without its schema, or null. */
function changedTable(sql: string): string | null {
  const tokens = sqlTokens(sql.slice(0, 1000));
  const verb = tokens[0];
  let at = -1;
  if (isWord(verb, "insert", "replace")) {
    at = tokens.findIndex((token) => isWord(token, "into")) + 1;
  } else if (isWord(verb, "update")) at = isWord(tokens[1], "ignore", "low_priority") ? 2 : 1;
  else if (isWord(verb, "alter")) at = tokens.findIndex((token) => isWord(token, "table")) + 1;
  else if (isWord(verb, "create")) at = tokens.findIndex((token) => isWord(token, "on")) + 1;
  if (at < 1) return null;
  const qualified = tokens[at + 1]?.text === "." ? tokens[at + 2] : tokens[at];
  return nameOf(qualified);
}
