import { and, asc, eq } from "drizzle-orm";
import { beforeEach } from "vitest";
import { auditLogs } from "../audit/audit.table.ts";
import { users } from "../users/users.table.ts";
import { call, signIn, signUp, type TestUser } from "./api.ts";
import { work } from "./challenges.ts";

/** Signs somebody up who is an administrator. */
export async function signUpAdmin(): Promise<TestUser> {
  const admin = await signUp({ display_name: "Root" });
  await grantAdmin(admin);
  return { ...admin, ...(await signIn(admin)) };
}

/** Makes somebody an administrator, as `npm run admin` does. */
export async function grantAdmin({ id }: Pick<TestUser, "id">): Promise<void> {
  await work().db.update(users).set({ role: "admin" }).where(eq(users.id, id));
}

/** Takes every administrator's role, so that a test knows those there are. */
export async function dismissAllAdmins(): Promise<void> {
  await work().db.update(users).set({ role: "user" }).where(eq(users.role, "admin"));
}

/** Registers that every test of a file begins with two administrators and no others; they are given to `take`. */
export function twoAdminsBeforeEach(take: (one: TestUser, two: TestUser) => void): void {
  let one: TestUser | null = null;
  let two: TestUser | null = null;
  beforeEach(async () => {
    await dismissAllAdmins();
    one = await inOffice(one);
    two = await inOffice(two);
    take(one, two);
  });
}

/** An administrator who can go on, whatever the last test did to them; else a new one. */
async function inOffice(admin: TestUser | null): Promise<TestUser> {
  if (admin === null) return await signUpAdmin();
  const { email, password } = admin;
  const { status, body } = await call<{ access_token: string; refresh_token: string }>(
    "POST",
    "/auth/login",
    { email, password },
  );
  if (status !== 200) return await signUpAdmin();
  await grantAdmin(admin);
  return { ...admin, ...body };
}

/** The ids of the active administrators. */
export async function activeAdmins(): Promise<string[]> {
  const rows = await work()
    .db.select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, "admin"), eq(users.is_active, true)));
  return rows.map(({ id }) => id);
}

/** What the audit holds about somebody's account, oldest first. */
export async function auditOf(user_id: string) {
  return await work()
    .db.select()
    .from(auditLogs)
    .where(eq(auditLogs.user_id, user_id))
    .orderBy(asc(auditLogs.id));
}
