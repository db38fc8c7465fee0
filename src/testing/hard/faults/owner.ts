import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { contestOf, partOf, type Row } from "../../../local/bench/rows.ts";
import { insertRows } from "../../../local/bench/seed.ts";
import { newId } from "../../../platform/ids.ts";
import { seal } from "../../../platform/seal.ts";
import { png } from "../../images.ts";
import type { Made, Need } from "../../recipes.ts";
import { addAccounts, freshEmail, signIn, type Account, type Session } from "../accounts.ts";
import { call, insist } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";
import { send } from "../wire.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const instant = (ms: number) => new Date(ms).toISOString().slice(0, 23).replace("T", " ");
const dateAfter = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** Somebody who has what a recipe needs. */
export type Owner = { session: Session; made: Made };

/** What everybody has from the beginning. */
const given = (account: Account, refresh_token: string): Made => ({
  activity: "",
  rule: "",
  session: "",
  account: "",
  challenge: "",
  joinable: "",
  invite_code: "",
  over: "",
  email: account.email,
  password: account.password,
  new_email: freshEmail(),
  refresh_token,
  verify_token: "",
  reset_token: "",
  unsubscribe_token: "",
  avatar: "",
  used_at: new Date(Date.now() - HOUR_MS).toISOString(),
  start_date: dateAfter(3),
  end_date: dateAfter(4),
});

/** Signs somebody in and makes what these needs name, by the API where it can make it. */
export async function makeOwner(
  stack: HardStack,
  account: Account,
  needs: readonly Need[],
): Promise<Owner> {
  const session = await signIn(stack, account);
  const made = given(account, session.refresh_token);
  for (const need of needs) Object.assign(made, await makers[need]?.(stack, session, made));
  return { session, made };
}

/** What of an owner nobody else may know. */
export function secretsOf({ session, made }: Owner): string[] {
  const { new_email, verify_token, reset_token, unsubscribe_token } = made;
  const { email, password, access_token, refresh_token } = session;
  const all = [email, password, access_token, refresh_token, new_email];
  return [...all, verify_token, reset_token, unsubscribe_token].filter((one) => one !== "");
}

type Maker = (stack: HardStack, session: Session, made: Made) => Promise<Partial<Made>>;

const makers: Partial<Record<Need, Maker>> = {
  activity: async (stack, session) => {
    const started_at = new Date(Date.now() - 2 * HOUR_MS).toISOString();
    const body = { app: "x.com", started_at, duration_seconds: 60 };
    const { activity } = await wanted(stack, session, "POST", "/activities", body);
    return { activity: (activity as { id: string }).id };
  },
  rule: async (stack, session) => {
    const body = { app: "x.com", daily_limit_minutes: 30 };
    return { rule: String((await wanted(stack, session, "POST", "/blocked", body))["id"]) };
  },
  session: async (stack, session) => {
    await signIn(stack, session);
    const { data } = await wanted(stack, session, "GET", "/users/me/sessions");
    const others = (data as { id: string; is_current: boolean }[]).filter((one) => !one.is_current);
    return { session: others[0]?.id ?? "" };
  },
  account: async (stack) => ({ account: (await addAccounts(stack, 1))[0]?.id ?? "" }),
  challenge: async (stack, session, made) => ({
    challenge: (await makeChallenge(stack, session, made)).id,
  }),
  joinable: async (stack, _session, made) => await openDoor(stack, made),
  invite_code: async (stack, _session, made) =>
    made.invite_code === "" ? await openDoor(stack, made) : {},
  over: async ({ database_client }, { id }) => {
    const player = { id, email: "", timezone: "UTC", row: { created_at: instant(Date.now()) } };
    // Its seven days to come end with yesterday.
    const contest = contestOf("Over", [player], Date.now() - 8 * DAY_MS);
    const grace = {
      status: "settling",
      grace_hours: 72,
      next_turn_at: instant(Date.now() + DAY_MS),
    };
    await insertRows(database_client, "challenges", [{ ...contest.row, ...grace }]);
    await insertRows(database_client, "challenge_participants", [partOf(contest, player)]);
    return { over: contest.id };
  },
  verify_token: async (stack, session) => {
    await stack.database_client.execute("update users set email_verified_at = null where id = ?", [
      session.id,
    ]);
    return { verify_token: await mailToken(stack, session, "verify") };
  },
  reset_token: async (stack, session) => ({
    reset_token: await mailToken(stack, session, "reset"),
  }),
  unsubscribe_token: async ({ config }, { id }) => ({
    unsubscribe_token: seal(config, "unsubscribe", `${id} challenge en`),
  }),
  avatar: async (stack, { access_token }) => {
    const headers = { "content-type": "image/png", authorization: `Bearer ${access_token}` };
    const ask = { method: "PUT", path: "/api/users/me/avatar", headers, body: png() };
    for (;;) {
      const key = /avatars\/([\w.-]+)/.exec((await send(stack.api_url, ask)).text)?.[1];
      if (key !== undefined) return { avatar: key };
      await pause(500);
    }
  },
};

/** Somebody else's private challenge, and the code that lets one in. */
async function openDoor(stack: HardStack, made: Made): Promise<Partial<Made>> {
  const [host] = await addAccounts(stack, 1);
  const { id, invite_code } = await makeChallenge(stack, await signIn(stack, host!), made);
  return { joinable: id, invite_code };
}

async function makeChallenge(
  stack: HardStack,
  session: Session,
  { start_date, end_date }: Made,
): Promise<{ id: string; invite_code: string }> {
  const body = { name: "Ours", visibility: "private", start_date, end_date };
  return (await wanted(stack, session, "POST", "/challenges", body)) as {
    id: string;
    invite_code: string;
  };
}

/** A token as a mail would hold it. */
async function mailToken(
  { database_client, config }: HardStack,
  { id: user_id, email }: Session,
  purpose: "verify" | "reset",
): Promise<string> {
  const id = newId(Date.now());
  const row: Row = {
    id,
    user_id,
    purpose,
    email,
    created_at: instant(Date.now()),
    expires_at: instant(Date.now() + HOUR_MS),
  };
  await insertRows(database_client, "email_tokens", [row]);
  return seal(config, purpose, id);
}

async function wanted(
  stack: HardStack,
  { access_token }: Session,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const headers = { "idempotency-key": randomUUID() };
  const {
    status,
    text,
    body: answer,
  } = await insist(
    async () => await call(stack, method, path, { access_token, ...(body && { body, headers }) }),
  );
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return answer;
}
