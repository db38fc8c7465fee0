import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { addDays } from "../platform/time/dates.ts";
import { ownDateOf } from "../platform/time/own-day.ts";
import { api, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";

restoreClockAfterEach();

type Challenge = {
  id: string;
  name: string;
  invite_code: string | null;
  joined: boolean;
  status: string;
  participant_count: number;
  apps: string[];
};
type Problem = { code: string; errors?: { path: string; message: string }[] };
type List = { data: Challenge[]; next_cursor: string | null };

const start = Date.now();
const today = ownDateOf(start, { timezone: "UTC", day_start_minute: 0 });
const tomorrow = addDays(today, 1);
const plain = { name: "Quiet week", start_date: tomorrow, end_date: addDays(today, 7) };

/** Stands, so that midnight cannot come meanwhile, and never goes back: lists are by what was made when. */
let clock = { now: () => start, advance: (_ms: number): void => undefined };
beforeEach(() => {
  clock = fixedClock(clock.now());
});

async function make(owner: TestUser, more: object = {}): Promise<Challenge> {
  clock.advance(1);
  const made = await api(owner).post<Challenge>("/challenges", { ...plain, ...more });
  if (made.status !== 201) throw new Error(`${made.status}: ${JSON.stringify(made.body)}`);
  return made.body;
}

describe("making a challenge", () => {
  it("needs a name and two dates, and fills in the rest", async () => {
    const ada = await signUp({ display_name: "Ada" });
    const made = await api(ada).post<Challenge>("/challenges", plain);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      name: "Quiet week",
      description: "",
      visibility: "public",
      invite_code: null,
      owner: { id: ada.id, display_name: "Ada" },
      apps: [],
      categories: [],
      metric: "least_time",
      goal_seconds: null,
      start_date: plain.start_date,
      end_date: plain.end_date,
      missing_day_seconds: 14_400,
      grace_hours: 12,
      max_participants: null,
      status: "scheduled",
      participant_count: 1,
      joined: true,
      created_at: expect.stringMatching(/Z$/),
    });
    const found = await api(ada).get(`/challenges/${made.body.id}`);
    expect(found).toMatchObject({ status: 200, body: made.body });
  });

  it("takes its creator in only if they want to", async () => {
    const ada = await signUp();
    const made = await make(ada, { join: false });
    expect(made).toMatchObject({ joined: false, participant_count: 0 });
  });

  it("knows apps by whatever a client calls them", async () => {
    const ada = await signUp();
    const { apps } = await make(ada, {
      apps: ["com.instagram.android", "instagram", "org.example.own"],
    });
    expect(apps).toEqual(["instagram", "org.example.own"]);
  });

  it.each([
    [{ metric: "most_reduction" }, null],
    [{ metric: "days_under_goal", goal_seconds: 3_600 }, 3_600],
  ])("can be played by %j", async (metric, goal_seconds) => {
    const made = await make(await signUp(), metric);
    expect(made).toMatchObject({ ...metric, goal_seconds });
  });

  it("makes nothing twice under a client's own id", async () => {
    const ada = await signUp();
    const id = randomUUID();
    const answers = await Promise.all(
      Array.from(
        { length: 5 },
        async () => await api(ada).post<Challenge>("/challenges", { ...plain, id }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const mine = await api(ada).get<List>("/challenges/my-challenges");
    expect(mine.body.data.map((one) => one.id)).toEqual([id]);
    const eve = await signUp();
    const taken = await api(eve).post<Problem>("/challenges", { ...plain, id });
    expect(taken).toMatchObject({ status: 409, body: { code: "id_taken" } });
  });

  it.each([
    ["name", { name: "" }],
    ["name", { name: "x".repeat(101) }],
    ["description", { description: "x".repeat(2001) }],
    ["visibility", { visibility: "secret" }],
    ["apps", { apps: Array.from({ length: 51 }, (_, n) => `app${n}`) }],
    ["categories.0", { categories: ["cooking"] }],
    ["metric", { metric: "least_fun" }],
    ["goal_seconds", { metric: "days_under_goal" }],
    ["goal_seconds", { metric: "days_under_goal", goal_seconds: 0 }],
    ["goal_seconds", { metric: "days_under_goal", goal_seconds: 86_401 }],
    ["goal_seconds", { goal_seconds: 3_600 }],
    ["goal_seconds", { metric: "most_reduction", goal_seconds: 3_600 }],
    ["start_date", { start_date: "2026-02-30" }],
    ["start_date", { start_date: addDays(today, -2) }],
    ["start_date", { start_date: addDays(today, 400), end_date: addDays(today, 401) }],
    ["end_date", { end_date: today }],
    ["end_date", { end_date: addDays(tomorrow, 92) }],
    ["missing_day_seconds", { missing_day_seconds: 86_401 }],
    ["grace_hours", { grace_hours: 73 }],
    ["max_participants", { max_participants: 1 }],
    ["max_participants", { max_participants: 100_001 }],
    ["join", { join: "no" }],
    ["id", { id: "42" }],
    ["status", { status: "running" }],
    ["owner_id", { owner_id: randomUUID() }],
    ["invite_code", { invite_code: "ABCDEFGH" }],
  ])("refuses a wrong %s: %j", async (path, wrong) => {
    const ada = await signUp();
    const refused = await api(ada).post<Problem>("/challenges", { ...plain, ...wrong });
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.map((error) => error.path)).toEqual([path]);
  });

  it("takes 92 days, beginning today", async () => {
    const ada = await signUp();
    const made = await make(ada, { start_date: today, end_date: addDays(today, 91) });
    expect(made.joined).toBe(true);
  });

  it("lets nobody have more than 20 open ones, also not by making them at once", async () => {
    const ada = await signUp();
    const makeAtOnce = async (count: number) =>
      await Promise.all(
        Array.from(
          { length: count },
          async () => await api(ada).post<Problem>("/challenges", plain),
        ),
      );
    for (const count of [5, 5, 5]) await makeAtOnce(count);
    const answers = await makeAtOnce(8);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.map(({ body }) => body.code)).toEqual(Array(3).fill("too_many_challenges"));
  });
});

