import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, signUp, type TestUser } from "../testing/api.ts";
import {
  bearer,
  closeViewersAfterEach,
  knockBoard,
  viewBoard,
  type Viewer,
} from "../testing/board-viewer.ts";
import { report, type Challenge } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { fullBoard, NOON, relayOf } from "../testing/full-board.ts";
import { soon } from "../testing/until.ts";
import { boardStub } from "../testing/objects.ts";

restoreClockAfterEach();
closeViewersAfterEach();

const socketsAt = async (stub: ReturnType<typeof boardStub> | ReturnType<typeof relayOf>) =>
  await runInDurableObject(stub, (_, state) => state.getWebSockets().length);

/** Each at its own time, so that scores add up. */
let minutes = 0;
async function use(user: TestUser, seconds: number): Promise<void> {
  const started_at = new Date(Date.parse("2026-03-02T00:00:00Z") + (minutes += 10) * MINUTE_MS);
  await report(user, { started_at: started_at.toISOString(), duration_seconds: seconds });
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
    expect(await socketsAt(boardStub(challenge.id))).toBe(6);
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
    await evictDurableObject(boardStub(challenge.id), { webSockets: "hibernate" });
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
    await evictDurableObject(boardStub(challenge.id), { webSockets: "hibernate" });
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
    await runInDurableObject(boardStub(challenge.id), (_, { storage }) => {
      storage.kv.put("version", guest.last.version + 1);
      storage.sql.exec("INSERT INTO jobs (kind, key, due_at) VALUES ('feed', '', 0)");
    });
    await evictDurableObject(boardStub(challenge.id), { webSockets: "hibernate" });
    await doWhatIsDue(boardStub(challenge.id));
    await soon(() => expect(guest.last.version).toBe(guest.versions[0]! + 1));
    expect(guest.last.type).toBe("snapshot");
    await expectSame([guest], challenge, ada);
  });

  it("is let go by its board when nobody sits there any more", async () => {
    fixedClock(NOON);
    const { ada, challenge } = await fullBoard();
    const guest = await viewBoard(await signUp(), challenge.id);
    const known = async () =>
      await runInDurableObject(boardStub(challenge.id), (_, { storage }) =>
        storage.kv.get("relays"),
      );
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

describe("a board that becomes final", () => {
  it("says so at its relays too", async () => {
    const clock = fixedClock("2026-03-02T23:50:00Z");
    const { challenge } = await fullBoard({ end_date: "2026-03-02", grace_hours: 0 });
    const guest = await viewBoard(await signUp(), challenge.id);
    clock.set("2026-03-03T00:00:00Z");
    for (let times = 0; times < 3 && guest.last.type !== "final"; times += 1)
      await doWhatIsDue(boardStub(challenge.id));
    await soon(() => expect(guest.frames.map(({ type }) => type)).toContain("final"));
    const finals = guest.frames.filter(({ type }) => type === "final");
    expect(finals).toHaveLength(1);
    expect(finals[0]).toMatchObject({ status: "final", total: 2, me: null });
  });
});
