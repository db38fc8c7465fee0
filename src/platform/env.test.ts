import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isConfigured, requireConfigured } from "./configured.ts";
import { loadConfig } from "./env.ts";

const good = {
  ENVIRONMENT: "production",
  PLANETSCALE_URL: "https://user:pscale_pw_5Gk@aws.connect.psdb.cloud/focus",
  JWT_SECRET: "bx7SIcfQAjDX4lCGMfOBXbqJdRcMrNIrd+oD3nGdKw0r1cXaYQJQ1S1L9Ez2bXyT",
  POSTMARK_TOKEN: "8f2c9c0e-53e4-4a5c-9f50-7b1f0cf6e1aa",
  PUBLIC_URL: "https://api.focus.example",
  APP_URL: "https://focus.example/app",
  CORS_ORIGINS: "https://focus.example, capacitor://localhost",
  MAIL_FROM: "Focus <focus@focus.example>",
};
const problemsWith = (more: Record<string, unknown>) => loadConfig({ ...good, ...more }).problems;

/** The log lines of the test that runs. */
let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line: unknown) => void lines.push(String(line)));
});
afterEach(() => vi.restoreAllMocks());

describe("an environment in which everything is there", () => {
  it("has no problems, and nothing is said of it", () => {
    const config = loadConfig(good);
    expect(isConfigured(config)).toBe(true);
    expect(config).toMatchObject({
      ...good,
      CORS_ORIGINS: ["https://focus.example", "capacitor://localhost"],
      JWT_SECRET_PREVIOUS: null,
      SCRYPT_COST: 32_768,
      AUTH_FLOOR_MS: 1_200,
    });
    expect(() => requireConfigured(config)).not.toThrow();
    expect(lines).toEqual([]);
  });

  it.each([
    { CORS_ORIGINS: "" },
    { CORS_ORIGINS: undefined },
    { PLANETSCALE_URL: "http://local:word@127.0.0.1:3900/focus" },
    { JWT_SECRET_PREVIOUS: "" },
    { JWT_SECRET_PREVIOUS: "EcnTTpSvWQ5HyyXBgCVBnX1v6Qd8Kd3RHn2xS9Z3sQY=" },
    { JWT_SECRET: "0f1e2d3c4b5a69788796a5b4c3d2e1f0" },
    { POSTMARK_HOST: "127.0.0.1:8025", SCRYPT_COST: "16", AUTH_FLOOR_MS: 0 },
    { MAIL_FROM: "focus@focus.example" },
    { PUBLIC_URL: "http://localhost:8787/" },
  ])("may also hold %j", (more) => {
    expect(problemsWith(more)).toEqual({});
  });
});

describe("a faulty variable", () => {
  it.each([
    ["ENVIRONMENT", ""],
    ["PLANETSCALE_URL", undefined],
    ["PLANETSCALE_URL", "mysql://user:hidden-word@db.example/focus"],
    ["PLANETSCALE_URL", "http://user:hidden-word@db.example/focus"],
    ["PLANETSCALE_URL", "https://hidden-user@db.example/focus"],
    ["PLANETSCALE_URL", "aws.connect.psdb.cloud"],
    ["JWT_SECRET", undefined],
    ["JWT_SECRET", ""],
    ["JWT_SECRET", "0f1e2d3c4b5a69788796a5b4c3d2e1f"],
    ["JWT_SECRET", "a".repeat(64)],
    ["JWT_SECRET", " ".repeat(64)],
    ["JWT_SECRET", "0123456789".repeat(5)],
    ["JWT_SECRET", "password1234".repeat(3)],
    ["JWT_SECRET", "openssl rand -base64 48, openssl rand -base64 48"],
    ["JWT_SECRET", "your-secret-key-change-this-in-production-please"],
    ["JWT_SECRET", "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7"],
    ["JWT_SECRET_PREVIOUS", "a short old one"],
    ["POSTMARK_TOKEN", undefined],
    ["POSTMARK_TOKEN", "two words"],
    ["METRICS_TOKEN", "fifteen-letters"],
    ["METRICS_TOKEN", "sixteen letters and blanks"],
    ["POSTMARK_HOST", "https://elsewhere.example/path"],
    ["PUBLIC_URL", undefined],
    ["PUBLIC_URL", "api.focus.example"],
    ["PUBLIC_URL", "ftp://api.focus.example"],
    ["PUBLIC_URL", "https://user:word@api.focus.example"],
    ["APP_URL", ""],
    ["APP_URL", "https://focus.example/?page=1"],
    ["APP_URL", "javascript:alert(1)"],
    ["CORS_ORIGINS", "*"],
    ["CORS_ORIGINS", "https://focus.example/"],
    ["CORS_ORIGINS", "https://focus.example https://other.example"],
    ["CORS_ORIGINS", "https://focus.example,null"],
    ["CORS_ORIGINS", "https://*.focus.example"],
    ["MAIL_FROM", undefined],
    ["MAIL_FROM", "Focus"],
    ["MAIL_FROM", "Focus <focus@focus.example>\r\nBcc: eve@focus.example"],
    ["SCRYPT_COST", "1000"],
    ["AUTH_FLOOR_MS", "soon"],
    ["MAIL_FROM", { not: "text" }],
  ])("%s = %j is named alone, and its value is not repeated", (name, value) => {
    const config = loadConfig({ ...good, [name]: value });
    expect(Object.keys(config.problems)).toEqual([name]);
    expect(() => requireConfigured(config)).toThrow("not_configured");
    const said = JSON.stringify(config.problems) + lines.join();
    expect(said).not.toMatch(/hidden|eve@|db\.example/);
    if (typeof value === "string" && value.trim().length > 1) expect(said).not.toContain(value);
  });

  it("leaves a safe value behind: no secret, no origin, production's cost", () => {
    const bad = { JWT_SECRET: "short", CORS_ORIGINS: "*", SCRYPT_COST: "1", AUTH_FLOOR_MS: "x" };
    expect(loadConfig({ ...good, ...bad })).toMatchObject({
      JWT_SECRET: null,
      CORS_ORIGINS: [],
      SCRYPT_COST: 32_768,
      AUTH_FLOOR_MS: 1_200,
    });
  });

  it("is said once an isolate, all of them in one line", () => {
    const bad = { PUBLIC_URL: "nonsense-public", MAIL_FROM: "nonsense-sender", JWT_SECRET: "weak" };
    for (let object = 0; object < 3; object += 1) loadConfig({ ...good, ...bad });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      level: "error",
      event: "not_configured",
      problems: {
        JWT_SECRET: "is shorter than 32 characters",
        PUBLIC_URL: expect.stringContaining("is no http(s) address"),
        MAIL_FROM: expect.stringContaining("is no address"),
      },
    });
    expect(lines.join()).not.toMatch(/nonsense|weak/);
  });

  it("asks only for what is needed where names are given", () => {
    const config = loadConfig({ ...good, CORS_ORIGINS: "*" });
    expect(() => requireConfigured(config, "JWT_SECRET", "PUBLIC_URL")).not.toThrow();
    expect(() => requireConfigured(config, "CORS_ORIGINS")).toThrow("not_configured");
  });
});

describe("a random secret", () => {
  it("is never taken for a weak one", () => {
    const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 });
    const spelled = fc.tuple(bytes, fc.constantFrom("hex" as const, "base64" as const));
    const lively = spelled.filter(([content]) => new Set(content).size > 16);
    fc.assert(
      fc.property(lively, ([content, spelling]) => {
        expect(problemsWith({ JWT_SECRET: Buffer.from(content).toString(spelling) })).toEqual({});
      }),
    );
  });
});
