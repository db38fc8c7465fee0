import { z } from "zod";
import { weaknessOf } from "./weak-secret.ts";

/** How a variable is read, and what stands in for it where it is missing or faulty. */
type Rule<T, F> = { schema: z.ZodType<T>; fallback: F; isNeeded: boolean };

const needed = <T, F>(schema: z.ZodType<T>, fallback: F): Rule<T, F> => {
  return { schema, fallback, isNeeded: true };
};
const optional = <T, F>(schema: z.ZodType<T>, fallback: F): Rule<T, F> => {
  return { schema, fallback, isNeeded: false };
};

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** An address that leads nowhere; what would show it is not done while a variable is faulty. */
const NOWHERE = "https://not-configured.invalid";

// Messages stand in the log: they name what is wrong and repeat nothing of a value.
const webAddress = z
  .string()
  .refine(isWebAddress, "is no http(s) address without query, fragment and credentials")
  .transform((text) => text.replace(/\/+$/, ""));

const credential = z
  .string()
  .refine(isCredential, "is no https://user:password@host/database (http only on this machine)");

const origins = z
  .string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .transform((list) => list.filter((origin) => origin !== ""))
  .refine((list) => list.every(isOrigin), "is no list of exact origins, scheme://host[:port]");

const secret = z.string().superRefine((value, ctx) => {
  const message = weaknessOf(value);
  if (message !== null) ctx.addIssue({ code: "custom", message });
});

const whole = (message: string, isGood: (number: number) => boolean) =>
  z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine(isGood, message);

/** Every variable and secret of the Worker. */
export const variables = {
  ENVIRONMENT: needed(
    z.string().regex(/^[\w-]{1,32}$/, "is no short name of letters and digits"),
    "unknown",
  ),
  PLANETSCALE_URL: needed(credential, null),
  JWT_SECRET: needed(secret, null),
  /** Still accepted for verifying while the secret is being rotated. */
  JWT_SECRET_PREVIOUS: optional(secret, null),
  POSTMARK_TOKEN: needed(z.string().regex(/^[!-~]+$/, "has blanks or other than ASCII"), null),
  /** The password by which Postmark's webhooks come in; where there is none, they are refused. */
  POSTMARK_WEBHOOK_SECRET: optional(z.string().min(16, "is shorter than 16 characters"), null),
  /** What Prometheus shows to read `/metrics`; where there is none, nothing is counted. */
  METRICS_TOKEN: optional(
    z
      .string()
      .min(16, "is shorter than 16 characters")
      .regex(/^[!-~]+$/, "has blanks or other than ASCII"),
    null,
  ),
  /** Another address than Postmark's own, only where a stand-in answers. */
  POSTMARK_HOST: optional(z.string().regex(/^[\w.-]+(:\d{1,5})?$/, "is no host[:port]"), ""),
  PUBLIC_URL: needed(webAddress, NOWHERE),
  APP_URL: needed(webAddress, NOWHERE),
  CORS_ORIGINS: optional(origins, [] as string[]),
  MAIL_FROM: needed(z.string().refine(isSender, "is no address, or Name <address>"), ""),
  /** N of scrypt; only suites that are not about hashing lower it. */
  SCRYPT_COST: optional(
    whole(
      "is no power of 2 from 2 to 32768",
      (cost) => cost >= 2 && cost <= 32_768 && Number.isInteger(Math.log2(cost)),
    ),
    32_768,
  ),
  /** The least time in ms that an answer takes whose duration could tell accounts apart. */
  AUTH_FLOOR_MS: optional(
    whole("is no number of ms up to 10000", (ms) => ms <= 10_000),
    1_200,
  ),
  /** How many sockets one object of a board holds; further viewers sit at relays. Only suites lower it. */
  BOARD_VIEWERS: optional(
    whole("is no number from 1 to 10000", (count) => count >= 1 && count <= 10_000),
    2_000,
  ),
};

export type VariableName = keyof typeof variables;
/** What is wrong, by the variable's name; never its value. */
export type Problems = Partial<Record<VariableName, string>>;
export type Values = {
  [Name in VariableName]: (typeof variables)[Name] extends Rule<infer T, infer F> ? T | F : never;
};

/** Reads the variables. One that is missing or faulty gets its fallback and is named in `problems`. */
export function readVariables(env: object): { values: Values; problems: Problems } {
  const given = env as Record<string, unknown>;
  const values: Record<string, unknown> = {};
  const problems: Problems = {};
  for (const [key, { schema, fallback, isNeeded }] of Object.entries(variables)) {
    const name = key as VariableName;
    values[name] = fallback;
    const raw = given[name] ?? "";
    // TOML and the dashboard can hold numbers, too.
    const text = typeof raw === "number" ? String(raw) : raw;
    if (text === "") {
      if (isNeeded) problems[name] = "is missing";
      continue;
    }
    const read = schema.safeParse(text);
    if (read.success) values[name] = read.data;
    else problems[name] = typeof text === "string" ? firstMessage(read.error) : "is no text";
  }
  return { values: values as Values, problems };
}

function firstMessage(error: z.ZodError): string {
  return error.issues[0]?.message ?? "is not valid";
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) return false;
  return url.username === "" && url.password === "" && !/[?#\s]/.test(text);
}

function isCredential(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username === "" || url.password === "") return false;
  // The driver sends the password with every statement: in the clear only where it stays here.
  return (
    url.protocol === "https:" || (url.protocol === "http:" && LOCAL_HOSTS.includes(url.hostname))
  );
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (!url || text.includes("*")) return false;
  if (url.protocol === "https:" || url.protocol === "http:") return url.origin === text;
  // Apps in a web view have a scheme of their own, such as capacitor://localhost.
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(text);
}

function isSender(text: string): boolean {
  const address = /^[^<>\p{Cc}]{1,100} <([^<>]+)>$/u.exec(text)?.[1] ?? text;
  return z.email().safeParse(address).success;
}
