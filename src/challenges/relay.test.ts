import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, call, signIn, signUp, type TestUser } from "../testing/api.ts";
import {
  closeViewersAfterEach,
  knockBoard,
  viewBoard,
  type Viewer,
} from "../testing/board-viewer.ts";
import { joinChallenge, makeChallenge, report, type Challenge } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { soon } from "../testing/until.ts";
import { relayName } from "./relay-news.ts";

restoreClockAfterEach();
closeViewersAfterEach();

const NOON = "2026-03-02T12:00:00Z";
const week = { start_date: "2026-03-02", end_date: "2026-03-08" };

const boardOf = (id: string) => env.BOARD.get(env.BOARD.idFromName(id));
const relayOf = (id: string, n: number) => env.RELAY.get(env.RELAY.idFromName(relayName(id, n)));
const socketsAt = async (stub: ReturnType<typeof boardOf> | ReturnType<typeof relayOf>) =>
  await runInDurableObject(stub, (_, state) => state.getWebSockets().length);
const bearer = (user: TestUser) => ({
  upgrade: "websocket",
  authorization: `Bearer ${user.access_token}`,
});

/** Each at its own time, so that scores add up. */
let minutes = 0;
async function use(user: TestUser, seconds: number): Promise<void> {
  const started_at = new Date(Date.parse("2026-03-02T00:00:00Z") + (minutes += 10) * MINUTE_MS);
  await report(user, { started_at: started_at.toISOString(), duration_seconds: seconds });
}

/** A running challenge whose board has no room left: its owner and a friend hold all six seats. */
async function fullBoard(terms: object = {}, members = 0) {
  const [ada, bob] = [await signUp({ display_name: "Ada" }), await signUp()];
  const challenge = await makeChallenge(ada, { ...week, ...terms }, [bob]);
  await soon(async () => {
    const seen = await api(ada).get<{ status: string }>(`/challenges/${challenge.id}/leaderboard`);
    expect(seen.body.status).toBe("running");
  });
  const seated: Viewer[] = [];
  for (let n = 0; n < 6; n += 1) seated.push(await viewBoard(n < 4 ? ada : bob, challenge.id));
  const others: TestUser[] = [];
  for (let n = 0; n < members; n += 1) {
    const one = await signUp();
    await joinChallenge(one, challenge);
    others.push(one);
  }
  return { ada, bob, challenge, seated, others };
}

/** Waits until viewers show the board as whoever asks for it sees it. */
async function expectSame(viewers: readonly Viewer[], challenge: Challenge, asker: TestUser) {
  await soon(async () => {
    const { body } = await api(asker).get<{ version: number; entries: object[] }>(
      `/challenges/${challenge.id}/leaderboard?limit=50`,
    );
    for (const viewer of viewers) {
      expect(viewer.last.version).toBe(body.version);
      expect(viewer.entries).toEqual(body.entries);
    }
  });
}

const inOrder = ({ versions }: Viewer) => versions.map((_, index) => versions[0]! + index);

