import fc from "fast-check";

/** Of other types than the one that belongs there, or at its very edge. */
export const WRONG_TYPES: readonly unknown[] = [
  0,
  1,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 1,
  true,
  false,
  null,
  "",
  "0",
  [],
  [0],
  [null],
  [[]],
  {},
  { "": null },
  { toString: 1 },
];

/** Pairs that look alike, or that databases and case folding hold to be alike. */
export const TWINS: readonly string[] = [
  "e\u0301",
  "\u00e9",
  "\u0131",
  "\u212a",
  "\u017f",
  "\u00df",
  "\ufb01",
  "\uff41",
  "\u0430",
  "A ",
  " A",
  "A\u00a0",
  "A\u200b",
  "\u202eA",
  "A\ufeff",
  "\0",
  "A\0",
  "\ud800",
  "\udc00A",
  "\u{1f600}",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "\u0000\u0001\u001f\u007f",
  "%00",
  "\\u0000",
];

/** What would do harm wherever text is taken for something else. */
export const INJECTIONS: readonly string[] = [
  "' or '1'='1",
  '" or ""="',
  "1; drop table users -- ",
  "\\' or 1=1 #",
  "%' union select password_hash from users -- ",
  "%24{jndi:ldap://localhost/a}",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "../../../../etc/passwd",
  "%2e%2e%2f",
  "\r\nX-Injected: 1",
  "__proto__",
  "constructor",
  "NaN",
  "Infinity",
  "-0",
  "1e400",
  "0x10",
  "2026-02-30",
  "2026-01-01T24:00:00Z",
  "9999-12-31T23:59:60Z",
  "0000-00-00",
  "+275760-09-13T00:00:00Z",
  "Etc/Unknown",
  "%",
  "_",
];

/** Longer than any field may be. */
export const LONG: readonly string[] = [
  "a".repeat(300),
  "\u{1f600}".repeat(3_000),
  "0".repeat(9_000),
];

/** A value that nobody means well with. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WRONG_TYPES) },
  { weight: 3, arbitrary: fc.constantFrom(...TWINS) },
  { weight: 3, arbitrary: fc.constantFrom(...INJECTIONS) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** A text of the same kind, for where only text can stand. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("", "0", "-1", "1e9", "101", "null", "true", "[]", "0.5", " 1"),
  fc.constantFrom(...TWINS),
  fc.constantFrom(...INJECTIONS),
  fc.constantFrom(...LONG),
  fc.string({ unit: "binary", maxLength: 20 }),
);

/** JSON so deep that a careless reader runs out of stack. */
export function deepJson(depth: number): string {
  return `${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`;
}
