import { SqlError } from "mariadb";
import type { ConnectionPool } from "./connections.ts";
import {
  asMysqlError,
  checkViolated,
  failedConstraint,
  invalidJson,
  MARIADB_CHECK_FAILED,
} from "./mysql-errors.ts";
import type { MysqlError } from "./vitess-errors.ts";

/**
 * A failed statement's error as MySQL 8 would have given it, whichever server is behind. MariaDB
 * refuses bad JSON by a CHECK that only its definition tells from others, so that is looked up.
 */
export async function explainError(
  error: unknown,
  sql: string,
  pool: ConnectionPool,
): Promise<MysqlError> {
  if (!(error instanceof SqlError)) {
    return { errno: 1105, sqlstate: "HY000", text: String(error) };
  }
  const found: MysqlError = {
    errno: error.errno,
    sqlstate: error.sqlState ?? "HY000",
    text: error.sqlMessage ?? "",
  };
  if (found.errno !== MARIADB_CHECK_FAILED) return asMysqlError(found, sql);
  const failed = failedConstraint(found.text);
  if (failed === null) return found;
  const { table, constraint, is_column: isColumn } = failed;
  if (!isColumn) return checkViolated(constraint);
  const isJson = await isJsonColumn(pool, table, constraint);
  return isJson ? invalidJson(table, constraint) : checkViolated(`${table}_chk_1`);
}

async function isJsonColumn(pool: ConnectionPool, table: string, column: string): Promise<boolean> {
  try {
    const connection = await pool.take();
    try {
      const [rows] = await connection.query<[string[][]]>(
        "SELECT check_clause FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = ? AND constraint_name = ?",
        [table, column],
      );
      return rows.some(([clause]) => clause?.toLowerCase().includes("json_valid"));
    } finally {
      pool.give(connection);
    }
  } catch {
    return false;
  }
}