describe("whoever finds a board full", () => {
  it("sits at a relay and sees every change as all others do, and their own line", async () => {
    fixedClock(NOON);
    const { ada, challenge, seated, others } = await fullBoard({}, 1);
    const [carl] = others as [TestUser];
    const eve = await signUp();
    const [player, guest] = [
      await viewBoard(carl, challenge.id),
      await viewBoard(eve, challenge.id),
    ];
    expect(await socketsAt(boardOf(challenge.id))).toBe(6);
    expect(await socketsAt(relayOf(challenge.id, 0))).toBe(2);
    expect(player.last).toMatchObject({ type: "snapshot", me: { user: { id: carl.id } } });
    expect(guest.last).toMatchObject({ type: "snapshot", total: 3, me: null });
    for (const seconds of [60, 90, 30]) {
      await use(ada, seconds);
      await use(carl, seconds * 2);
    }
    await soon(() => expect(player.last.me?.score).toBe(360));
    await soon(() => expect(seated[0]!.last.me?.score).toBe(180));
    await expectSame([...seated, player, guest], challenge, eve);
    for (const viewer of [player, guest]) {
      expect(viewer.versions).toEqual(inOrder(viewer));
      expect(viewer.frames.slice(1).every(({ type }) => type === "changes")).toBe(true);
    }
    expect(guest.frames.every(({ me }) => me === null)).toBe(true);
    expect(player.frames.at(-1)!.me).toMatchObject({ rank: 3, score: 360 });
  });

  it("is answered pong, and brought up to date after a reconnect", async () => {
    fixedClock(NOON);
    const { ada, challenge } = await fullBoard();
    const guest = await viewBoard(await signUp(), challenge.id);
    guest.socket.send("ping");
    guest.socket.send(JSON.stringify({ type: "resume", version: guest.last.version }));
    await soon(() => expect([guest.pongs, guest.frames.length]).toEqual([1, 2]));
    expect(guest.last).toMatchObject({ type: "changes", entries: [], version: guest.versions[0] });
    guest.socket.send(JSON.stringify({ type: "resume", version: guest.last.version - 1 }));
    await soon(() => expect(guest.frames).toHaveLength(3));
    expect(guest.last).toEqual(guest.frames[0]);
    await evictDurableObject(relayOf(challenge.id, 0), { webSockets: "hibernate" });
    guest.socket.send(JSON.stringify({ type: "resume", version: 0 }));
    await soon(() => expect(guest.frames).toHaveLength(4));
    expect(guest.last).toEqual(guest.frames[0]);
    await use(ada, 60);
    await expectSame([guest], challenge, ada);
  });

  it("goes on to the next relay where the first is full too", async () => {
    fixedClock(NOON);
    const { ada, challenge } = await fullBoard();
    const [carl, dora, eve] = [await signUp(), await signUp(), await signUp()];
    const viewers: Viewer[] = [];
    for (const one of [carl, carl, carl, dora, dora, dora, eve])
      viewers.push(await viewBoard(one, challenge.id));
    expect(await socketsAt(relayOf(challenge.id, 0))).toBe(6);
    expect(await socketsAt(relayOf(challenge.id, 1))).toBe(1);
    await use(ada, 60);
    await soon(() => expect(viewers.at(-1)!.frames.length).toBeGreaterThan(1));
    await expectSame(viewers, challenge, ada);
  });

  it("may still have five sockets and not a sixth, wherever they sit", async () => {
    fixedClock(NOON);
    const { ada, bob, challenge } = await fullBoard();
    await viewBoard(ada, challenge.id);
    for (let n = 0; n < 3; n += 1) await viewBoard(bob, challenge.id);
    for (const user of [ada, bob]) {
      const sixth = await knockBoard(challenge.id, bearer(user));
      expect([sixth.status, await sixth.json()]).toMatchObject([429, { code: "too_many_sockets" }]);
    }
    // Also after the board has slept and has forgotten who sits where.
    await evictDurableObject(boardOf(challenge.id), { webSockets: "hibernate" });
    expect((await knockBoard(challenge.id, bearer(bob))).status).toBe(429);
    expect((await viewBoard(await signUp(), challenge.id)).last.type).toBe("snapshot");
  });
});

describe("a relay that was lost from memory", () => {
  it("has slept: its viewers hear the next change alone", async () => {
    fixedClock(NOON);
    const { ada, challenge, others } = await fullBoard({}, 2);
    const [carl, dora] = others as [TestUser, TestUser];
    const [one, two] = [await viewBoard(carl, challenge.id), await viewBoard(dora, challenge.id)];
    await use(ada, 60);
    await soon(() => expect(one.frames.length).toBeGreaterThan(1));
    await evictDurableObject(relayOf(challenge.id, 0), { webSockets: "hibernate" });
    await use(dora, 90);
    await soon(() => expect(two.last.me?.score).toBe(90));
    await expectSame([one, two], challenge, ada);
    for (const viewer of [one, two]) {
      expect(viewer.versions).toEqual(inOrder(viewer));
      expect(viewer.last.type).toBe("changes");
    }
    expect(one.last.me).toMatchObject({ score: 0, user: { id: carl.id } });
  });

  it("is asked anew by a board that has slept", async () => {
    fixedClock(NOON);
    const { ada, challenge, others } = await fullBoard({}, 1);
    const [carl] = others as [TestUser];
    const viewer = await viewBoard(carl, challenge.id);
    await evictDurableObject(boardOf(challenge.id), { webSockets: "hibernate" });
    await use(carl, 60);
    await soon(() => expect(viewer.last.me?.score).toBe(60));
    await use(ada, 30);
    await expectSame([viewer], challenge, ada);
    expect(viewer.versions).toEqual(inOrder(viewer));
  });

  it("is told by the alarm what a crash of the board swallowed", async () => {
    fixedClock(NOON);
    const { ada, challenge } = await fullBoard();
    const guest = await viewBoard(await signUp(), challenge.id);
    // As a crash leaves it between the version's write and the relay's call.
    await runInDurableObject(boardOf(challenge.id), (_, { storage }) => {
      storage.kv.put("version", guest.last.version + 1);
      storage.sql.exec("INSERT INTO jobs (kind, key, due_at) VALUES ('feed', '', 0)");
    });
    await evictDurableObject(boardOf(challenge.id), { webSockets: "hibernate" });
    await doWhatIsDue(boardOf(challenge.id));
    await soon(() => expect(guest.last.version).toBe(guest.versions[0]! + 1));
    expect(guest.last.type).toBe("snapshot");
    await expectSame([guest], challenge, ada);
  });

  it("is let go by its board when nobody sits there any more", async () => {
    fixedClock(NOON);
    const { ada, challenge } = await fullBoard();
    const guest = await viewBoard(await signUp(), challenge.id);
    const known = async () =>
      await runInDurableObject(boardOf(challenge.id), (_, { storage }) => storage.kv.get("relays"));
    expect(await known()).toEqual([0]);
    guest.socket.close();
    await soon(async () => expect(await socketsAt(relayOf(challenge.id, 0))).toBe(0));
    await use(ada, 60);
    await soon(async () => expect(await known()).toEqual([]));
    const back = await viewBoard(await signUp(), challenge.id);
    await use(ada, 60);
    await soon(() => expect(back.frames.length).toBeGreaterThan(1));
  });
});

