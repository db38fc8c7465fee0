import { Buffer } from "node:buffer";

/** A cell as the connector reads it with dates and JSON left as text. */
export type Cell = string | number | bigint | boolean | Buffer | null;

// One scratch buffer for all rows: a row is written into it, measured cell by cell, and encoded.
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Rows in the protocol's form, as JSON text: for each row the byte lengths of its cells ("-1" for
 * NULL) and all their bytes in one base64 string.
 */
export function rowsJson(rows: readonly (readonly Cell[])[]): string {
  let json = "[";
  for (const [index, row] of rows.entries()) {
    if (index > 0) json += ",";
    json += rowJson(row);
  }
  return `${json}]`;
}

function rowJson(row: readonly Cell[]): string {
  let end = 0;
  let lengths = "";
  for (let index = 0; index < row.length; index += 1) {
    const cell = row[index];
    if (index > 0) lengths += ",";
    if (cell === null || cell === undefined) {
      lengths += '"-1"';
      continue;
    }
    const start = end;
    if (typeof cell === "object") {
      reserve(end, cell.length);
      end += cell.copy(scratch, end);
    } else {
      const text = typeof cell === "string" ? cell : String(cell);
      // No UTF-16 unit takes more than three bytes of UTF-8.
      reserve(end, text.length * 3);
      end += scratch.write(text, end);
    }
    lengths += `"${end - start}"`;
  }
  if (end === 0) return `{"lengths":[${lengths}]}`;
  return `{"lengths":[${lengths}],"values":"${scratch.toString("base64", 0, end)}"}`;
}

function reserve(used: number, more: number): void {
  if (used + more <= scratch.length) return;
  const grown = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, used + more));
  scratch.copy(grown, 0, 0, used);
  scratch = grown;
}
