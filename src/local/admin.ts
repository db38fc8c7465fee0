import { Client } from "@planetscale/database";
import { findDatabase, NO_DATABASE } from "./find-database.ts";

const USAGE = `npm run admin -- grant <email>    makes an admin
npm run admin -- revoke <email>   makes an ordinary user again
npm run admin -- list             shows the admins`;

/** A reason that the operator can mend; shown without a stack trace. */
class AdminError extends Error {}

interface UserRow {
  email: string;
  role: string;
}

/** Gives a user a role, as `npm run admin` does; gives the sentence that says what happened. */
export async function setRole(
  client: Client,
  address: string,
  role: "admin" | "user",
): Promise<string> {
  const email = address.trim().toLowerCase();
  const found = await client.execute("select email, role from users where email = ?", [email]);
  const [user] = found.rows as UserRow[];
  if (user === undefined) throw new AdminError(`No user has the address ${email}.`);
  if (user.role === role) return `${email} has the role ${role} already.`;
  const admins = await client.execute("select email from users where role = 'admin'");
  if (role === "user" && admins.size === 1) {
    throw new AdminError(`${email} is the last admin: grant the role to somebody else first.`);
  }
  await client.execute(
    "update users set role = ?, version = version + 1, updated_at = ? where email = ?",
    [role, new Date(), email],
  );
  return `${email} now has the role ${role}. Signing in again makes it count everywhere at once.`;
}

/** The addresses of all admins, in order. */
export async function listAdmins(client: Client): Promise<string[]> {
  const { rows } = await client.execute(
    "select email from users where role = 'admin' order by email",
  );
  return (rows as UserRow[]).map(({ email }) => email);
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
