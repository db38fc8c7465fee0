import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadConfig } from "./env.ts";
import { seal, unseal, type SealPurpose } from "./seal.ts";

const env = (secret: string, previous = "") => ({
  ENVIRONMENT: "test",
  PUBLIC_URL: "http://localhost",
  APP_URL: "http://localhost",
  CORS_ORIGINS: "",
  MAIL_FROM: "a@example.com",
  JWT_SECRET: secret,
  JWT_SECRET_PREVIOUS: previous,
});
const config = loadConfig(env("first secret, thirty-two characters and more"));
const purpose = fc.constantFrom<SealPurpose>(
  "refresh",
  "verify",
  "reset",
  "change",
  "ticket",
  "unsubscribe",
);
const payload = fc.string({
  unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
});

describe("a sealed token", () => {
  it("opens to what was sealed, for its own purpose only", () => {
    fc.assert(
      fc.property(payload, purpose, purpose, (text, sealedFor, openedFor) => {
        const token = seal(config, sealedFor, text);
        expect(unseal(config, openedFor, token)).toBe(sealedFor === openedFor ? text : null);
        expect(token).toMatch(/^[\w-]*\.[\w-]{43}$/);
      }),
    );
  });

  it("has no other spelling: no changed, added or missing character opens", () => {
    fc.assert(
      fc.property(
        payload,
        fc.nat(),
        fc.constantFrom("A", "B", "_", "=", ".", " ", ""),
        (text, at, other) => {
          const token = seal(config, "verify", text);
          const index = at % token.length;
          const changed = token.slice(0, index) + other + token.slice(index + 1);
          if (changed !== token) expect(unseal(config, "verify", changed)).toBeNull();
        },
      ),
    );
  });

  it("still opens while its secret is the previous one, and not after", () => {
    const token = seal(config, "reset", "x");
    const second = "second secret, thirty-two characters and more";
    const rotating = loadConfig(env(second, "first secret, thirty-two characters and more"));
    expect(unseal(rotating, "reset", token)).toBe("x");
    expect(unseal(loadConfig(env(second)), "reset", token)).toBeNull();
  });

  it("is not made with a secret that is missing or weak", () => {
    for (const weak of ["", "short"]) {
      const unsafe = loadConfig(env(weak));
      expect(unsafe.problems).toHaveProperty("JWT_SECRET");
      expect(() => seal(unsafe, "verify", "x")).toThrow("not_configured");
    }
  });
});
