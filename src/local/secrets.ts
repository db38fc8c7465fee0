import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

/** The secrets of one local stack. */
export interface LocalSecrets {
  jwt_secret: string;
  postmark_token: string;
  planetscale_password: string;
  /** What Prometheus would show. */
  metrics_token: string;
}

/** Reads the secrets of a stack from its file, made up at its first start: tokens outlive a restart. */
export async function keepSecrets(file: string): Promise<LocalSecrets> {
  const made: LocalSecrets = {
    jwt_secret: randomBytes(48).toString("base64url"),
    postmark_token: randomBytes(16).toString("hex"),
    planetscale_password: `pscale_pw_${randomBytes(16).toString("hex")}`,
    metrics_token: randomBytes(24).toString("base64url"),
  };
  const kept = await readKept(file);
  const secrets = { ...made, ...kept };
  // Also where an older stack did not know of one yet.
  const isWhole = Object.keys(made).every((name) => name in kept);
  if (!isWhole) await writeFile(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

async function readKept(file: string): Promise<Partial<LocalSecrets>> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Partial<LocalSecrets>;
  } catch {
    return {};
  }
}
