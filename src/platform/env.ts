import { z } from "zod";
import { writeLine } from "./log.ts";

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);

const settings = z.object({
  ENVIRONMENT: z.string().min(1),
  PUBLIC_URL: z.url(),
  APP_URL: z.url(),
  CORS_ORIGINS: list,
  MAIL_FROM: z.string().min(3),
  POSTMARK_HOST: z.string().default(""),
  /** N of scrypt; only suites that are not about hashing lower it. */
  SCRYPT_COST: z.coerce
    .number()
    .refine((cost) => cost >= 2 && cost <= 32_768 && Number.isInteger(Math.log2(cost)))
    .default(32_768),
  /** The least time in ms that an answer takes whose duration could tell accounts apart. */
  AUTH_FLOOR_MS: z.coerce.number().int().min(0).default(1_200),
});

const secrets = {
  PLANETSCALE_URL: z.url(),
  JWT_SECRET: z.string().min(32, "must be at least 32 characters"),
  POSTMARK_TOKEN: z.string().min(1),
};

/** Without it, or with one that can be guessed, Postmark's webhooks are refused. */
const webhookSecret = z.string().min(16);

export type Config = z.infer<typeof settings> & {
  /** A secret that is missing or too weak is null; `problems` says so. */
  PLANETSCALE_URL: string | null;
  JWT_SECRET: string | null;
  /** Still accepted for verifying while the secret is being rotated. */
  JWT_SECRET_PREVIOUS: string | null;
  POSTMARK_TOKEN: string | null;
  /** The password by which Postmark's webhooks come in; null where there are none. */
  POSTMARK_WEBHOOK_SECRET: string | null;
  /** One sentence a secret that is missing or weak; never its value. */
  problems: string[];
};

const parsed = new WeakMap<object, Config>();

/**
 * Reads the Worker's environment once an isolate. A faulty setting throws at the first request;
 * a missing or weak secret does not: what needs it answers 503 `not_configured`.
 */
export function loadConfig(env: object): Config {
  const known = parsed.get(env);
  if (known) return known;
  const values = env as Record<string, unknown>;
  const problems: string[] = [];
  const secret = (name: keyof typeof secrets): string | null => {
    const result = secrets[name].safeParse(values[name]);
    if (result.success) return result.data;
    problems.push(`${name} is missing or weak: ${result.error.issues[0]?.message ?? "not valid"}`);
    return null;
  };
  const previous = secrets.JWT_SECRET.safeParse(values["JWT_SECRET_PREVIOUS"]);
  const webhook = webhookSecret.safeParse(values["POSTMARK_WEBHOOK_SECRET"]);
  const config: Config = {
    ...settings.parse(env),
    PLANETSCALE_URL: secret("PLANETSCALE_URL"),
    JWT_SECRET: secret("JWT_SECRET"),
    JWT_SECRET_PREVIOUS: previous.success ? previous.data : null,
    POSTMARK_TOKEN: secret("POSTMARK_TOKEN"),
    POSTMARK_WEBHOOK_SECRET: webhook.success ? webhook.data : null,
    problems,
  };
  for (const problem of problems) writeLine("error", "not_configured", { problem });
  parsed.set(env, config);
  return config;
}
