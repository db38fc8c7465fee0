import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, call, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { closeViewersAfterEach, knockBoard, viewBoard, Viewer } from "../testing/board-viewer.ts";
import { soon } from "../testing/until.ts";
import type { BoardPage } from "./board-entry.ts";
import { boardStub } from "../testing/objects.ts";

restoreClockAfterEach();
closeViewersAfterEach();

const NOON = "2026-03-02T12:00:00Z";
const week = { name: "A week", start_date: "2026-03-02", end_date: "2026-03-08" };

async function make(owner: TestUser, more: object = {}) {
  const made = await api(owner).post<{ id: string; invite_code: string }>("/challenges", {
    ...week,
    ...more,
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  // Its start is due: only once it runs is nothing left to change by itself.
  await soon(async () => expect((await boardOf(owner, made.body.id)).status).toBe("running"));
  return made.body;
}

async function boardOf(user: TestUser, id: string): Promise<BoardPage> {
  const { status, body } = await api(user).get<BoardPage>(`/challenges/${id}/leaderboard?limit=50`);
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

async function use(user: TestUser, at: string, seconds: number): Promise<void> {
  const taken = await api(user).post("/activities", {
    app: "x",
    started_at: at,
    duration_seconds: seconds,
  });
  if (taken.status !== 201) throw new Error(JSON.stringify(taken.body));
}

const stamp = (minute: number) =>
  new Date(Date.parse("2026-03-02T08:00:00Z") + minute * MINUTE_MS).toISOString();

describe("a live board", () => {
  it("shows itself, then every change, and each viewer their own line", async () => {
    fixedClock(NOON);
    const [ada, bob, eve] = [await signUp({ display_name: "Ada" }), await signUp(), await signUp()];
    const { id } = await make(ada);
    const [player, guest] = [await viewBoard(ada, id), await viewBoard(eve, id)];
    expect(guest.last).toMatchObject({ type: "snapshot", status: "running", total: 1, me: null });
    expect(player.last).toMatchObject({
      type: "snapshot",
      entries: [{ rank: 1, score: 0, user: { id: ada.id, display_name: "Ada" } }],
      me: { rank: 1 },
    });
    await api(bob).post(`/challenges/${id}/join`);
    await use(ada, stamp(0), 60);
    await soon(() => {
      expect(player.last).toMatchObject({ type: "changes", total: 2, me: { rank: 2, score: 60 } });
      expect(guest.last).toEqual({ ...player.last, me: null });
    });
    expect(guest.entries.map((entry) => [entry.rank, entry.user.id])).toEqual([
      [1, bob.id],
      [2, ada.id],
    ]);
  });

  it("tells many changes at most four times a second, and its viewers end where it does", async () => {
    fixedClock(NOON);
    const players = [await signUp(), await signUp(), await signUp()];
    const { id } = await make(players[0]!);
    for (const player of players.slice(1)) await api(player).post(`/challenges/${id}/join`);
    const viewers = [await viewBoard(players[0]!, id), await viewBoard(players[1]!, id)];
    for (let minute = 0; minute < 25; minute += 1) {
      await Promise.all(
        players.map(
          async (player, n) => await use(player, stamp(minute), 10 + ((minute * 7 + n * 13) % 40)),
        ),
      );
      // For more than a second, or a few frames too many would not show.
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await soon(async () => {
      const board = await boardOf(players[2]!, id);
      expect(board.entries.map((entry) => entry.days_reported)).toEqual([1, 1, 1]);
      for (const viewer of viewers) {
        expect(viewer.last.version).toBe(board.version);
        expect(viewer.entries).toEqual(board.entries);
      }
    });
    for (const { frames, at } of viewers) {
      const versions = frames.map((frame) => frame.version);
      expect(versions).toEqual(versions.map((_, index) => versions[0]! + index));
      // Over the whole stretch, as frames that arrive late crowd: besides the snapshot and the first change.
      const elapsed_ms = at.at(-1)! - at[0]!;
      expect(at.length).toBeLessThanOrEqual(elapsed_ms / 250 + 2);
    }
  });

  it("keeps its viewers through sleep, and tells them the next change alone", async () => {
    fixedClock(NOON);
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await make(ada);
    await api(bob).post(`/challenges/${id}/join`);
    const viewer = await viewBoard(ada, id);
    await use(ada, stamp(0), 60);
    await soon(() => expect(viewer.last.me?.score).toBe(60));
    await evictDurableObject(boardStub(id), { webSockets: "hibernate" });
    await use(bob, stamp(0), 90);
    await soon(() =>
      expect(viewer.entries.at(-1)).toMatchObject({ score: 90, user: { id: bob.id } }),
    );
    expect(viewer.last).toMatchObject({ type: "changes", total: 2 });
    const versions = viewer.frames.map((frame) => frame.version);
    expect(versions).toEqual(versions.map((_, index) => versions[0]! + index));
  });

  it("begins anew after a crash that swallowed what it had not told", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const { id } = await make(ada);
    const viewer = await viewBoard(ada, id);
    await evictDurableObject(boardStub(id), { webSockets: "hibernate" });
    await runInDurableObject(boardStub(id), (_, state) => state.storage.kv.put("untold", true));
    await use(ada, stamp(0), 60);
    await soon(() => expect(viewer.last.me?.score).toBe(60));
    expect(viewer.last).toMatchObject({
      type: "snapshot",
      version: viewer.frames[0]!.version + 1,
      entries: [{ score: 60 }],
    });
  });

  it("brings who comes back up to date", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const { id } = await make(ada);
    const viewer = await viewBoard(ada, id);
    viewer.socket.send(JSON.stringify({ type: "resume", version: viewer.last.version }));
    await soon(() => expect(viewer.frames).toHaveLength(2));
    expect(viewer.last).toMatchObject({
      type: "changes",
      version: viewer.frames[0]!.version,
      entries: [],
    });
    viewer.socket.send(JSON.stringify({ type: "resume", version: viewer.last.version - 1 }));
    await soon(() => expect(viewer.frames).toHaveLength(3));
    expect(viewer.last).toEqual(viewer.frames[0]);
    viewer.socket.send("no JSON");
    viewer.socket.send(JSON.stringify({ type: "nonsense" }));
    viewer.socket.send(JSON.stringify({ type: "resume", version: "x" }));
    await soon(() => expect(viewer.frames).toHaveLength(4));
    expect(viewer.closed).toBeNull();
  });

  it("tells its viewers when it is final", async () => {
    const clock = fixedClock("2026-03-02T23:50:00Z");
    const ada = await signUp();
    const { id } = await make(ada, { end_date: "2026-03-02", grace_hours: 0 });
    const viewer = await viewBoard(ada, id);
    clock.set("2026-03-03T00:00:00Z");
    for (let times = 0; times < 3 && viewer.last.type !== "final"; times += 1)
      await doWhatIsDue(boardStub(id));
    await soon(() => expect(viewer.frames.map((frame) => frame.type)).toContain("final"));
    const final = viewer.frames.find((frame) => frame.type === "final");
    expect(final).toMatchObject({
      status: "final",
      total: 1,
      entries: [{ rank: 1, score: 14_400 }],
      me: { rank: 1 },
    });
  });
});

describe("the door of a live board", () => {
  const upgrade = { upgrade: "websocket" };
  const bearer = (user: TestUser) => ({ authorization: `Bearer ${user.access_token}` });

  it("turns away with a problem whoever may not come in", async () => {
    const [ada, eve] = [await signUp(), await signUp()];
    const clock = fixedClock(Date.now());
    const start_date = new Date(clock.now()).toISOString().slice(0, 10);
    const made = await api(ada).post<{ id: string }>("/challenges", {
      name: "Ours",
      visibility: "private",
      start_date,
      end_date: start_date,
    });
    const { id } = made.body;
    const elsewhere = "01900000-0000-7000-8000-000000000000";
    const cases: [number, string, Record<string, string>, string?][] = [
      [400, "upgrade_needed", bearer(ada)],
      [401, "access_token_missing", upgrade],
      [401, "access_token_invalid", { ...upgrade, authorization: "Bearer a.b.c" }],
      [403, "origin_not_allowed", { ...upgrade, ...bearer(ada), origin: "https://evil.example" }],
      [404, "not_found", { ...upgrade, ...bearer(eve) }],
      [404, "not_found", { ...upgrade, ...bearer(ada) }, elsewhere],
      [404, "not_found", { ...upgrade, ...bearer(ada) }, "nonsense"],
    ];
    for (const [status, code, headers, other = id] of cases) {
      const answer = await knockBoard(other, headers);
      expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
    }
    const allowed = await knockBoard(id, {
      ...upgrade,
      ...bearer(ada),
      origin: "http://localhost:3000",
    });
    expect(allowed.status).toBe(101);
    allowed.webSocket?.accept();
    allowed.webSocket?.close();
  });

  it("opens by a ticket, once", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const { id } = await make(ada);
    const { body } = await api(ada).post<{ ticket: string }>("/auth/ticket");
    const query = `?ticket=${encodeURIComponent(body.ticket)}`;
    const first = await knockBoard(id, upgrade, query);
    expect(first.status).toBe(101);
    const viewer = new Viewer(first.webSocket!);
    await soon(() => expect(viewer.last.me?.user.id).toBe(ada.id));
    const again = await knockBoard(id, upgrade, query);
    expect([again.status, await again.json()]).toMatchObject([
      401,
      { code: "access_token_invalid" },
    ]);
  });

  it("lets a user have five sockets and not a sixth", async () => {
    fixedClock(NOON);
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await make(ada);
    for (let n = 0; n < 5; n += 1) await viewBoard(ada, id);
    const sixth = await knockBoard(id, { ...upgrade, ...bearer(ada) });
    expect([sixth.status, await sixth.json()]).toMatchObject([429, { code: "too_many_sockets" }]);
    expect((await viewBoard(bob, id)).last.type).toBe("snapshot");
  });

  it("closes for who leaves a private challenge", async () => {
    fixedClock(NOON);
    const [ada, bob] = [await signUp(), await signUp()];
    const { id, invite_code } = await make(ada, { visibility: "private" });
    await api(bob).post("/challenges/join", { invite_code });
    const [owner, member] = [await viewBoard(ada, id), await viewBoard(bob, id)];
    await api(bob).post(`/challenges/${id}/leave`);
    await api(ada).post(`/challenges/${id}/leave`);
    await soon(() => expect(member.closed).toBe(4403));
    expect(owner.closed).toBeNull();
  });

  it("closes for a session that ends, and for no other", async () => {
    fixedClock(NOON);
    const phone = await signUp();
    const { id } = await make(phone);
    const tablet = { ...phone, ...(await signIn(phone)) };
    const [onPhone, onTablet] = [await viewBoard(phone, id), await viewBoard(tablet, id)];
    await call("POST", "/auth/logout", { refresh_token: tablet.refresh_token });
    await soon(() => expect(onTablet.closed).toBe(4401));
    expect(onPhone.closed).toBeNull();
    expect((await knockBoard(id, { ...upgrade, ...bearer(tablet) })).status).toBe(401);
  });

  it("closes when a token expires, each at its time", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const { id } = await make(ada);
    const viewer = await viewBoard(ada, id);
    clock.advance(20 * MINUTE_MS);
    const later = await viewBoard({ ...ada, ...(await signIn(ada)) }, id);
    clock.advance(9 * MINUTE_MS);
    await doWhatIsDue(boardStub(id));
    expect(viewer.closed).toBeNull();
    clock.advance(MINUTE_MS);
    await doWhatIsDue(boardStub(id));
    await soon(() => expect(viewer.closed).toBe(4401));
    expect(later.closed).toBeNull();
    clock.advance(20 * MINUTE_MS);
    await doWhatIsDue(boardStub(id));
    await soon(() => expect(later.closed).toBe(4401));
  });

  it("closes for who floods it", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const { id } = await make(ada);
    const [chatty, long] = [await viewBoard(ada, id), await viewBoard(ada, id)];
    for (let n = 0; n < 21; n += 1) chatty.socket.send("{}");
    long.socket.send(JSON.stringify({ type: "resume", version: "x".repeat(1_100) }));
    await soon(() => expect([chatty.closed, long.closed]).toEqual([4429, 4429]));
  });
});
