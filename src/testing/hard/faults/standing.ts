import { isForAdmins } from "../../recipes.ts";
import { call } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";
import { jsonOf, send } from "../wire.ts";
import { changes, type Drive } from "./drives.ts";
import type { Owner } from "./owner.ts";

/** Where the API tells its caller what they have. */
const VIEWS = [
  "/users/me",
  "/users/me/sessions",
  "/blocked",
  "/challenges/my-challenges",
  "/activities",
  "/activities/today",
];

/** What stands after a route was asked: of a write all that its owner has, of a read what it answers. */
export async function standingAfter(stack: HardStack, drive: Drive): Promise<string[]> {
  const { route, ask, owner } = drive;
  if (changes(route)) return await standingOf(stack, owner);
  const heard = await send(stack.api_url, ask);
  // What is of everybody grows with every case.
  const isOfEverybody = isForAdmins(route) || route === "GET /challenges";
  const body = isOfEverybody ? {} : jsonOf(heard);
  return [`${route} ${heard.status} ${alike(body, owner)}`];
}

/**
 * All that stands of an owner, as the API and MySQL tell it, one line a view: without what no two
 * people have alike (ids, instants, codes), so that it can be compared with another owner's.
 */
async function standingOf(stack: HardStack, owner: Owner): Promise<string[]> {
  const { access_token } = owner.session;
  const seen = await Promise.all(
    VIEWS.map(async (path) => {
      const { status, body } = await call(stack, "GET", path, { access_token });
      const shown =
        status >= 300 ? body["code"] : path === "/users/me/sessions" ? kindsOf(body) : body;
      return `${path} ${status} ${alike(shown, owner)}`;
    }),
  );
  return [...seen, ...(await rowsOf(stack, owner))];
}

/** Sessions that look alike are one: a sign-in whose answer was lost leaves one that nobody has. */
function kindsOf({ data = [] }: { data?: unknown }): string[] {
  const kinds = (data as { ip: string | null; is_current: boolean }[]).map(
    ({ ip, is_current }) =>
      `${ip === null ? "made before" : "new"}, ${is_current ? "own" : "other"}`,
  );
  return [...new Set(kinds)].sort();
}

/** What the API does not show: the account's other facts, its tokens, its mails. */
async function rowsOf({ database_client }: HardStack, owner: Owner): Promise<string[]> {
  const { session, made } = owner;
  const { id, email } = session;
  const addresses = [email, made.new_email];
  const ask = async (what: string, sql: string, args: string[]) => {
    const { rows } = await database_client.execute(sql, args);
    return `${what} ${alike(rows, owner)}`;
  };
  return await Promise.all([
    ask(
      "accounts",
      `select email, display_name, is_active, email_verified_at is not null as verified,
       challenge_emails, password_hash = (select password_hash from users where email = ?) as same
       from users where email in (?, ?) or id = ? order by email = ? desc`,
      [email, ...addresses, id, email],
    ),
    ask(
      "tokens",
      `select purpose, count(*) as n from email_tokens where email in (?, ?) and used_at is null
       and replaced_at is null group by purpose order by purpose`,
      addresses,
    ),
    ask(
      "mails",
      // A farewell forgets its address once it is sent, which may be later.
      `select kind, count(*) as n from emails where to_address in (?, ?) and kind <> 'account-deleted'
       group by kind order by kind`,
      addresses,
    ),
    ask("marks", "select state from mail_addresses where address = ?", [email]),
    ask(
      "parts",
      "select left_at is null as here from challenge_participants where user_id = ? order by joined_at",
      [id],
    ),
  ]);
}

function alike(value: unknown, { session, made }: Owner): string {
  return JSON.stringify(value)
    .replaceAll(session.email, "their address")
    .replaceAll(made.new_email, "their new address")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id")
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"instant"')
    .replaceAll(/"(invite_code|policy_version)":"\w+"/g, '"$1":"code"')
    .replaceAll(/avatars\/[\w.-]+/g, "avatar");
}
