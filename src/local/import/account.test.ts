import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayNameSchema, emailSchema } from "../../users/users.wire.ts";
import { isTooCostly, readAccount } from "./account.ts";
import { readCreated } from "./created.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const hash = `$2b$12$${"abcdefghijklmnopqrstuvwxyz./ABCDEFGHIJKLMNOPQRSTUVWXYZ".slice(0, 53)}`;
const row = {
  email: "Ada@Example.com",
  hash,
  name: "Ada Lovelace",
  role: "user",
  active: "true",
  verified: "1",
  created: "2024-02-29 23:59:59.123456",
};
const reasonsOf = (more: Partial<typeof row>): string[] => {
  const account = readAccount({ ...row, ...more }, now);
  return "reasons" in account ? account.reasons : [];
};

describe("a row of the old system", () => {
  it("becomes an account, its address in lower case", () => {
    expect(readAccount(row, now)).toEqual({
      email: "ada@example.com",
      password_hash: hash,
      display_name: "Ada Lovelace",
      role: "user",
      is_active: true,
      is_verified: true,
      created_at: Date.parse("2024-02-29T23:59:59.123Z"),
    });
  });

  it.each([
    [
      { active: "False", verified: "f" },
      { is_active: false, is_verified: false },
    ],
    [
      { active: "T", verified: "0" },
      { is_active: true, is_verified: false },
    ],
    [{ role: " ADMIN " }, { role: "admin" }],
    [{ name: " Ada\tL.\u0000 " }, { display_name: "Ada L." }],
    [{ name: "😀".repeat(50) }, { display_name: "😀".repeat(50) }],
    [{ created: "" }, { created_at: now }],
  ])("is read as %j", (more, expected) => {
    expect(readAccount({ ...row, ...more }, now)).toMatchObject(expected);
  });

  it.each([
    [{ email: "ada" }, "email"],
    [{ email: "adé@example.com" }, "email"],
    [{ email: `${"a".repeat(250)}@b.cd` }, "email"],
    [{ hash: "a plain password" }, "password hash"],
    [{ hash: hash.slice(0, -1) }, "password hash"],
    [{ hash: `${hash}a` }, "password hash"],
    [{ hash: hash.replace("$2b$", "$2x$") }, "password hash"],
    [{ hash: hash.replace("$12$", "$03$") }, "password hash"],
    [{ hash: hash.replace("$12$", "$16$") }, "password hash"],
    [{ name: " \u0007 " }, "name"],
    [{ name: "a".repeat(51) }, "name"],
    [{ role: "root" }, "role"],
    [{ active: "" }, "active"],
    [{ verified: "yes" }, "verified"],
    [{ created: "yesterday" }, "created"],
    [{ created: "2026-11-22T12:00:01Z" }, "created"],
  ])("is refused for its own fault only: %j", (more, field) => {
    const reasons = reasonsOf(more);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(new RegExp(`^${field}: `));
    // What is wrong must not be repeated: it may be somebody's password.
    for (const value of Object.values(more)) {
      if (value !== "") expect(reasons[0]).not.toContain(value);
    }
  });

  it("is told all of its faults at once", () => {
    expect(reasonsOf({ email: "x", hash: "x", role: "x" })).toHaveLength(3);
  });

  it("whose hash sign-in will not work on is told apart", () => {
    expect(isTooCostly(hash)).toBe(false);
    expect(isTooCostly(hash.replace("$12$", "$13$"))).toBe(true);
  });
});

describe("the rules of an import", () => {
  const part = fc.string({
    unit: fc.constantFrom("a", "B", "0", ".", "-", "_", "+", "@", "é", " ", "'", "\u0000", "K"),
    maxLength: 12,
  });
  const address = fc.oneof(
    part,
    fc.tuple(part, part).map(([a, b]) => `${a}@${b}.com`),
  );

  it("take the addresses that the API takes, in the form it gives them", () => {
    fc.assert(
      fc.property(fc.oneof(address, fc.emailAddress()), (email) => {
        const ours = readAccount({ ...row, email }, now);
        const theirs = emailSchema.safeParse(email.trim());
        expect("reasons" in ours ? null : ours.email).toBe(theirs.data ?? null);
      }),
      { numRuns: 2_000 },
    );
  });

  it("give only names that the API would take unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (name) => {
        const ours = readAccount({ ...row, name }, now);
        if ("reasons" in ours) return;
        expect(displayNameSchema.parse(ours.display_name)).toBe(ours.display_name);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("the date of an account", () => {
  it.each([
    ["2024-05-01T10:00:00Z", "2024-05-01T10:00:00.000Z"],
    ["2024-05-01t10:00:00.5z", "2024-05-01T10:00:00.500Z"],
    ["2024-05-01 10:00:00", "2024-05-01T10:00:00.000Z"],
    ["2024-05-01T10:00", "2024-05-01T10:00:00.000Z"],
    ["2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00.000Z"],
    ["2024-05-01 10:00:00.123456+00", "2024-05-01T10:00:00.123Z"],
    ["2024-05-01T10:00:00-0330", "2024-05-01T13:30:00.000Z"],
  ])("%s is %s", (text, expected) => {
    expect(new Date(readCreated(text, now) ?? 0).toISOString()).toBe(expected);
  });

  it.each([
    "2024-05-01",
    "2023-02-29T10:00:00Z",
    "2024-13-01T10:00:00Z",
    "2024-05-01T24:00:00Z",
    "2024-05-01T10:60:00Z",
    "2024-05-01T10:00:00+24:00",
    "0000-00-00 00:00:00",
    "1999-12-31T23:59:59Z",
    "1714557600",
    "01/05/2024 10:00",
    "2024-05-01T10:00:00Z or so",
  ])("%s is none", (text) => {
    expect(readCreated(text, now)).toBeNull();
  });
});