describe("a socket at a relay is closed", () => {
  it("for the session that ends, and for no other", async () => {
    fixedClock(NOON);
    const { challenge } = await fullBoard();
    const phone = await signUp();
    const tablet = { ...phone, ...(await signIn(phone)) };
    const onPhone = await viewBoard(phone, challenge.id);
    const onTablet = await viewBoard(tablet, challenge.id);
    await call("POST", "/auth/logout", { refresh_token: tablet.refresh_token });
    await soon(() => expect(onTablet.closed).toBe(4401));
    expect(onPhone.closed).toBeNull();
    expect((await knockBoard(challenge.id, bearer(tablet))).status).toBe(401);
  });

  it("for who leaves a private challenge", async () => {
    fixedClock(NOON);
    const { challenge, others } = await fullBoard({ visibility: "private" }, 2);
    const [carl, dora] = others as [TestUser, TestUser];
    const [gone, stays] = [
      await viewBoard(carl, challenge.id),
      await viewBoard(dora, challenge.id),
    ];
    await api(carl).post(`/challenges/${challenge.id}/leave`);
    await soon(() => expect(gone.closed).toBe(4403));
    expect(stays.closed).toBeNull();
    expect((await knockBoard(challenge.id, bearer(carl))).status).toBe(404);
  });

  it("when the challenge is called off", async () => {
    fixedClock(NOON);
    const { ada, challenge } = await fullBoard();
    const guest = await viewBoard(await signUp(), challenge.id);
    await api(ada).delete(`/challenges/${challenge.id}`);
    await soon(() => expect(guest.closed).toBe(4404));
    expect(guest.last).toMatchObject({ type: "changes", status: "cancelled" });
  });

  it("with the account that is deleted", async () => {
    fixedClock(NOON);
    const { challenge } = await fullBoard();
    const carl = await signUp();
    const viewer = await viewBoard(carl, challenge.id);
    await api(carl).delete("/users/me", { password: carl.password });
    await soon(() => expect(viewer.closed).toBe(4401));
  });

  it("when its token expires, each at its time", async () => {
    const clock = fixedClock(NOON);
    const { challenge } = await fullBoard();
    const carl = await signUp();
    const first = await viewBoard(carl, challenge.id);
    clock.advance(20 * MINUTE_MS);
    const later = await viewBoard({ ...carl, ...(await signIn(carl)) }, challenge.id);
    clock.advance(10 * MINUTE_MS);
    await doWhatIsDue(relayOf(challenge.id, 0));
    await soon(() => expect(first.closed).toBe(4401));
    expect(later.closed).toBeNull();
    clock.advance(20 * MINUTE_MS);
    await doWhatIsDue(relayOf(challenge.id, 0));
    await soon(() => expect(later.closed).toBe(4401));
  });

  it("for who floods it", async () => {
    fixedClock(NOON);
    const { challenge } = await fullBoard();
    const carl = await signUp();
    const [chatty, long] = [
      await viewBoard(carl, challenge.id),
      await viewBoard(carl, challenge.id),
    ];
    for (let n = 0; n < 21; n += 1) chatty.socket.send("{}");
    long.socket.send("x".repeat(1_025));
    await soon(() => expect([chatty.closed, long.closed]).toEqual([4429, 4429]));
  });
});

describe("a board that becomes final", () => {
  it("says so at its relays too", async () => {
    const clock = fixedClock("2026-03-02T23:50:00Z");
    const { challenge } = await fullBoard({ end_date: "2026-03-02", grace_hours: 0 });
    const guest = await viewBoard(await signUp(), challenge.id);
    clock.set("2026-03-03T00:00:00Z");
    for (let times = 0; times < 3 && guest.last.type !== "final"; times += 1)
      await doWhatIsDue(boardOf(challenge.id));
    await soon(() => expect(guest.frames.map(({ type }) => type)).toContain("final"));
    const finals = guest.frames.filter(({ type }) => type === "final");
    expect(finals).toHaveLength(1);
    expect(finals[0]).toMatchObject({ status: "final", total: 2, me: null });
  });
});
