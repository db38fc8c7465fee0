import { createHash, randomUUID } from "node:crypto";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { doWhatIsDue } from "../../testing/alarms.ts";
import { api, call, signIn, signUp, type TestUser } from "../../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../../testing/clock.ts";
import { mysqlFails } from "../../testing/faults.ts";
import { postUnder } from "../../testing/once.ts";
import { rowsIn } from "../../testing/database.ts";
import { userStub } from "../../testing/objects.ts";

restoreClockAfterEach();

const NOON = "2026-03-10T12:00:00Z";
const plain = { name: "Quiet week", start_date: "2026-03-12", end_date: "2026-03-18" };
const interval = { app: "x.com", started_at: "2026-03-10T10:00:00Z", duration_seconds: 60 };

type Challenge = { id: string; joined: boolean; participant_count: number };
type Problem = { code: string; request_id: string; errors?: { path: string }[] };
type Taken = { activity: { id: string }; receipt: { status: string } };

const post = async <T = Challenge>(user: TestUser, path: string, body: unknown, key: string) =>
  await postUnder<T>(user, path, body, key);

/** The ids of all challenges that somebody made. */
async function madeBy(user: TestUser): Promise<string[]> {
  const rows = await rowsIn<{ id: string }>(
    "select id from challenges where owner_id = ?",
    user.id,
  );
  return rows.map(({ id }) => id);
}

/** A try of the same request that began and was never heard of again; gives the id of what it creates. */
async function beginAndVanish(user: TestUser, path: string, body: string, key: string) {
  const { sid } = JSON.parse(
    Buffer.from(String(user.access_token.split(".")[1]), "base64url").toString(),
  ) as { sid: string };
  const fingerprint = createHash("sha256").update(`POST\n/api${path}\n${body}`).digest("hex");
  const begun = await userStub(user).beginOnce(
    { user_id: user.id, session_id: sid },
    { key, fingerprint, holder: "vanished" },
  );
  if (!begun.ok || begun.result.kind !== "run") throw new Error(JSON.stringify(begun));
  return begun.result.entity_id;
}

describe("a request under an Idempotency-Key", () => {
  it("gets the first answer again, by either name of the path, and creates nothing twice", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const first = await post(ada, "/challenges", plain, "k1");
    expect(first.status).toBe(201);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    for (const path of ["/challenges", "/v1/challenges"]) {
      const again = await post(ada, path, plain, "k1");
      expect(again).toMatchObject({ status: 201, body: first.body });
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
      expect(again.headers.get("cache-control")).toBe("no-store");
      expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    }
    expect(await madeBy(ada)).toEqual([first.body.id]);
    const other = await post(ada, "/challenges", plain, "k2");
    expect(other.status).toBe(201);
    expect(await madeBy(ada)).toHaveLength(2);
  });

  it("gets a refusal again too, as long as trying again would change nothing", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const nowhere = `/challenges/${randomUUID()}/join`;
    for (const [path, body, status] of [
      [nowhere, undefined, 404],
      ["/challenges", { ...plain, name: "" }, 422],
      ["/challenges", "{oops", 400],
    ] as const) {
      const key = `k${status}`;
      const first = await post<Problem>(ada, path, body, key);
      const again = await post<Problem>(ada, path, body, key);
      expect([first.status, again.status]).toEqual([status, status]);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get("content-type")).toBe("application/problem+json");
      expect(again.headers.get("idempotency-replayed")).toBe("true");
    }
  });

  it("runs once when 20 come at the same time", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        async () => await post<Challenge & Problem>(ada, "/challenges", plain, "k"),
      ),
    );
    const made = await madeBy(ada);
    expect(made).toHaveLength(1);
    const isRun = ({ status, headers }: (typeof answers)[number]) =>
      status === 201 && !headers.has("idempotency-replayed");
    expect(answers.filter(isRun)).toHaveLength(1);
    for (const { status, body, headers } of answers) {
      if (status === 201) expect(body.id).toBe(made[0]);
      else {
        expect([status, body.code]).toEqual([409, "in_progress"]);
        expect(headers.get("retry-after")).toBe("5");
      }
    }
    expect(await post(ada, "/challenges", plain, "k")).toMatchObject({
      body: { id: made[0] },
    });
  });

  it("is refused when the key came with another body or path before, and does nothing", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const first = await post(ada, "/challenges", plain, "k");
    for (const [path, body] of [
      ["/challenges", { ...plain, name: "Another" }],
      ["/challenges", `${JSON.stringify(plain)} `],
      ["/activities", interval],
      [`/challenges/${first.body.id}/join`, undefined],
    ] as const) {
      const refused = await post<Problem>(ada, path, body, "k");
      expect([refused.status, refused.body.code]).toEqual([422, "idempotency_mismatch"]);
    }
    expect(await madeBy(ada)).toEqual([first.body.id]);
    expect((await api(ada).get<{ total_seconds: number }>("/activities/today")).body).toMatchObject(
      { total_seconds: 0 },
    );
  });

  it.each(["", " ", "two words", "é", "a,b c", "x".repeat(65)])(
    "is refused by the header's name when the key is %j",
    async (key) => {
      fixedClock(NOON);
      const ada = await signUp();
      const refused = await post<Problem>(ada, "/challenges", plain, key);
      expect([refused.status, refused.body.code]).toEqual([422, "invalid_fields"]);
      expect(refused.body.errors?.map(({ path }) => path)).toEqual(["Idempotency-Key"]);
      expect(await madeBy(ada)).toEqual([]);
    },
  );

  it("has nothing to do with the same key of somebody else", async () => {
    fixedClock(NOON);
    const [ada, eve] = [await signUp(), await signUp()];
    const key = "~!".repeat(32);
    const hers = await post(ada, "/challenges", plain, key);
    const his = await post(eve, "/challenges", { ...plain, name: "Another" }, key);
    expect([hers.status, his.status]).toEqual([201, 201]);
    expect(his.body.id).not.toBe(hers.body.id);
    expect(await madeBy(eve)).toEqual([his.body.id]);
  });

  it("gets no stored answer once its session has ended", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    await post(ada, "/challenges", plain, "k");
    await call("POST", "/auth/logout", { refresh_token: ada.refresh_token });
    const refused = await post<Problem>(ada, "/challenges", plain, "k");
    expect([refused.status, refused.body.code]).toEqual([401, "session_ended"]);
    const back = { ...ada, ...(await signIn(ada)) };
    const again = await post(back, "/challenges", plain, "k");
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("finds its key forgotten after 24 h, and the object's memory of it gone", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const first = await post(ada, "/challenges", plain, "k");
    clock.advance(24 * 3_600_000 - 1);
    const late = { ...ada, ...(await signIn(ada)) };
    expect((await post(late, "/challenges", plain, "k")).body.id).toBe(first.body.id);
    clock.advance(1);
    const next = await post(late, "/challenges", plain, "k");
    expect(next.status).toBe(201);
    expect((await madeBy(ada)).sort()).toEqual([first.body.id, next.body.id].sort());
    clock.advance(24 * 3_600_000);
    await doWhatIsDue(userStub(ada));
    await runInDurableObject(userStub(ada), (_user, { storage }) => {
      expect(storage.sql.exec("SELECT key FROM once").toArray()).toEqual([]);
    });
  });
});

