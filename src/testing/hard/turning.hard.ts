import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storedPassword } from "../../local/bench/rows.ts";
import { Turning } from "../../local/bench/turning/turning.ts";
import { signIn } from "./accounts.ts";
import { call } from "./caller.ts";
import { figure } from "./figures.ts";
import { startHardStack, type HardStack } from "./hard-stack.ts";

/** `npm run bench -- --only turning` does the same with 1,000 of 200, without the kill. */
const CHALLENGES = 100;
const PARTICIPANTS = 40;
const PASSWORD = "correct horse battery";
const PATIENCE_MS = 120_000;

let stack: HardStack;
let turning: Turning;

beforeAll(async () => {
  stack = await startHardStack({ SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" });
  const where = { url: stack.worker.url, planetscale_url: stack.planetscale.url };
  const hash = storedPassword(PASSWORD, 16);
  turning = await Turning.begin(where, CHALLENGES, PARTICIPANTS, hash);
});

afterAll(async () => await stack.stop());

/**
 * Lets the leases of the dead pass, who hold them for minutes; gives their mails: whether these were
 * accepted, nobody hears. The leases go by their names, since the living take new ones meanwhile.
 */
async function letLeasesPass(): Promise<Set<string>> {
  const { rows } = await stack.database_client.execute(
    "select id, lease_id from emails where status = 'waiting' and lease_id is not null",
  );
  const held = rows as { id: string; lease_id: string }[];
  const leases = [...new Set(held.map(({ lease_id }) => lease_id))];
  if (leases.length > 0) {
    await stack.database_client.execute(
      "update emails set next_attempt_at = created_at, lease_id = null where status = 'waiting' and lease_id in (?)",
      [leases],
    );
  }
  return new Set(held.map(({ id }) => id));
}

describe(`${CHALLENGES} challenges of ${PARTICIPANTS} that end at the same instant`, () => {
  it("end as they would have, each person told once, though workerd is killed half way", async () => {
    const begun = Date.now();
    const dying = turning.fire();
    await turning.untilFinal(CHALLENGES / 2, PATIENCE_MS);
    await stack.worker.kill("SIGKILL");
    await Promise.all([stack.worker.restarted(), dying]);
    const unheard = await letLeasesPass();
    // The next trigger goes through what is still due; the one that died need not have said how far it came.
    await turning.fire();
    await turning.untilFinal(CHALLENGES, PATIENCE_MS);
    await turning.untilMailed(PATIENCE_MS);
    const seconds = (Date.now() - begun) / 1_000;

    const wrong = await turning.differences();
    const pages = await turning.pages();
    const sent = Map.groupBy(stack.mail.messages, ({ metadata }) => metadata["outbox_id"] ?? "");
    const doubled = [...sent].filter(([id, mails]) => mails.length > 1 && !unheard.has(id));
    const what = `${CHALLENGES} of ${PARTICIPANTS} at once, one kill`;
    figure(what, "results and mails that differ", Object.keys(wrong).length, "0");
    figure(what, "mails sent twice without cause", doubled.length, "0");
    figure(what, "until all are final and mailed, s", seconds.toFixed(1), "-");
    figure(what, "pages of the cron", pages, "> 1");
    expect(wrong).toEqual({});
    expect(doubled).toEqual([]);
    expect(sent.size).toBe(turning.endings.mailed.size);
    expect(pages).toBeGreaterThan(1);
  });

  it("show their final boards to who took part", async () => {
    const [account] = turning.endings.accounts;
    if (!account) throw new Error("nobody took part");
    const session = await signIn(stack, { ...account, password: PASSWORD });
    const own = turning.endings.challenges.filter(({ results }) =>
      results.some(({ user_id }) => user_id === account.id),
    );
    expect(own.length).toBeGreaterThan(0);
    for (const { id, results } of own) {
      const { access_token } = session;
      const path = `/challenges/${id}/leaderboard?limit=100`;
      const { status, body } = await call(stack, "GET", path, { access_token });
      expect([status, body["status"]]).toEqual([200, "final"]);
      const lines = body["entries"] as { rank: number; score: number; user: { id: string } }[];
      expect(lines.map(({ rank, score, user }) => ({ user_id: user.id, rank, score }))).toEqual(
        results.map(({ user_id, rank, score }) => ({ user_id, rank, score })),
      );
    }
  });
});
