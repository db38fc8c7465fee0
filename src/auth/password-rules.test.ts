import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commonPasswords } from "./common-passwords.ts";
import { isCommonPassword, normalizedPassword, passwordProblem } from "./password-rules.ts";

const email = "ada.lovelace@example.org";
const listed = commonPasswords.trim().split(/\s+/);

describe("the common passwords", () => {
  it("are 3,000 different ones of at least 10 characters, in the form they are compared in", () => {
    expect(new Set(listed).size).toBe(3000);
    for (const password of listed) {
      expect([...password].length).toBeGreaterThanOrEqual(10);
      expect(password.normalize("NFKC").toLowerCase()).toBe(password);
    }
  });

  it.each([
    "qwertyuiop",
    "1234567890",
    "password123",
    "Password2026",
    "iloveyou123",
    "QWERTYUIOP",
    "1111111111",
    "ｐａｓｓｗｏｒｄ１２３",
  ])("include %s", (password) => {
    expect(isCommonPassword(password)).toBe(true);
    expect(passwordProblem(password, email)).toBe("too_common");
  });

  it.each(["correct horse battery staple", "toString", "__proto__", ""])(
    "do not include %j",
    (password) => {
      expect(isCommonPassword(password)).toBe(false);
    },
  );
});

describe("the length of a password", () => {
  it("counts code points, not UTF-16 units or bytes", () => {
    expect(passwordProblem("🌲🌳🌴🌵🌷🌸🌹🌺🌻", email)).toBe("too_short");
    expect(passwordProblem("🌲🌳🌴🌵🌷🌸🌹🌺🌻🌼", email)).toBe(null);
    expect(passwordProblem("🌲".repeat(256), email)).toBe(null);
    expect(passwordProblem("🌲".repeat(257), email)).toBe("too_long");
  });

  it("is that of the composed form", () => {
    const composed = "éèêëàâùûç";
    expect(passwordProblem(composed.normalize("NFD"), email)).toBe("too_short");
    expect(passwordProblem(`${composed}ï`.normalize("NFD"), email)).toBe(null);
    expect(passwordProblem("ᾂ".repeat(256).normalize("NFD"), email)).toBe(null);
    expect(passwordProblem("ᾂ".repeat(257).normalize("NFD"), email)).toBe("too_long");
  });

  it.each([
    ["123456789", "too_short"],
    ["", "too_short"],
    ["x9".repeat(128), null],
    [`${"x9".repeat(128)}x`, "too_long"],
    ["          ", null],
  ])("decides about %j: %s", (password, problem) => {
    expect(passwordProblem(password, email)).toBe(problem);
  });

  it("is judged without composing a text of 200,000 accents in the worst order", () => {
    expect(passwordProblem("a" + "\u0301\u0323".repeat(100_000), email)).toBe("too_long");
  });
});

it.each(["good enough\0", "\ud83d lone half", "lone half \udf32"])(
  "refuses %j as no text",
  (password) => {
    expect(passwordProblem(password, email)).toBe("not_text");
  },
);

it.each([email, "ADA.Lovelace@Example.ORG", `  ${email} `])(
  "refuses the address as %j",
  (password) => {
    expect(passwordProblem(password, email)).toBe("is_address");
  },
);

it("allows a password that only holds the address", () => {
  expect(passwordProblem(`${email} and more`, email)).toBe(null);
});

it("judges and hashes two typings of the same text alike", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
      const [one, other] = [text.normalize("NFC"), text.normalize("NFD")];
      expect(normalizedPassword(one)).toBe(normalizedPassword(other));
      expect(passwordProblem(one, email)).toBe(passwordProblem(other, email));
    }),
  );
});

it("never raises, whatever it is given", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string(), (password, address) => {
      expect(() => passwordProblem(password, address)).not.toThrow();
    }),
  );
});