describe("the list of challenges", () => {
  it("has the public ones newest first, in pages that survive new ones", async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.unshift((await make(ada)).id);
    const first = await api(bob).get<List>("/challenges?limit=3");
    expect(first.body.data.map((one) => one.id)).toEqual(made.slice(0, 3));
    await make(ada);
    const second = await api(bob).get<List>(`/challenges?limit=2&cursor=${first.body.next_cursor}`);
    expect(second.body.data.map((one) => one.id)).toEqual(made.slice(3));
  });

  it("is searched by a part of the name, whatever signs it has", async () => {
    const ada = await signUp();
    const mark = randomUUID();
    await make(ada, { name: `100% offline ${mark}` });
    await make(ada, { name: `1000 offline ${mark}` });
    await make(ada, { name: `back\\slash ${mark}` });
    const names = async (q: string) => {
      const found = await api(ada).get<List>(`/challenges?q=${encodeURIComponent(q)}`);
      return found.body.data.map((one) => one.name.replace(` ${mark}`, ""));
    };
    expect(await names(`0% OFFLINE ${mark}`)).toEqual(["100% offline"]);
    expect(await names(`offline ${mark}`)).toEqual(["1000 offline", "100% offline"]);
    expect(await names(`k\\s`)).toContain("back\\slash");
    expect(await names(`_offline ${mark}`)).toEqual([]);
  });

  it("is filtered by status", async () => {
    const ada = await signUp();
    const { id } = await make(ada);
    const ids = async (status: string) =>
      (await api(ada).get<List>(`/challenges?status=${status}`)).body.data.map((one) => one.id);
    expect(await ids("scheduled")).toContain(id);
    expect(await ids("final")).not.toContain(id);
    expect((await api(ada).get("/challenges?status=over")).status).toBe(422);
  });

  it("refuses a cursor that it did not give", async () => {
    const ada = await signUp();
    const refused = await api(ada).get("/challenges?cursor=bm9uc2Vuc2U");
    expect(refused).toMatchObject({ status: 400, body: { code: "malformed_cursor" } });
  });

  it("of one's own has what one made and what one joined, private ones included", async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const joined = await make(ada, { visibility: "private" });
    await api(bob).post("/challenges/join", { invite_code: joined.invite_code });
    const own = await make(bob, { join: false });
    const both = await make(bob);
    const left = await make(ada);
    await api(bob).post(`/challenges/${left.id}/join`);
    await api(bob).post(`/challenges/${left.id}/leave`);
    const first = await api(bob).get<List>("/challenges/my-challenges?limit=2");
    const rest = await api(bob).get<List>(
      `/challenges/my-challenges?limit=2&cursor=${first.body.next_cursor}`,
    );
    const mine = [...first.body.data, ...rest.body.data];
    expect(mine.map((one) => [one.id, one.joined])).toEqual([
      [both.id, true],
      [own.id, false],
      [joined.id, true],
    ]);
    expect(rest.body.next_cursor).toBeNull();
  });
});
