import { describe, expect, it } from "vitest";
import type { Act, Tried } from "../testing/acts/act.ts";
import { BLOCKING_ACTS } from "../testing/acts/blocking.ts";
import { CHALLENGES_ACTS } from "../testing/acts/challenges.ts";
import { CREDENTIALS_ACTS } from "../testing/acts/credentials.ts";
import { MAIL_ACTS } from "../testing/acts/mail.ts";
import { SIGN_IN_ACTS } from "../testing/acts/sign-in.ts";
import { USAGE_ACTS } from "../testing/acts/usage.ts";
import { USERS_ACTS } from "../testing/acts/users.ts";
import { freshEmail } from "../testing/api.ts";
import { awaitLogs, visit } from "../testing/visit.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { ACTIONS } from "./actions.ts";

restoreClockAfterEach();

const ACTS: { [A in Tried]: Act[] } = {
  ...SIGN_IN_ACTS,
  ...CREDENTIALS_ACTS,
  ...USERS_ACTS,
  ...USAGE_ACTS,
  ...BLOCKING_ACTS,
  ...CHALLENGES_ACTS,
  ...MAIL_ACTS,
};
const all = Object.entries(ACTS).flatMap(([action, acts]) =>
  acts.map((act) => ({ ...act, action: action as Tried })),
);

describe("an act leaves its rows, and no secret in them", () => {
  it.each(all)("$action: $what", async ({ action, run }) => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const { of, rows, people = [], secrets = [], found } = await run(clock);
    const logs = found ?? (of ? await awaitLogs(of.request_id, rows.length) : []);
    const place = of
      ? { request_id: of.request_id, ip: of.ip, user_agent: of.user_agent }
      : { request_id: null, ip: null, user_agent: null };
    expect(logs).toHaveLength(rows.length);
    for (const [at, row] of rows.entries()) {
      expect(logs[at]).toMatchObject({ action, level: ACTIONS[action], ...place });
      expect(logs[at]).toMatchObject(row);
      expect(logs[at]?.context).toEqual(row.context);
      expect(logs[at]?.created_at).toBeLessThanOrEqual(clock.now());
    }
    const { personal: _theirs, ...rest } = logs[0] ?? { personal: null };
    const names = people.flatMap(({ email, display_name }) => [email, `"${display_name}"`]);
    const never = people.flatMap(({ password, access_token, refresh_token }) => [
      password,
      access_token,
      refresh_token,
    ]);
    for (const text of [...names, ...never, ...secrets])
      expect(JSON.stringify(rest), text).not.toContain(text);
    for (const text of never) expect(JSON.stringify(logs)).not.toContain(text);
  });

  it("is tried for every act of the list but an administrator's and the audit's own", () => {
    const names = Object.keys(ACTIONS).filter((name) => !/^(admin|audit)\./.test(name));
    const tried = new Set(all.map(({ action }) => action));
    expect(names.filter((name) => !tried.has(name as Tried))).toEqual([]);
  });

  it("keeps an agent without control characters, 512 characters of it at most", async () => {
    const of = visit();
    const agent = `phone\t${"x".repeat(600)}`;
    const body = { email: freshEmail(), password: "a wrong password" };
    await of.call("POST", "/auth/login", body, { "user-agent": agent });
    const [log] = await awaitLogs(of.request_id);
    expect(log?.user_agent).toBe(`phone${"x".repeat(507)}`);
  });
});
