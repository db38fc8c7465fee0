import type { Refusal } from "./refusal.ts";
import { FOREIGN_KEY_REFUSAL, NO_KEY_REFUSAL, syntaxError, unsupported } from "./refusal.ts";
import type { SqlToken } from "./sql-tokens.ts";
import { isSign, isWord, nameOf } from "./sql-tokens.ts";

const STORED_CODE = ["procedure", "function", "trigger", "event"];
const SERVER_OBJECTS = ["database", "schema", "user", "role", "server", "tablespace"];

/**
 * Why PlanetScale would refuse a schema change (CREATE, ALTER, DROP, RENAME), or null; null as well
 * for every other statement.
 */
export function refuseDefinition(tokens: SqlToken[]): Refusal | null {
  const [first] = tokens;
  if (!isWord(first, "create", "alter", "drop", "rename")) return null;
  // The first of these words is the statement's object: modifiers may stand before, columns after.
  const object = tokens.find((token) =>
    isWord(token, "table", "index", "key", "view", ...SERVER_OBJECTS, ...STORED_CODE),
  );
  if (isWord(object, ...STORED_CODE)) return syntaxError(object, object?.text ?? "");
  if (isWord(object, ...SERVER_OBJECTS)) return unsupported(`${first?.text} ${object?.text}`);
  if (isWord(first, "rename")) return unsupported("rename table");
  return (
    refuseForeignKey(tokens) ??
    refuseEngine(tokens) ??
    (isWord(first, "alter") ? refuseRename(tokens) : null) ??
    (isWord(first, "create") ? refuseKeyless(tokens) : null)
  );
}

function refuseForeignKey(tokens: SqlToken[]): Refusal | null {
  const found = tokens.some(
    (token, index) =>
      isWord(token, "references") ||
      (isWord(token, "foreign") &&
        isWord(tokens[index + 1], "key") &&
        !isWord(tokens[index - 1], "drop")),
  );
  return found ? FOREIGN_KEY_REFUSAL : null;
}

function refuseEngine(tokens: SqlToken[]): Refusal | null {
  const at = tokens.findIndex(
    (token, index) =>
      isWord(token, "engine") &&
      (isSign(tokens[index + 1], "=") || tokens[index + 1]?.kind === "word"),
  );
  if (at === -1) return null;
  const named = isSign(tokens[at + 1], "=") ? tokens[at + 2] : tokens[at + 1];
  const engine = named?.text.replaceAll(/['"]/g, "").toLowerCase();
  return engine === "innodb" ? null : unsupported(`storage engine ${engine}`);
}

function refuseRename(tokens: SqlToken[]): Refusal | null {
  for (const [index, token] of tokens.entries()) {
    const [next, second] = tokens.slice(index + 1, index + 3);
    if (isWord(token, "rename") && !isWord(next, "index", "key")) {
      return unsupported(isWord(next, "column") ? "rename column" : "rename table");
    }
    if (isWord(token, "change")) {
      const offset = isWord(next, "column") ? 1 : 0;
      const oldName = nameOf(offset === 1 ? second : next);
      const newName = nameOf(tokens[index + 2 + offset]);
      if (oldName !== newName) return unsupported("rename column");
    }
  }
  return null;
}

function refuseKeyless(tokens: SqlToken[]): Refusal | null {
  const table = tokens.findIndex((token) => isWord(token, "table"));
  if (table === -1 || table > 2) return null;
  if (tokens.some((token) => isWord(token, "like"))) return null;
  const definitions = splitDefinitions(tokens);
  const notNull = new Set<string>();
  for (const definition of definitions) {
    if (hasPair(definition, "primary", "key")) return null;
    const [name, type] = definition;
    if (isWord(type, "serial")) return null;
    if (hasPair(definition, "not", "null")) notNull.add(nameOf(name)?.toLowerCase() ?? "");
  }
  const keyed = definitions.some((definition) => {
    const unique = definition.findIndex((token) => isWord(token, "unique"));
    if (unique === -1) return false;
    const [first] = definition;
    if (!isWord(first, "unique", "constraint")) {
      return notNull.has(nameOf(first)?.toLowerCase() ?? "");
    }
    const open = definition.findIndex((token) => isSign(token, "("));
    const columns = definition
      .slice(open + 1)
      .filter((token) => nameOf(token) !== null && !isWord(token, "asc", "desc"));
    return columns.every((column) => notNull.has(column.text.toLowerCase()));
  });
  return keyed ? null : NO_KEY_REFUSAL;
}

function hasPair(tokens: SqlToken[], first: string, second: string): boolean {
  return tokens.some((token, index) => isWord(token, first) && isWord(tokens[index + 1], second));
}

/** The column and key definitions between the outermost parentheses, each as its own tokens. */
function splitDefinitions(tokens: SqlToken[]): SqlToken[][] {
  const definitions: SqlToken[][] = [];
  let depth = 0;
  let current: SqlToken[] = [];
  for (const token of tokens) {
    if (isSign(token, ")")) depth -= 1;
    if (depth === 1 && isSign(token, ",")) {
      definitions.push(current);
      current = [];
    } else if (depth >= 1) current.push(token);
    else if (current.length > 0) break;
    if (isSign(token, "(")) depth += 1;
  }
  if (current.length > 0) definitions.push(current);
  return definitions;
}
