import { randomUUID } from "node:crypto";
import { accountOf, dayRuleOf, storedPassword, type Row } from "../../local/bench/rows.ts";
import { insertRows } from "../../local/bench/seed.ts";
import { call, insist } from "./caller.ts";
import type { HardStack } from "./hard-stack.ts";

/** An account that stands in the database, and the password it was given. */
export type Account = { id: string; email: string; password: string };
/** A session of an account. */
export type Session = Account & { access_token: string; refresh_token: string };

const PASSWORD = "correct horse battery";
const hashes = new Map<number, string>();

/** An address nobody else has. */
export function freshEmail(): string {
  return `h-${randomUUID()}@example.com`;
}

/**
 * Puts accounts straight into MySQL as a registration and its confirmation leave them, but for
 * `changes`; their password is stored at scrypt's cost `N`.
 */
export async function addAccounts(
  { database_client }: HardStack,
  count: number,
  changes: Row = {},
  N = 16,
): Promise<Account[]> {
  const hash = hashes.get(N) ?? storedPassword(PASSWORD, N);
  hashes.set(N, hash);
  const made = Array.from({ length: count }, () => {
    const account = accountOf(0, Date.now(), "UTC", hash);
    const email = freshEmail();
    return { ...account, email, row: { ...account.row, email, ...changes } };
  });
  await insertRows(
    database_client,
    "users",
    made.map(({ row }) => row),
  );
  await insertRows(database_client, "user_day_rules", made.map(dayRuleOf));
  return made.map(({ id, email }) => ({ id, email, password: PASSWORD }));
}

/** Signs an account in; comes back as often as it is told that too much is going on. */
export async function signIn(stack: HardStack, account: Account): Promise<Session> {
  const { email, password } = account;
  const { status, body, text } = await insist(
    async () => await call(stack, "POST", "/auth/login", { body: { email, password } }),
  );
  if (status !== 200) throw new Error(`login answered ${status}: ${text}`);
  const { access_token, refresh_token } = body as { access_token: string; refresh_token: string };
  return { ...account, access_token, refresh_token };
}

/** The id of a session, as its access token has it. */
export function sidOf({ access_token }: Session): string {
  const payload = Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(payload) as { sid: string }).sid;
}
