import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatInstant, parseInstant } from "./instant.ts";

const anyInstant = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });

describe("an instant on the wire", () => {
  it.each([
    ["2026-11-22T10:00:00Z", Date.UTC(2026, 10, 22, 10)],
    ["2026-11-22t10:00:00z", Date.UTC(2026, 10, 22, 10)],
    ["2026-11-22T10:00:00+05:30", Date.UTC(2026, 10, 22, 4, 30)],
    ["2026-11-22T10:00:00-03:30", Date.UTC(2026, 10, 22, 13, 30)],
    ["2026-11-22T10:00:00-00:00", Date.UTC(2026, 10, 22, 10)],
    ["2026-11-22T10:00:00.5Z", Date.UTC(2026, 10, 22, 10, 0, 0, 500)],
    ["2026-11-22T10:00:00.07+01:00", Date.UTC(2026, 10, 22, 9, 0, 0, 70)],
    ["2026-11-22T10:00:00.1239999999Z", Date.UTC(2026, 10, 22, 10, 0, 0, 123)],
    ["2024-02-29T23:59:59Z", Date.UTC(2024, 1, 29, 23, 59, 59)],
    ["0001-01-01T00:00:00Z", -62_135_596_800_000],
    ["9999-12-31T23:59:59.999Z", 253_402_300_799_999],
  ])("is read from %s", (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it.each([
    "",
    "2026-11-22",
    "2026-11-22T10:00:00",
    "2026-11-22 10:00:00Z",
    "2026-11-22T10:00Z",
    "2026-11-22T10:00:00.Z",
    "2026-11-22T10:00:00,5Z",
    "2026-11-22T10:00:00+0530",
    "2026-11-22T10:00:00+5:30",
    "2026-11-22T10:00:00+24:00",
    "2026-11-22T10:00:00+05:60",
    "2026-11-22T10:00:00\u221205:00",
    "2026-11-22T10:00:00Z ",
    " 2026-11-22T10:00:00Z",
    "2026-11-22T10:00:00ZZ",
    "2026-11-22T10:00:00+05:30Z",
    "2026-11-22T10:00:00[Europe/Paris]",
    "2026-11-22T10:00:00Z[Europe/Paris]",
    "2026-11-22T24:00:00Z",
    "2026-11-22T23:60:00Z",
    "2016-12-31T23:59:60Z",
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-13-10T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "0000-12-31T23:59:59Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "+02026-11-22T10:00:00Z",
    "2026-1１-22T10:00:00Z",
    "2026-11-22T-1:00:00Z",
    "2026-11-22T1e:00:00Z",
    `2026-11-22T10:00:00.${"0".repeat(100)}Z`,
  ])("is refused: %j", (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it("comes back from the text it was written as", () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const text = formatInstant(instant);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(parseInstant(text)).toBe(instant);
      }),
      { numRuns: 5_000 },
    );
  });

  it("is the same under any offset it is told in", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -62_000_000_000, max: 253_000_000_000 }),
        fc.integer({ min: -1439, max: 1439 }),
        fc.stringMatching(/^(\.[0-9]{1,9})?$/),
        (second, offset, fraction) => {
          const local = new Date((second + offset * 60) * 1_000).toISOString().slice(0, 19);
          const size = Math.abs(offset);
          const [hours, minutes] = [Math.floor(size / 60), size % 60].map((part) =>
            String(part).padStart(2, "0"),
          );
          const text = `${local}${fraction}${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
          const milliseconds = Number(fraction.slice(1, 4).padEnd(3, "0"));
          expect(parseInstant(text)).toBe(second * 1_000 + milliseconds);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it("never comes from a text that Date reads otherwise", () => {
    const part = fc.constantFrom(..."0123456789-:.TZ+ ");
    const mutation = fc.record({ at: fc.nat(29), put: fc.string({ unit: part, maxLength: 2 }) });
    fc.assert(
      fc.property(anyInstant, fc.array(mutation, { maxLength: 3 }), (instant, mutations) => {
        let text = formatInstant(instant).replace("Z", "+01:00");
        for (const { at, put } of mutations) text = text.slice(0, at) + put + text.slice(at + 1);
        const parsed = parseInstant(text);
        if (parsed !== null) expect(parsed).toBe(new Date(text).getTime());
      }),
      { numRuns: 20_000 },
    );
  });
});
