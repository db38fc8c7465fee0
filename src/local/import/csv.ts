import { Buffer } from "node:buffer";

/** A row of a CSV file under the number of the line it begins on, the first being 1. */
export type CsvRecord = { line: number; fields: string[] } | { line: number; fault: string };

/** No row of ours comes near; a quote that is never closed must not swallow the file. */
const MAX_RECORD_BYTES = 64 * 1024;
const [LF, CR, QUOTE] = [0x0a, 0x0d, 0x22];
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads CSV (RFC 4180: commas, quotes, CRLF or LF; a BOM is skipped, empty lines too) as it comes,
 * holding no more than a chunk and a row. A row that cannot be read is given as its fault; after a
 * broken quote the next line begins anew, so that a fault costs one row and not the file.
 */
export async function* csvRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const reader = new Reader();
  for await (const chunk of chunks) yield* reader.read(chunk, false);
  yield* reader.read(new Uint8Array(), true);
}

class Reader {
  private rest = Buffer.alloc(0);
  private line = 1;
  private isFirst = true;
  /** Inside a line that is too long to keep. */
  private isSkipping = false;

  *read(chunk: Uint8Array, isLast: boolean): Generator<CsvRecord> {
    this.rest = Buffer.concat([this.rest, chunk]);
    if (this.isFirst) {
      if (this.rest.length < BOM.length && !isLast) return;
      if (this.rest.subarray(0, BOM.length).equals(BOM)) this.rest = this.rest.subarray(BOM.length);
      this.isFirst = false;
    }
    let from = 0;
    while (from < this.rest.length) {
      const lineEnd = this.rest.indexOf(LF, from) + 1;
      if (this.isSkipping) {
        from = lineEnd === 0 ? this.rest.length : lineEnd;
        if (lineEnd === 0) break;
        this.isSkipping = false;
        this.line += 1;
        continue;
      }
      const { end, isWhole } = recordEnd(this.rest, from);
      const isTooLong = end - from > MAX_RECORD_BYTES;
      if (!isWhole && !isTooLong && !isLast) break;
      const { line } = this;
      const read = isTooLong ? "is longer than 64 KiB, or a quote is not closed" : null;
      const record = read ?? readRecord(this.rest.subarray(from, end));
      if (typeof record === "string") {
        yield { line, fault: record };
        from = lineEnd === 0 ? this.rest.length : lineEnd;
        if (lineEnd === 0) this.isSkipping = true;
        else this.line += 1;
        continue;
      }
      from = end;
      this.line += record.lines;
      if ("fault" in record) yield { line, fault: record.fault };
      else if (record.fields !== null) yield { line, fields: record.fields };
    }
    this.rest = this.rest.subarray(from);
  }
}

/** Where the row from `from` on ends, its line break included; not whole where the bytes end before. */
function recordEnd(bytes: Buffer, from: number): { end: number; isWhole: boolean } {
  let isQuoted = false;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (byte === LF && !isQuoted) return { end: at + 1, isWhole: true };
  }
  return { end: bytes.length, isWhole: false };
}

type Read = { lines: number; fields: string[] | null } | { lines: number; fault: string };

/** Reads the bytes of one row; a string says what is wrong with its quotes. An empty line has no fields. */
function readRecord(bytes: Buffer): Read | string {
  let end = bytes.length;
  if (bytes[end - 1] === LF) end -= 1;
  if (bytes[end - 1] === CR) end -= 1;
  if (end === 0) return { lines: 1, fields: null };
  const content = bytes.subarray(0, end);
  const text = decode(content);
  // The bytes of ASCII stand for themselves in UTF-8, so the shape can be read where the text cannot.
  const fields = splitFields(text ?? content.toString("latin1"));
  if (typeof fields === "string") return fields;
  let lines = 1;
  for (let at = content.indexOf(LF); at !== -1; at = content.indexOf(LF, at + 1)) lines += 1;
  return text === null ? { lines, fault: "is not UTF-8" } : { lines, fields };
}

function decode(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function splitFields(text: string): string[] | string {
  const fields: string[] = [];
  for (let at = 0; ; at += 1) {
    if (text[at] === '"') {
      const quoted = readQuoted(text, at + 1);
      if (quoted === null) return "a quote is not closed";
      fields.push(quoted.value);
      at = quoted.end;
      if (at < text.length && text[at] !== ",") return "something follows a closing quote";
    } else {
      const comma = text.indexOf(",", at);
      const value = text.slice(at, comma === -1 ? text.length : comma);
      if (value.includes('"')) return "a quote stands inside a field that does not begin with one";
      fields.push(value);
      at += value.length;
    }
    if (at === text.length) return fields;
  }
}

function readQuoted(text: string, from: number): { value: string; end: number } | null {
  let value = "";
  for (let at = from; ;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return null;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}
