import type { Refusal } from "./refusal.ts";
import { misplaced, syntaxError, unsupported } from "./refusal.ts";
import { refuseDefinition } from "./refuse-definition.ts";
import type { SqlToken } from "./sql-tokens.ts";
import { isSign, isWord, sqlTokens } from "./sql-tokens.ts";

export type { Refusal } from "./refusal.ts";

// Most statements hold none of these, and then need no closer look; what does is cut into tokens.
const SUSPICIOUS =
  /^\s*(?:\/|--|#|create|alter|drop|truncate|rename|load|call|use|grant|revoke|set|handler|lock|kill|flush|shutdown|install|(?:insert|replace)\b[\s\S]*\)\s*as\b)|\blateral\b|\breturning\b|\bjson_table\b|\brecursive\b|\binto\s+(?:out|dump)file\b|\/\*!|:=|;/i;

// First words that no PlanetScale branch runs for an application, whatever follows.
const FORBIDDEN_STARTS = new Map([
  ["load", "load data"],
  ["call", "stored procedures"],
  ["grant", "grant"],
  ["revoke", "revoke"],
  ["handler", "handler"],
  ["lock", "lock tables"],
  ["kill", "kill"],
  ["flush", "flush"],
  ["shutdown", "shutdown"],
  ["install", "install"],
]);

/**
 * Why PlanetScale would refuse a statement that the server behind may well accept, or null when it
 * would run it. The list stands in the platform notes: row alias, LATERAL, RETURNING, JSON_TABLE,
 * recursive CTE, `:=`, several statements at once, foreign keys, stored code, LOAD DATA, TRUNCATE
 * (direct DDL), renames, other engines than InnoDB, tables without a unique NOT NULL key.
 */
export function refusalOf(sql: string): Refusal | null {
  if (!SUSPICIOUS.test(sql)) return null;
  const tokens = sqlTokens(sql);
  return refuseStatement(tokens) ?? refuseDefinition(tokens) ?? refuseInside(tokens);
}

function refuseStatement(tokens: SqlToken[]): Refusal | null {
  const [first, second] = tokens;
  const end = tokens.findIndex((token) => isSign(token, ";"));
  if (end !== -1 && end < tokens.length - 1) return misplaced(tokens[end + 1]);
  if (first?.kind !== "word") return null;
  const forbidden = FORBIDDEN_STARTS.get(first.text);
  if (forbidden !== undefined) return unsupported(forbidden);
  if (first.text === "truncate") return unsupported("direct DDL: TRUNCATE under safe migrations");
  if (first.text === "use" && !second?.text.startsWith("@")) return unsupported("use database");
  if (first.text === "set" && isWord(second, "global", "persist", "@@global", "password")) {
    return unsupported("set global");
  }
  return null;
}

function refuseInside(tokens: SqlToken[]): Refusal | null {
  const inserts = isWord(tokens[0], "insert", "replace");
  let depth = 0;
  let valuesSeen = false;
  for (const [index, token] of tokens.entries()) {
    if (isSign(token, "(")) depth += 1;
    else if (isSign(token, ")")) depth -= 1;
    else if (isSign(token, ":=")) return syntaxError(token, ":=");
    else if (token.kind === "word") {
      const refusal = refuseWord(tokens, index);
      if (refusal !== null) return refusal;
      if (inserts && depth === 0) {
        // VALUES(col) after ON DUPLICATE KEY UPDATE is a function; the alias can only stand before.
        if (token.text === "values" || token.text === "value") valuesSeen = true;
        else if (token.text === "on") valuesSeen = false;
        else if (token.text === "as" && valuesSeen) return misplaced(token);
      }
    }
  }
  return null;
}

function refuseWord(tokens: SqlToken[], index: number): Refusal | null {
  const token = tokens[index];
  const next = tokens[index + 1];
  const previous = tokens[index - 1];
  // A column may bear such a name when it is qualified.
  if (token === undefined || isSign(previous, ".")) return null;
  if (token.text === "lateral") return unsupported("lateral derived tables");
  if (token.text === "json_table" && isSign(next, "("))
    return unsupported("json_table expressions");
  if (token.text === "recursive" && isWord(previous, "with")) {
    return unsupported("recursive common table expression");
  }
  if (token.text === "returning" && isWord(tokens[0], "insert", "replace", "update", "delete")) {
    return misplaced(token);
  }
  if (token.text === "into" && isWord(next, "outfile", "dumpfile")) {
    return unsupported("select into outfile");
  }
  return null;
}