describe("a try whose end nobody heard of", () => {
  it.each([
    ["fails before its effect", { mode: "html", match: "^insert into `challenges`" }, 0],
    ["loses the answer to its COMMIT", { mode: "lost", match: "^commit" }, 1],
  ])("that %s lets the key go, and the next one creates what it did", async (_how, fault, left) => {
    fixedClock(NOON);
    const ada = await signUp();
    await mysqlFails(fault);
    try {
      const failed = await post<Problem>(ada, "/challenges", plain, "k");
      expect([failed.status, failed.body.code]).toEqual([503, "database_unavailable"]);
    } finally {
      await mysqlFails();
    }
    expect(await madeBy(ada)).toHaveLength(left);
    const changed = await post<Problem>(ada, "/challenges", { ...plain, name: "Another" }, "k");
    expect(changed.body.code).toBe("idempotency_mismatch");
    const retried = await post(ada, "/challenges", plain, "k");
    expect(retried).toMatchObject({ status: 201, body: { joined: true, participant_count: 1 } });
    expect(retried.headers.get("idempotency-replayed")).toBeNull();
    expect(await madeBy(ada)).toEqual([retried.body.id]);
    const again = await post(ada, "/challenges", plain, "k");
    expect(again).toMatchObject({ status: 201, body: retried.body });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("is in progress until its lease ends, then runs again with the same id", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const id = await beginAndVanish(ada, "/challenges", JSON.stringify(plain), "k");
    const early = await post<Problem>(ada, "/challenges", plain, "k");
    expect([early.status, early.body.code]).toEqual([409, "in_progress"]);
    expect(early.headers.get("retry-after")).toBe("5");
    clock.advance(30_000);
    expect(await post(ada, "/challenges", plain, "k")).toMatchObject({
      status: 201,
      body: { id },
    });
    expect(await madeBy(ada)).toEqual([id]);
  });

  it("gives an interval without an id the same id at every try", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const id = await beginAndVanish(ada, "/activities", JSON.stringify(interval), "k");
    clock.advance(30_000);
    const first = await post<Taken>(ada, "/activities", interval, "k");
    expect(first).toMatchObject({ status: 201, body: { activity: { id } } });
    const again = await post<Taken>(ada, "/activities", interval, "k");
    expect(again).toMatchObject({ status: 201, body: first.body });
    const today = await api(ada).get<{ total_seconds: number }>("/activities/today");
    expect(today.body.total_seconds).toBe(60);
  });

  it("joined if it was to join: the next one hears so, and counts nobody twice", async () => {
    fixedClock(NOON);
    const [ada, eve] = [await signUp(), await signUp()];
    const { body: made } = await api(ada).post<Challenge & { invite_code: string }>("/challenges", {
      ...plain,
      visibility: "private",
    });
    const code = { invite_code: made.invite_code };
    await mysqlFails({ mode: "lost", match: "^commit" });
    try {
      expect((await post(eve, "/challenges/join", code, "k")).status).toBe(503);
    } finally {
      await mysqlFails();
    }
    const joined = await post(eve, "/challenges/join", code, "k");
    expect(joined).toMatchObject({ status: 200, body: { joined: true, participant_count: 2 } });
    const refused = await post<Problem>(eve, "/challenges/join", code, "another");
    expect([refused.status, refused.body.code]).toEqual([409, "already_joined"]);
    const again = await post<Problem>(eve, "/challenges/join", code, "another");
    expect(again.body).toEqual(refused.body);
  });
});
