import { hashSync } from "bcryptjs";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../platform/env.ts";
import { hashPassword, needsRehash, verifyPassword } from "./passwords.ts";

const cheap = { N: 16 };
const salt = "A".repeat(22);
const key = "A".repeat(43);
const settings = {
  ENVIRONMENT: "x",
  PUBLIC_URL: "http://a.example",
  APP_URL: "http://a.example",
  CORS_ORIGINS: "",
  MAIL_FROM: "a@b",
};

describe("a password's hash", () => {
  it("verifies the password and no other", async () => {
    const stored = await hashPassword("correct horse", cheap);
    expect(await verifyPassword("correct horse", stored)).toBe(true);
    expect(await verifyPassword("correct horse ", stored)).toBe(false);
    expect(await hashPassword("correct horse", cheap)).not.toBe(stored);
  });

  it("takes the same accent however the keyboard spelled it", async () => {
    const stored = await hashPassword("caf\u00e9 au lait", cheap);
    expect(await verifyPassword("cafe\u0301 au lait", stored)).toBe(true);
  });

  it("costs N=32768 r=8 p=3 with a 16-byte salt unless a suite lowers it", async () => {
    const cost = { N: loadConfig(settings).SCRYPT_COST };
    const stored = await hashPassword("correct horse", cost);
    expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword("correct horse", stored)).toBe(true);
    expect(needsRehash(stored, cost)).toBe(false);
    expect(needsRehash(await hashPassword("correct horse", cheap), cost)).toBe(true);
  });

  it("of an imported account verifies, and asks to be made anew", async () => {
    const stored = hashSync("correct horse", 4);
    for (const variant of ["$2a$", "$2b$", "$2y$"]) {
      const imported = stored.replace(/^\$2.\$/, variant);
      expect(await verifyPassword("correct horse", imported)).toBe(true);
      expect(await verifyPassword("wrong horse", imported)).toBe(false);
      expect(needsRehash(imported, cheap)).toBe(true);
    }
  });

  it.each([
    null,
    "",
    "plain",
    "$scrypt$",
    "$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=15,r=99,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=0,r=8,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=4,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$2b$31$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$2b$04$cut",
    `$2b$00$${"A".repeat(53)}`,
    `$2b$13$${"A".repeat(53)}`,
    `$scrypt$ln=30,r=8,p=3$${salt}$${key}`,
    `$scrypt$ln=16,r=8,p=3$${salt}$${key}`,
    `$scrypt$ln=-1,r=8,p=3$${salt}$${key}`,
    `$scrypt$ln=1e1,r=8,p=3$${salt}$${key}`,
    `$scrypt$ln=15,r=8,p=3$${salt}$${key.slice(1)}`,
    `$scrypt$ln=15,r=8,p=3$${salt}$${key.replace("A", "*")}`,
    `$scrypt$ln=15,r=8,p=3$${salt}$${key}=`,
    `$scrypt$ln=15,r=8,p=3$${salt}\0$${key}`,
    `\0$scrypt$ln=15,r=8,p=3$${salt}$${key}`,
    `$scrypt$ln=15,r=8,p=3$${salt}$${key}\n`,
    `$scrypt$ln=15,r=8,p=3$${"A".repeat(10_240)}$${key}`,
    "$".repeat(10_240),
    `$2b$${"1".repeat(10_240)}`,
    "\0".repeat(255),
  ])("that is hostile or cut off (case %#) is not matched and not worked on", async (stored) => {
    const from = performance.now();
    expect(await verifyPassword("correct horse", stored)).toBe(false);
    expect(performance.now() - from).toBeLessThan(1_500);
  });
});
