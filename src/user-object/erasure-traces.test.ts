import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Entry } from "../challenges/board-entry.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, call, freshEmail, mailsTo, signIn, signUp, type TestUser } from "../testing/api.ts";
import { logsAbout } from "../testing/visit.ts";
import { putAvatar, showAvatar, untilGone } from "../testing/avatars.ts";
import { makeChallenge, type Challenge } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { png } from "../testing/images.ts";
import { testDatabase } from "../testing/database.ts";
import { keptIn, tracesOfEach, untilErased } from "../testing/traces.ts";
import { until, soon } from "../testing/until.ts";
import { boardStub, userStub } from "../testing/objects.ts";

restoreClockAfterEach();

type Board = { total: number; entries: Entry[] };

/** Makes a challenge that these others take part in, too; gives its id. */
const make = async (owner: TestUser, others: TestUser[], terms: object): Promise<string> =>
  (await makeChallenge(owner, terms, others)).id;

async function use(user: TestUser, at: string, seconds: number): Promise<void> {
  const item = { app: "instagram.com", started_at: at, duration_seconds: seconds };
  const taken = await api(user).post("/activities", item);
  if (taken.status !== 201) throw new Error(JSON.stringify(taken.body));
}

async function flushed(...users: TestUser[]): Promise<void> {
  for (const one of users) await doWhatIsDue(userStub(one));
}

const board = async (user: TestUser, id: string) =>
  (await api(user).get<Board>(`/challenges/${id}/leaderboard`)).body;
const challenge = async (user: TestUser, id: string) =>
  (await api(user).get<Challenge>(`/challenges/${id}`)).body;

