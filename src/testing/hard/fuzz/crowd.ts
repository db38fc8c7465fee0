import { setTimeout as pause } from "node:timers/promises";
import { signAccessToken } from "../../../auth/access-token.ts";
import { insertRows } from "../../../local/bench/seed.ts";
import { newId } from "../../../platform/ids.ts";
import { addAccounts } from "../accounts.ts";
import { call, inLanes, insist } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";

/** Somebody with a live session, and what is theirs. */
export type Member = {
  id: string;
  email: string;
  access_token: string;
  is_admin: boolean;
  things: { rule: string; activity: string; challenge: string; session: string; account: string };
  /** Requests since `since` (UTC ms). */
  used: number;
  since: number;
};

const DAY_MS = 86_400_000;
const instant = (ms: number) => new Date(ms).toISOString().slice(0, 23).replace("T", " ");
/** The exact limit is 100 a minute: nobody is to be refused for that, also when much of it is sent twice. */
const MOST = 55;
const WINDOW_MS = 62_000;

/** Many people, so that the limit of each is never what answers. */
export class Crowd {
  readonly members: Member[];

  private constructor(members: Member[]) {
    this.members = members;
  }

  /** Puts so many people and their sessions into MySQL, and makes for each a rule, an item, a challenge. */
  static async gather(stack: HardStack, size: number): Promise<Crowd> {
    const admins = Math.ceil(size / 10);
    const accounts = [
      ...(await addAccounts(stack, size - admins)),
      ...(await addAccounts(stack, admins, { role: "admin" })),
    ];
    // Whom an administrator may change or delete: nobody of the crowd.
    const spare = await addAccounts(stack, size);
    const now = Date.now();
    const sessions = accounts.flatMap(({ id }) => [sessionOf(id, now), sessionOf(id, now)]);
    await insertRows(stack.database_client, "sessions", sessions);
    const members = await Promise.all(
      accounts.map(async ({ id, email }, at): Promise<Member> => {
        const [own, other] = [sessions[2 * at]!.id, sessions[2 * at + 1]!.id];
        const is_admin = at >= size - admins;
        const role = is_admin ? ("admin" as const) : ("user" as const);
        const claims = { user_id: id, session_id: own, role, token_id: newId(now) };
        const access_token = await signAccessToken(stack.config, now, claims);
        const things = {
          rule: "",
          activity: "",
          challenge: "",
          session: other,
          account: spare[at]!.id,
        };
        return { id, email, access_token, is_admin, things, used: 0, since: now };
      }),
    );
    // A challenge costs the most: three of four hold somebody else's to be theirs.
    await inLanes(size, 6, async (at) => await equip(stack, members[at]!, at % 4 === 0));
    for (const [at, { things }] of members.entries())
      things.challenge ||= members[at - (at % 4)]!.things.challenge;
    return new Crowd(members);
  }

  /** Whose turn it is, of administrators or of all others: the same one until their minute's requests are used up; waits for the next minute. */
  async take(is_admin: boolean): Promise<Member> {
    for (;;) {
      const now = Date.now();
      const one = this.members.find(
        (member) =>
          member.is_admin === is_admin && (member.used < MOST || now - member.since > WINDOW_MS),
      );
      if (one) {
        if (now - one.since > WINDOW_MS) Object.assign(one, { used: 0, since: now });
        one.used += 1;
        return one;
      }
      await pause(100);
    }
  }
}

function sessionOf(user_id: string, now: number) {
  const at = instant(now);
  return {
    id: newId(now),
    user_id,
    counter: 1,
    rotated_at: at,
    created_at: at,
    last_seen_at: at,
    expires_at: instant(now + 7 * DAY_MS),
  };
}

async function equip(stack: HardStack, member: Member, isOwner: boolean): Promise<void> {
  const { access_token } = member;
  const make = async (path: string, body: object) => {
    const reply = await insist(async () => await call(stack, "POST", path, { access_token, body }));
    if (reply.status !== 201) throw new Error(`${path} answered ${reply.status}: ${reply.text}`);
    return reply.body;
  };
  const day = new Date(Date.now() + 3 * DAY_MS).toISOString().slice(0, 10);
  const started_at = new Date(Date.now() - DAY_MS).toISOString();
  const rule = await make("/blocked", { app: "x.com", daily_limit_minutes: 30 });
  const item = await make("/activities", { app: "x.com", started_at, duration_seconds: 60 });
  member.things.rule = String(rule["id"]);
  member.things.activity = (item["activity"] as { id: string }).id;
  if (isOwner) {
    const challenge = await make("/challenges", { name: "Ours", start_date: day, end_date: day });
    member.things.challenge = String(challenge["id"]);
  }
  member.used += 3;
}
