import { Client } from "@planetscale/database";
import { hashSync } from "bcryptjs";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { isTooCostly } from "../local/import/account.ts";
import { importUsers } from "../local/import/run.ts";
import { api, call, freshEmail, signIn } from "../testing/api.ts";
import { healAfterEach, mysqlFails, mysqlFaultsLeft } from "../testing/faults.ts";
import { soon } from "../testing/until.ts";
import { userSchema } from "../users/index.ts";
import { verifyPassword } from "./passwords.ts";

const old = "the password of the old system";
const next = "a password of the new system";
const bcrypt = hashSync(old, 4);
const client = () => new Client({ url: env.PLANETSCALE_URL });

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode(text));
}

/** Imports accounts as `npm run import` does; gives their addresses. */
async function imported(count: number, more = "user,true,true"): Promise<string[]> {
  const emails = Array.from({ length: count }, freshEmail);
  const rows = emails.map((email) => `${email},${bcrypt},Ada,${more},2024-05-01T10:00:00`);
  const file = ["email,hashed_password,name,role,is_active,is_verified,created_at", ...rows];
  const totals = await importUsers({
    client: client(),
    chunks: pieces(file.join("\n")),
    is_dry: false,
    now: Date.now(),
    onRefusal: ({ reason }) => {
      throw new Error(reason);
    },
  });
  expect(totals.imported).toBe(count);
  return emails;
}

async function storedHash(email: string): Promise<string> {
  const { rows } = await client().execute("select password_hash from users where email = ?", [
    email,
  ]);
  return (rows as { password_hash: string }[])[0]?.password_hash ?? "";
}

/** Signs in once and puts the old hash back: a session, and a sign-in to come that will rehash. */
async function signedInOnBcrypt(email: string) {
  const session = await signIn({ email, password: old });
  await client().execute("update users set password_hash = ? where email = ?", [bcrypt, email]);
  return session;
}

const login = async (email: string, password: string) =>
  await call<{ code?: string; access_token?: string }>("POST", "/auth/login", { email, password });
const change = async (session: { access_token: string }) =>
  await api(session).put("/users/me/password", { current_password: old, new_password: next });

/** The compare-and-set: by now the old hash has been read and found right. */
const replacing = "^update `users` set `password_hash`";
healAfterEach();

describe("an imported account", () => {
  it("signs in with its old password, whose hash is scrypt from then on", async () => {
    const [email = ""] = await imported(1);
    expect(await storedHash(email)).toBe(bcrypt);
    expect((await login(email, `${old}!`)).body).toMatchObject({ code: "invalid_credentials" });
    expect(await storedHash(email)).toBe(bcrypt);
    const session = await signIn({ email, password: old });
    expect(await storedHash(email)).toMatch(/^\$scrypt\$/);
    const me = await api(session).get("/users/me");
    expect(userSchema.strict().parse(me.body)).toMatchObject({
      email,
      display_name: "Ada",
      role: "user",
      timezone: "UTC",
      created_at: "2024-05-01T10:00:00.000Z",
      email_verified_at: "2024-05-01T10:00:00.000Z",
    });
    expect((await api(session).get("/activities/today")).status).toBe(200);
    await signIn({ email, password: old });
  });

  it.each([
    ["user,true,false", "email_not_verified"],
    ["user,false,true", "account_disabled"],
  ])("that was %s is told %s", async (more, code) => {
    const [email = ""] = await imported(1, more);
    expect(await login(email, old)).toMatchObject({ status: 403, body: { code } });
    expect((await login(email, next)).body).toMatchObject({ code: "invalid_credentials" });
  });

  it.each([12, 13])("of cost %i is told apart by the import as sign-in does", async (rounds) => {
    const stored = hashSync(old, rounds);
    expect(await verifyPassword(old, stored)).toBe(!isTooCostly(stored));
  });

  it("that signs in from two devices at once gets two sessions", async () => {
    const [email = ""] = await imported(1);
    await mysqlFails({ mode: "slow", match: replacing, times: 1, delay_ms: 300 });
    const answers = await Promise.all([login(email, old), login(email, old)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe("a new password while the old one is being rehashed", () => {
  it("stands, and the old one never comes back, in 50 races", async () => {
    const emails = await imported(50);
    for (const [round, email] of emails.entries()) {
      const session = await signedInOnBcrypt(email);
      const both = [async () => await login(email, old), async () => await change(session)];
      const answers = await Promise.all((round % 2 ? both : both.reverse()).map((one) => one()));
      expect(answers.find(({ status }) => status === 204)).toBeDefined();
      expect((await login(email, old)).body).toMatchObject({ code: "invalid_credentials" });
      expect((await login(email, next)).status).toBe(200);
      expect(await storedHash(email)).toMatch(/^\$scrypt\$/);
    }
  }, 120_000);

  it("is set also when the rehash comes between the check of the old one and the change", async () => {
    const [email = ""] = await imported(1);
    const session = await signedInOnBcrypt(email);
    await mysqlFails({ mode: "slow", match: replacing, times: 1, delay_ms: 1_500 });
    const changing = change(session);
    await soon(async () => expect(await mysqlFaultsLeft()).toEqual([]));
    expect((await login(email, old)).status).toBe(200);
    expect((await changing).status).toBe(204);
    expect((await login(email, old)).status).toBe(401);
    expect((await login(email, next)).status).toBe(200);
  });

  it("turns a sign-in away that was checked before it and rehashes after it", async () => {
    const [email = ""] = await imported(1);
    const session = await signedInOnBcrypt(email);
    await mysqlFails({ mode: "slow", match: replacing, times: 1, delay_ms: 1_500 });
    const signingIn = login(email, old);
    await soon(async () => expect(await mysqlFaultsLeft()).toEqual([]));
    expect((await change(session)).status).toBe(204);
    expect((await signingIn).body).toMatchObject({ code: "invalid_credentials" });
    expect((await login(email, next)).status).toBe(200);
  });
});
