import type { Connection, FieldInfo, UpsertResult } from "mariadb";
import type { Cell } from "./result-rows.ts";
import { rowsJson } from "./result-rows.ts";
import { fieldJson } from "./vitess-fields.ts";

/** What a statement does to the transaction it is in; `work` is everything else. */
export type StatementKind = "begin" | "commit" | "rollback" | "set" | "use" | "work";

const KIND =
  /^\s*(?:(begin)\b|start\s+(transaction)\b|(commit)\b|(rollback)\b(?!\s+(?:work\s+)?to\b)|(set)\b|(use)\b)/i;

/** Reads a statement's kind from its first words. */
export function statementKind(sql: string): StatementKind {
  const found = KIND.exec(sql);
  if (found === null) return "work";
  if (found[1] !== undefined || found[2] !== undefined) return "begin";
  if (found[3] !== undefined) return "commit";
  if (found[4] !== undefined) return "rollback";
  return found[5] !== undefined ? "set" : "use";
}

/** The server answered with more rows than a statement may. */
export class TooManyRowsError extends Error {}

/** The most rows that one statement may answer with. */
export const MAX_ROWS = 100_000;

// metaAsArray makes the connector answer with a pair; DML gives an object, a SELECT a list of rows.
type Answer = [UpsertResult, unknown] | [Cell[][], FieldInfo[]];

/**
 * Runs one statement and gives the protocol's `result` as JSON text. Raises the connector's SqlError,
 * and TooManyRowsError.
 */
export async function runStatement(connection: Connection, sql: string): Promise<string> {
  const answer: Answer = await connection.query<Answer>(sql);
  return resultJson(answer);
}

function resultJson([outcome, fields]: Answer): string {
  if (!Array.isArray(outcome)) {
    const { affectedRows, insertId } = outcome;
    const parts: string[] = [];
    if (affectedRows > 0) parts.push(`"rowsAffected":"${affectedRows}"`);
    // The connector gives 0 where no AUTO_INCREMENT value was made.
    if (Number(insertId) > 0) parts.push(`"insertId":"${insertId}"`);
    return `{${parts.join(",")}}`;
  }
  if (outcome.length > MAX_ROWS) throw new TooManyRowsError();
  const columns = (fields as FieldInfo[]).map((field) => fieldJson(field)).join(",");
  if (outcome.length === 0) return `{"fields":[${columns}]}`;
  return `{"fields":[${columns}],"rows":${rowsJson(outcome)}}`;
}
