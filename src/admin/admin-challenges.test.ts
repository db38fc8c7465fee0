import { runInDurableObject } from "cloudflare:test";
import { asc, eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditLogs } from "../audit/audit.table.ts";
import { challenges } from "../challenges/challenges.table.ts";
import { grantAdmin, signUpAdmin } from "../testing/admins.ts";
import { api, mailsTo, signIn, type TestUser } from "../testing/api.ts";
import {
  back,
  makeChallenge,
  people,
  ring,
  seenBy,
  watch,
  work,
  type Challenge,
  type Problem,
} from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { untilErased } from "../testing/traces.ts";
import { mysqlFails } from "../testing/faults.ts";
import { soon } from "../testing/until.ts";
import { boardStub } from "../testing/objects.ts";

restoreClockAfterEach();

const NOON = "2026-03-01T12:00:00Z";
const twoDays = { start_date: "2026-03-02", end_date: "2026-03-03" };

let root: TestUser;
beforeAll(async () => {
  root = await signUpAdmin();
});
beforeEach(async () => {
  await grantAdmin(root);
});

/** Signs the administrator in by the clock of the test. */
async function onDuty(): Promise<TestUser> {
  return { ...root, ...(await signIn(root)) };
}
const list = async (admin: TestUser, query: Record<string, string>) =>
  await api(admin).get<{ data: Challenge[]; next_cursor: string | null } & Problem>(
    `/admin/challenges?${new URLSearchParams(query).toString()}`,
  );
const namesOf = async (admin: TestUser, query: Record<string, string>) =>
  (await list(admin, query)).body.data.map(({ name }) => name);
const remove = async (admin: TestUser, id: string) =>
  await api(admin).delete<Problem>(`/admin/challenges/${id}`);
const cancelMails = async (user: TestUser) =>
  (await mailsTo(user.email)).filter(({ tag }) => tag === "challenge-cancelled");
const deletionsOf = async (challenge_id: string) =>
  (
    await work()
      .db.select()
      .from(auditLogs)
      .where(eq(auditLogs.action, "admin.challenge_deleted"))
      .orderBy(asc(auditLogs.id))
  ).filter(({ context }) => context["challenge_id"] === challenge_id);

describe("the list of all challenges", () => {
  it("holds private ones too, newest first, and never how to get in", async () => {
    const clock = fixedClock(NOON);
    const admin = await onDuty();
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const word = crypto.randomUUID();
    const made: Challenge[] = [];
    for (const [n, visibility] of ["public", "private", "private", "public"].entries()) {
      clock.advance(1_000);
      made.push(await makeChallenge(ada, { ...twoDays, name: `${word} ${n}`, visibility }));
    }
    expect(await namesOf(admin, { q: word })).toEqual([3, 2, 1, 0].map((n) => `${word} ${n}`));
    const { data } = (await list(admin, { q: word, limit: "1" })).body;
    expect(data[0]).toMatchObject({ owner: { id: ada.id, display_name: "Ada" } });
    const everything = JSON.stringify((await list(admin, { q: word, limit: "100" })).body);
    expect(everything).toContain(made[1]?.id);
    expect(everything).not.toContain("invite_code");
    expect(everything).not.toContain(made[1]?.invite_code);
    // An administrator who plays along sees no more here either.
    await api(admin).post(`/challenges/join`, { invite_code: made[1]?.invite_code });
    expect(JSON.stringify((await list(admin, { q: word })).body)).not.toContain("invite_code");
    expect((await seenBy(bob, made[1]?.id ?? "")).status).toBe(404);
  });

  it("is filtered by name, status and visibility, and paged without a gap", async () => {
    const clock = fixedClock(NOON);
    const admin = await onDuty();
    const [ada] = await people(clock, "Ada");
    const word = crypto.randomUUID();
    for (const name of [
      "public scheduled",
      "private scheduled",
      "public cancelled",
      "private cancelled",
    ]) {
      clock.advance(1);
      const [visibility, status] = name.split(" ");
      const { id } = await makeChallenge(ada, { ...twoDays, name: `${name} ${word}`, visibility });
      if (status === "cancelled") await api(ada).delete(`/challenges/${id}`);
    }
    for (const visibility of ["public", "private", ""]) {
      for (const status of ["scheduled", "cancelled", "final", ""]) {
        const filter = { ...(visibility && { visibility }), ...(status && { status }) };
        const found = await namesOf(admin, { q: word.slice(4, 30), ...filter });
        const all = await namesOf(admin, { q: word, limit: "100", ...filter });
        expect(all, JSON.stringify(filter)).toEqual(found);
        for (const name of found) {
          expect(name).toContain(visibility);
          expect(name).toContain(status);
        }
        const expected = (visibility ? 1 : 2) * (status === "final" ? 0 : status ? 1 : 2);
        expect(found, JSON.stringify(filter)).toHaveLength(expected);
      }
    }
    const paged: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const { body } = await list(admin, { q: word, limit: "1", ...(cursor && { cursor }) });
      paged.push(...body.data.map(({ name }) => name));
      cursor = body.next_cursor;
    }
    expect(paged).toEqual(await namesOf(admin, { q: word }));
    expect(await namesOf(admin, { q: `%${word.slice(1)}` })).toEqual([]);
    for (const query of [{ status: "over" }, { visibility: "secret" }, { limit: "0" }]) {
      expect((await list(admin, query as never)).status).toBe(422);
    }
    expect((await list(admin, { cursor: "nonsense" })).body.code).toBe("malformed_cursor");
  });
});

