import type { FieldInfo } from "mariadb";

const UNSIGNED = 1 << 5;
const BINARY = 1 << 7;
const ENUM = 1 << 8;
const SET = 1 << 11;

// MySQL's column types by number, as its protocol sends them.
const PLAIN_TYPES = new Map<number, string>([
  [0, "DECIMAL"],
  [4, "FLOAT32"],
  [5, "FLOAT64"],
  [7, "TIMESTAMP"],
  [10, "DATE"],
  [11, "TIME"],
  [12, "DATETIME"],
  [13, "YEAR"],
  [14, "DATE"],
  [16, "BIT"],
  [17, "TIMESTAMP"],
  [18, "DATETIME"],
  [19, "TIME"],
  [245, "JSON"],
  [246, "DECIMAL"],
  [247, "ENUM"],
  [248, "SET"],
  [255, "GEOMETRY"],
]);
const INTEGER_TYPES = new Map<number, string>([
  [1, "INT8"],
  [2, "INT16"],
  [3, "INT32"],
  [8, "INT64"],
  [9, "INT24"],
]);
const TEXT_TYPES = new Map<number, readonly [text: string, binary: string]>([
  [15, ["VARCHAR", "VARBINARY"]],
  [249, ["TEXT", "BLOB"]],
  [250, ["TEXT", "BLOB"]],
  [251, ["TEXT", "BLOB"]],
  [252, ["TEXT", "BLOB"]],
  [253, ["VARCHAR", "VARBINARY"]],
  [254, ["CHAR", "BINARY"]],
]);

/**
 * A result column's Vitess type, or null for the type of a bare NULL, which the protocol leaves out.
 * MariaDB keeps JSON as text and says so in its extended metadata alone. As in Vitess, a `_bin`
 * collation makes a text column VARBINARY; the driver still reads it as text, by its character set.
 */
export function vitessType(field: FieldInfo): string | null {
  const type: number = field.columnType;
  const flags: number = field.flags;
  if (field.isDataTypeFormatJson()) return "JSON";
  const integer = INTEGER_TYPES.get(type);
  if (integer !== undefined) return flags & UNSIGNED ? `U${integer}` : integer;
  const text = TEXT_TYPES.get(type);
  if (text === undefined) return PLAIN_TYPES.get(type) ?? null;
  if (flags & ENUM) return "ENUM";
  if (flags & SET) return "SET";
  return flags & BINARY ? text[1] : text[0];
}

/** A result column as JSON text in the protocol's form: zero values are left out. */
export function fieldJson(field: FieldInfo): string {
  const type = vitessType(field);
  const table = field.table();
  const orgTable = field.orgTable();
  const database = field.db();
  const orgName = field.orgName();
  let json = `{"name":${JSON.stringify(field.name())}`;
  if (type !== null) json += `,"type":"${type}"`;
  if (table !== "") json += `,"table":${JSON.stringify(table)}`;
  if (orgTable !== "") json += `,"orgTable":${JSON.stringify(orgTable)}`;
  if (database !== "") json += `,"database":${JSON.stringify(database)}`;
  if (orgName !== "") json += `,"orgName":${JSON.stringify(orgName)}`;
  if (field.columnLength !== 0) json += `,"columnLength":${field.columnLength}`;
  json += `,"charset":${field.collation.index}`;
  if (field.scale !== 0) json += `,"decimals":${field.scale}`;
  const flags: number = field.flags;
  if (flags !== 0) json += `,"flags":${flags}`;
  return `${json}}`;
}
