import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

/** The secrets of one local stack. */
export interface LocalSecrets {
  jwt_secret: string;
  postmark_token: string;
  planetscale_password: string;
}

/** Reads the secrets of a stack from its file, made up at its first start: tokens outlive a restart. */
export async function keepSecrets(file: string): Promise<LocalSecrets> {
  const made: LocalSecrets = {
    jwt_secret: randomBytes(48).toString("base64url"),
    postmark_token: randomBytes(16).toString("hex"),
    planetscale_password: `pscale_pw_${randomBytes(16).toString("hex")}`,
  };
  try {
    const kept = JSON.parse(await readFile(file, "utf8")) as Partial<LocalSecrets>;
    return { ...made, ...kept };
  } catch {
    await writeFile(file, JSON.stringify(made, null, 2), { mode: 0o600 });
    return made;
  }
}