describe("deleting a challenge", () => {
  it("calls it off: its board closes, and all in it, its owner too, are told once", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, { ...twoDays, name: "Mean words" }, [bob]);
    clock.set("2026-03-02T12:00:00Z");
    await ring(id);
    const admin = await onDuty();
    const viewer = await watch(await back(bob), id);
    for (let times = 0; times < 2; times += 1) {
      expect((await remove(admin, id)).status).toBe(204);
      await ring(id);
      clock.advance(1_000);
    }
    await soon(() => expect(viewer.closed).toBe(4404));
    for (const user of [ada, bob])
      await soon(async () => expect(await cancelMails(user)).toHaveLength(1));
    expect((await seenBy(await back(bob), id)).body.status).toBe("cancelled");
    expect((await api(await back(ada)).get(`/challenges/${id}/leaderboard`)).status).toBe(404);
    const acts = await deletionsOf(id);
    expect(acts).toMatchObject([
      {
        actor_id: root.id,
        user_id: ada.id,
        context: { before: { status: "running" }, after: { status: "cancelled" } },
        personal: { before: { name: "Mean words" } },
      },
      { context: { before: { status: "cancelled" } } },
    ]);
  });

  it("also ends one whose owner is gone", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const name = crypto.randomUUID();
    const { id } = await makeChallenge(ada, { ...twoDays, name, visibility: "private" }, [bob]);
    await api(ada).delete("/users/me", { password: ada.password });
    await untilErased(ada.id, clock);
    const admin = await onDuty();
    expect((await list(admin, { q: name })).body.data).toMatchObject([{ id, owner: null }]);
    expect((await remove(admin, id)).status).toBe(204);
    await ring(id);
    await soon(async () => expect(await cancelMails(bob)).toHaveLength(1));
    expect(await deletionsOf(id)).toMatchObject([{ user_id: null, actor_id: root.id }]);
  });

  it("is put right by doing it again where the board could not be told", async () => {
    const clock = fixedClock(NOON);
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, twoDays, [bob]);
    const viewer = await watch(bob, id);
    const admin = await onDuty();
    // Nobody reads a challenge but the board, which is told.
    await mysqlFails({
      mode: "refused",
      match: "^select .* from `challenges` where `challenges`.`id` = '[^']+'$",
    });
    try {
      expect((await remove(admin, id)).status).toBe(503);
    } finally {
      await mysqlFails();
    }
    const rows = await work().db.select().from(challenges).where(eq(challenges.id, id));
    expect(rows).toMatchObject([{ status: "cancelled", called_off_by: "admin" }]);
    expect((await remove(admin, id)).status).toBe(204);
    await ring(id);
    await soon(() => expect(viewer.closed).toBe(4404));
    await soon(async () => expect(await cancelMails(ada)).toHaveLength(1));
    const kept = await runInDurableObject(boardStub(id), async (_board, { storage }) =>
      JSON.stringify([...storage.kv.list()]),
    );
    expect(kept).not.toContain('"running"');
  });

  it("is refused where there is none, and where it is over", async () => {
    const clock = fixedClock(NOON);
    const [ada] = await people(clock, "Ada");
    const { id } = await makeChallenge(ada, { ...twoDays, grace_hours: 0 });
    clock.set("2026-03-05T12:00:00Z");
    await ring(id);
    const admin = await onDuty();
    const over = await remove(admin, id);
    expect([over.status, over.body.code]).toEqual([409, "challenge_over"]);
    expect(await deletionsOf(id)).toEqual([]);
    for (const nowhere of ["01957f00-0000-7000-8000-000000000001", "nonsense"]) {
      expect((await remove(admin, nowhere)).status).toBe(404);
    }
  });
});
