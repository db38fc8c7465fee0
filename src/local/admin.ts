import { Client, type Transaction } from "@planetscale/database";
import { v7 } from "uuid";
import { findDatabase, NO_DATABASE } from "./find-database.ts";

const USAGE = `npm run admin -- grant <email>    makes an admin
npm run admin -- revoke <email>   makes an ordinary user again
npm run admin -- list             shows the admins`;

/** A reason that the operator can mend; shown without a stack trace. */
class AdminError extends Error {}

type Role = "admin" | "user";
interface UserRow {
  id: string;
  email: string;
  role: Role;
  is_active: number;
}

/**
 * Gives a user a role, as `npm run admin` does, and writes it into the audit; gives the sentence that
 * says what happened. Raises an Error for an address that nobody has, and where no active admin would be left.
 */
export async function setRole(client: Client, address: string, role: Role): Promise<string> {
  const email = address.trim().toLowerCase();
  return await client.transaction(async (tx) => {
    const { user, isLastAdmin } = await holdUser(tx, email);
    if (user.role === role) return `${email} has the role ${role} already.`;
    if (isLastAdmin) {
      throw new AdminError(
        `${email} is the last active admin: grant the role to somebody else first.`,
      );
    }
    const now = new Date();
    await tx.execute(
      "update users set role = ?, version = version + 1, updated_at = ? where id = ?",
      [role, now, user.id],
    );
    await tx.execute(
      `insert into audit_logs (id, level, action, user_id, context, created_at)
       values (?, 'warning', 'admin.role_granted', ?, ?, ?)`,
      [
        v7({ msecs: now.getTime() }),
        user.id,
        JSON.stringify({ by: "operator", before: user.role, after: role }),
        now,
      ],
    );
    return `${email} now has the role ${role}. Signing in again makes it count everywhere at once.`;
  });
}

/**
 * Holds a user's row and those of all active admins, in the order of their ids as the API does, so that
 * nobody can go meanwhile whom this counts on.
 */
async function holdUser(
  tx: Transaction,
  email: string,
): Promise<{ user: UserRow; isLastAdmin: boolean }> {
  const seen = await tx.execute(
    "select id from users where email = ? or (role = 'admin' and is_active)",
    [email],
  );
  const ids = (seen.rows as { id: string }[]).map(({ id }) => id);
  const held = await tx.execute(
    "select id, email, role, is_active from users where id in (?) order by id for update",
    [ids.length === 0 ? [""] : ids],
  );
  const users = held.rows as UserRow[];
  const user = users.find((one) => one.email === email);
  if (user === undefined) throw new AdminError(`No user has the address ${email}.`);
  const isAdmin = (one: UserRow) => one.role === "admin" && one.is_active === 1;
  const isLastAdmin = isAdmin(user) && !users.some((one) => one !== user && isAdmin(one));
  return { user, isLastAdmin };
}

/** The addresses of all admins, in order; whoever cannot sign in is marked. */
export async function listAdmins(client: Client): Promise<string[]> {
  const { rows } = await client.execute(
    "select email, is_active from users where role = 'admin' order by email",
  );
  return (rows as UserRow[]).map(({ email, is_active }) =>
    is_active === 1 ? email : `${email} (inactive)`,
  );
}

async function connect(): Promise<Client> {
  const url = await findDatabase();
  if (url === null) throw new AdminError(NO_DATABASE);
  return new Client({ url });
}

async function main([command, email]: string[]): Promise<string> {
  if (command === "list") {
    const admins = await listAdmins(await connect());
    return admins.length === 0 ? "There is no admin yet." : admins.join("\n");
  }
  if (email === undefined || (command !== "grant" && command !== "revoke")) {
    throw new AdminError(USAGE);
  }
  return setRole(await connect(), email, command === "grant" ? "admin" : "user");
}

if (import.meta.main) {
  try {
    console.log(await main(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof AdminError ? error.message : error);
    process.exitCode = 1;
  }
}
