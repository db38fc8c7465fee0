import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRecords, type CsvRecord } from "./csv.ts";

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) {
    yield await Promise.resolve(bytes.subarray(from, from + size));
  }
}

async function read(content: string | Uint8Array, size = 7): Promise<CsvRecord[]> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(pieces(bytes, size))) records.push(record);
  return records;
}

/** Rows as [line, fields], or [line, fault]. */
async function rows(content: string | Uint8Array, size = 7): Promise<unknown[]> {
  return (await read(content, size)).map((record) =>
    "fault" in record ? [record.line, record.fault] : [record.line, record.fields],
  );
}

const quote = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

describe("a CSV file", () => {
  it("gives back what was written, however its bytes arrive", async () => {
    const field = fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a", "é", "😀", " ") });
    // A row of one empty field is an empty line, which is no row.
    const row = fc
      .array(field, { minLength: 1, maxLength: 4 })
      .filter(([first, ...more]) => first !== "" || more.length > 0);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 8 }),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (table, end, withBom, withLastEnd, size) => {
          const text = table.map((fields) => fields.map(quote).join(",")).join(end);
          const file = (withBom ? "\uFEFF" : "") + text + (withLastEnd ? end : "");
          const records = await read(file, size);
          expect(records.map((one) => ("fields" in one ? one.fields : one.fault))).toEqual(table);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("counts the lines of the file, also those inside quotes and empty ones", async () => {
    expect(await rows('a,b\r\n"1\n2",x\n\n3,4')).toEqual([
      [1, ["a", "b"]],
      [2, ["1\n2", "x"]],
      [5, ["3", "4"]],
    ]);
  });

  it("loses one row to bytes that are not UTF-8", async () => {
    const file = Buffer.concat([
      Buffer.from('a\n"b\n'),
      Buffer.from([0xe9]),
      Buffer.from('"\nc\n'),
    ]);
    expect(await rows(file)).toEqual([
      [1, ["a"]],
      [2, "is not UTF-8"],
      [4, ["c"]],
    ]);
  });

  it.each([
    ['a\n"b\nc\n', 2],
    ['a\n"b"x\nc\n', 2],
    ['a\nb"\nc\n', 2],
    ['a\n"b\n"c\nc\n', 2],
  ])("loses no row after one with a broken quote: %j", async (file, line) => {
    const records = await read(file);
    expect(records.find((one) => "fault" in one)?.line).toBe(line);
    expect(records.at(-1)).toMatchObject({ fields: ["c"] });
  });

  it("does not keep a line that never ends, and goes on behind it", async () => {
    const file = `a\n${"x".repeat(300_000)}\nb\n"${"y\n".repeat(40_000)}`;
    const records = await read(file, 64 * 1024);
    expect(records.slice(0, 3)).toMatchObject([
      { line: 1, fields: ["a"] },
      { line: 2, fault: expect.stringContaining("64 KiB") },
      { line: 3, fields: ["b"] },
    ]);
    expect(records[3]).toMatchObject({ line: 4, fault: expect.stringContaining("64 KiB") });
    expect(records.at(-1)).toMatchObject({ line: 40_003, fields: ["y"] });
  });
});
