import { compare as bcryptCompare } from "bcryptjs";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { errors } from "../platform/errors.ts";
import { normalizedPassword } from "./password-rules.ts";

/** scrypt's cost; N may be lowered by suites that are not about hashing. */
export type HashCost = { N: number };

const BLOCK = 8;
const PARALLEL = 3;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MAX_MEMORY = 64 * 1024 * 1024;
/** A hash blocks its isolate: more than this many at once would stall everybody else. */
const MAX_WAITING = 2;
/** No stored string may make us work harder than this, whatever it says. */
const MAX_STORED_LOG_N = 15;
const BCRYPT_ROUNDS = { least: 4, most: 12 };

let waiting = 0;

/** Hashes a password into a PHC string. Raises `busy` where two hashes are waiting already. */
export async function hashPassword(password: string, cost: HashCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await slot(() => derive(password, salt, cost.N, BLOCK, PARALLEL, KEY_BYTES));
  return `$scrypt$ln=${Math.log2(cost.N)},r=${BLOCK},p=${PARALLEL}$${phc64(salt)}$${phc64(key)}`;
}

/**
 * Says whether `password` is the one behind `stored` (a scrypt PHC string, or a bcrypt hash of an
 * imported account). A stored string that is hostile, cut off or null is simply not matched.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  if (stored === null) return false;
  if (/^\$2[aby]\$/.test(stored)) return await verifyBcrypt(password, stored);
  const parts = parseStored(stored);
  if (!parts) return false;
  const key = await slot(() =>
    derive(password, parts.salt, 2 ** parts.log_n, parts.r, parts.p, parts.key.length),
  );
  return timingSafeEqual(key, parts.key);
}

/** Says whether a stored hash should be made anew at the next right password. */
export function needsRehash(stored: string, cost: HashCost): boolean {
  const parts = parseStored(stored);
  return !parts || 2 ** parts.log_n !== cost.N || parts.r !== BLOCK || parts.p !== PARALLEL;
}

/** Does the work of a verification against nothing, for addresses that have no account. */
export async function verifyNothing(password: string, cost: HashCost): Promise<false> {
  await slot(() => derive(password, Buffer.alloc(SALT_BYTES), cost.N, BLOCK, PARALLEL, KEY_BYTES));
  return false;
}

async function verifyBcrypt(password: string, stored: string): Promise<boolean> {
  const rounds = Number(stored.slice(4, 6));
  if (
    !/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(stored) ||
    rounds < BCRYPT_ROUNDS.least ||
    rounds > BCRYPT_ROUNDS.most
  )
    return false;
  return await slot(async () => await bcryptCompare(password, stored));
}

type Stored = { log_n: number; r: number; p: number; salt: Buffer; key: Buffer };

function parseStored(stored: string): Stored | null {
  const match =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{20,86})\$([A-Za-z0-9+/]{40,86})$/.exec(
      stored,
    );
  if (!match) return null;
  const [log_n, r, p] = match.slice(1, 4).map(Number) as [number, number, number];
  if (log_n < 1 || log_n > MAX_STORED_LOG_N || r !== BLOCK || p < 1 || p > PARALLEL) return null;
  const [salt, key] = match.slice(4).map((part) => Buffer.from(part, "base64")) as [Buffer, Buffer];
  return key.length === KEY_BYTES ? { log_n, r, p, salt, key } : null;
}

function phc64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}

function derive(
  password: string,
  salt: Buffer,
  N: number,
  r: number,
  p: number,
  length: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      normalizedPassword(password),
      salt,
      length,
      { N, r, p, maxmem: MAX_MEMORY },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

async function slot<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= MAX_WAITING) throw errors.busy({ retry_after_seconds: 1 });
  waiting += 1;
  try {
    return await work();
  } finally {
    waiting -= 1;
  }
}
