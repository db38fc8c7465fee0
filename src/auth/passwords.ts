import { compare as bcryptCompare } from "bcryptjs";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { errors } from "../platform/errors.ts";
import { Turns, type Turn } from "../platform/time/turns.ts";
import { normalizedPassword } from "./password-rules.ts";

/** scrypt's cost; N may be lowered by suites that are not about hashing. */
export type HashCost = { N: number };

const BLOCK = 8;
const PARALLEL = 3;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MAX_MEMORY = 64 * 1024 * 1024;
/** About how long a hash at production's cost, or bcrypt's most rounds, blocks its isolate, in ms. */
const FULL_COST_MS = 350;
const FULL_COST_N = 32_768;
/** Nobody waits longer for their turn, in ms: room for one hash under way and two that wait. */
const PATIENCE_MS = 1_500;
/** No stored string may make us work harder than this, whatever it says. */
const MAX_STORED_LOG_N = 15;
const BCRYPT_ROUNDS = { least: 4, most: 12 };

const turns = new Turns(PATIENCE_MS);

/** Takes a place in the line for a hash of that cost. Raises `busy` where the line is too long. */
export function takeTurn(cost: HashCost): Turn {
  return turnFor(scryptMs(cost.N, PARALLEL));
}

/** Gives back a place in the line that is not needed after all. */
export function leaveTurn(turn: Turn): void {
  turns.leave(turn);
}

/** Hashes a password into a PHC string. Raises `busy`. */
export async function hashPassword(password: string, cost: HashCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await inTurn(
    takeTurn(cost),
    async () => await derive(password, salt, cost.N, BLOCK, PARALLEL, KEY_BYTES),
  );
  return `$scrypt$ln=${Math.log2(cost.N)},r=${BLOCK},p=${PARALLEL}$${phc64(salt)}$${phc64(key)}`;
}

/**
 * Says whether `password` is the one behind `stored` (a scrypt PHC string, or a bcrypt hash of an
 * imported account). A stored string that is hostile, cut off or null is simply not matched. Works
 * in the turn that the caller has taken, or takes one. Raises `busy`.
 */
export async function verifyPassword(
  password: string,
  stored: string | null,
  turn?: Turn,
): Promise<boolean> {
  if (stored === null) return false;
  if (/^\$2[aby]\$/.test(stored)) return await verifyBcrypt(password, stored, turn);
  const parts = parseStored(stored);
  if (!parts) return false;
  const N = 2 ** parts.log_n;
  const key = await inTurn(
    turn ?? turnFor(scryptMs(N, parts.p)),
    async () => await derive(password, parts.salt, N, parts.r, parts.p, parts.key.length),
  );
  return timingSafeEqual(key, parts.key);
}

/** Says whether a stored hash should be made anew at the next right password. */
export function needsRehash(stored: string, cost: HashCost): boolean {
  const parts = parseStored(stored);
  return !parts || 2 ** parts.log_n !== cost.N || parts.r !== BLOCK || parts.p !== PARALLEL;
}

/** Does the work of a verification against nothing, for addresses that have no account. Raises `busy`. */
export async function verifyNothing(
  password: string,
  cost: HashCost,
  turn: Turn = takeTurn(cost),
): Promise<false> {
  const salt = Buffer.alloc(SALT_BYTES);
  await inTurn(turn, async () => await derive(password, salt, cost.N, BLOCK, PARALLEL, KEY_BYTES));
  return false;
}

async function verifyBcrypt(password: string, stored: string, turn?: Turn): Promise<boolean> {
  const rounds = Number(stored.slice(4, 6));
  if (
    !/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(stored) ||
    rounds < BCRYPT_ROUNDS.least ||
    rounds > BCRYPT_ROUNDS.most
  )
    return false;
  return await inTurn(
    turn ?? turnFor(FULL_COST_MS * 2 ** (rounds - BCRYPT_ROUNDS.most)),
    async () => await bcryptCompare(password, stored),
  );
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

function scryptMs(N: number, p: number): number {
  return (FULL_COST_MS * N * p) / (FULL_COST_N * PARALLEL);
}

function turnFor(takes_ms: number): Turn {
  const turn = turns.take(takes_ms);
  if (turn === null) throw tooMany();
  return turn;
}

/** While a hash computes, its isolate does nothing else: so one after the other, and time between. */
async function inTurn<T>(turn: Turn, work: () => Promise<T>): Promise<T> {
  const ran = await turns.run(turn, work);
  if (ran === null) throw tooMany();
  return ran.done;
}

function tooMany(): Error {
  return errors.busy({ retry_after_seconds: 1 });
}