describe("an erased account", () => {
  it("leaves no trace of address, name, id or IP address anywhere", async () => {
    const clock = fixedClock("2026-03-02T12:00:00Z");
    const name = `Zoé ${crypto.randomUUID()}`;
    const ip = "203.0.113.77";
    const agent = `phone ${crypto.randomUUID()}`;
    const place = { "cf-connecting-ip": ip, "user-agent": agent };
    const former_name = `Zoë ${crypto.randomUUID()}`;
    let zoe = await signUp({ display_name: former_name });
    await api(zoe).put("/users/me", { display_name: name });
    let bob = await signUp({ display_name: "Bob" });
    const eve = await signUp({ display_name: "Eve" });

    const twoDays = { start_date: "2026-03-02", end_date: "2026-03-03", grace_hours: 1 };
    const final = await make(bob, [zoe, eve], twoDays);
    const leftFinal = await make(bob, [zoe], twoDays);
    await use(zoe, "2026-03-02T09:00:00Z", 60);
    await use(bob, "2026-03-02T09:00:00Z", 600);
    clock.advance(SECOND_MS);
    await flushed(zoe, bob);
    await api(zoe).post(`/challenges/${leftFinal}/leave`);

    clock.set("2026-03-05T12:00:00Z");
    for (const id of [final, leftFinal]) {
      await doWhatIsDue(boardStub(id));
    }
    const login = await call<{ access_token: string }>(
      "POST",
      "/auth/login",
      { email: zoe.email, password: zoe.password, device_name: `${name}'s phone` },
      place,
    );
    await call("POST", "/auth/login", { email: zoe.email, password: "not the password" }, place);
    zoe = { ...zoe, access_token: login.body.access_token };
    bob = { ...bob, ...(await signIn(bob)) };
    expect((await challenge(bob, final)).status).toBe("final");

    const running = { start_date: "2026-03-05", end_date: "2026-03-09" };
    const own = await make(zoe, [bob], { ...running, visibility: "public" });
    const joined = await make(bob, [zoe], running);
    const scheduled = await make(bob, [zoe], { start_date: "2026-03-20", end_date: "2026-03-21" });
    for (const day of ["03", "04", "05"]) await use(zoe, `2026-03-${day}T10:00:00Z`, 120);
    clock.advance(SECOND_MS);
    await flushed(zoe);
    await use(zoe, "2026-03-05T11:00:00Z", 30);

    const rule_name = `Less ${crypto.randomUUID()}`;
    await api(zoe).post("/blocked", { name: rule_name, app: "x.com", daily_limit_minutes: 30 });
    const other_address = freshEmail();
    await api(zoe).put("/users/me/email", { email: other_address, password: zoe.password });
    const { avatar_url } = (await putAvatar(zoe, png())).body;
    const avatar_key = String(avatar_url).split("/").at(-1)!;
    expect((await showAvatar(avatar_url)).status).toBe(200);
    await mailsTo(zoe.email);
    const { id: zoe_id, email } = zoe;
    const needles = {
      zoe_id,
      email,
      name,
      former_name,
      ip,
      agent,
      other_address,
      avatar_key,
      rule_name,
    };
    const audited = async (person: string) =>
      (await logsAbout(person)).map(({ action }) => action).sort();
    const acts = await until("the failure stands", async () => {
      const found = await audited(zoe_id);
      return found.includes("auth.login_failed") && found;
    });
    expect(new Set(acts)).toEqual(
      new Set([
        "auth.address_change_asked",
        "auth.email_verified",
        "auth.logged_in",
        "auth.login_failed",
        "auth.registered",
        "challenges.created",
        "challenges.joined",
        "challenges.left",
        "blocking.rule_created",
        "users.avatar_changed",
        "users.changed",
      ]),
    );
    for (const [what, traces] of Object.entries(await tracesOfEach(needles))) {
      expect(traces, what).not.toEqual([]);
    }
    for (const id of [final, own, joined, scheduled]) {
      expect(await keptIn(boardStub(id))).toContain(zoe.id);
    }

    const removal = { authorization: `Bearer ${zoe.access_token}`, ...place };
    const deleted = await call("DELETE", "/users/me", { password: zoe.password }, removal);
    expect(deleted.status).toBe(204);
    const pseudonym = await pseudonymOf(zoe);
    expect((await api(zoe).get("/users/me")).body).toMatchObject({ code: "session_ended" });
    await untilGone(avatar_url);
    expect(await untilErased(zoe.id, clock)).toBeLessThan(60 * SECOND_MS);

    const farewells = async () =>
      (await mailsTo(zoe.email)).filter(({ tag }) => tag === "account-deleted");
    await soon(async () => expect(await farewells()).toHaveLength(1));
    expect((await farewells())[0]?.text).toContain(name);
    const nothing = Object.fromEntries(Object.keys(needles).map((what) => [what, []]));
    // A mail may be out before the outbox has noted it.
    await soon(async () => expect(await tracesOfEach(needles)).toEqual(nothing));
    expect(await farewells()).toHaveLength(1);
    expect((await showAvatar(avatar_url)).status).toBe(404);
    for (const id of [final, leftFinal, own, joined, scheduled]) {
      const kept = await keptIn(boardStub(id));
      expect(kept).not.toContain(zoe.id);
      expect(kept).not.toContain(name);
    }

    // What happened stays, under a name that leads to nobody.
    expect(await audited(pseudonym)).toEqual([...acts, "users.deleted", "users.erased"].sort());
    for (const log of await logsAbout(pseudonym)) {
      expect(log).toMatchObject({ ip: null, user_agent: null, personal: null });
      expect([null, pseudonym]).toContain(log.actor_id);
    }

    const podium = (await board(bob, final)).entries;
    expect(podium.map(({ rank, user }) => [rank, user.display_name])).toEqual([
      [1, ""],
      [2, "Bob"],
      [3, "Eve"],
    ]);
    expect(podium[0]).toMatchObject({ user: { avatar_url: null }, days_reported: 1 });
    expect(await challenge(bob, final)).toMatchObject({ participant_count: 3 });
    expect(await challenge(bob, leftFinal)).toMatchObject({ participant_count: 1 });
    expect(await challenge(bob, own)).toMatchObject({
      owner: null,
      status: "running",
      participant_count: 1,
    });
    for (const id of [own, joined, scheduled]) {
      expect((await board(bob, id)).entries.map(({ user }) => user.id)).toEqual([bob.id]);
      expect((await challenge(bob, id)).participant_count).toBe(1);
    }

    // The places stand in MySQL too: a board that has lost all it knew is the same.
    await emptied(final);
    expect((await board(bob, final)).entries).toEqual(podium);
  }, 60_000);
});

async function pseudonymOf({ id }: TestUser): Promise<string> {
  const find = "select pseudonym from erasures where user_id = ?";
  return ((await testDatabase().execute(find, [id])).rows[0] as { pseudonym: string }).pseudonym;
}

async function emptied(id: string): Promise<void> {
  await runInDurableObject(boardStub(id), async (_board, state) => {
    await state.storage.deleteAll();
  });
  await evictDurableObject(boardStub(id));
}
