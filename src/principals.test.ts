import { exports } from "cloudflare:workers";
import { Client } from "@planetscale/database";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { api, call, freshEmail, signIn, signUp, type TestUser } from "./testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "./testing/clock.ts";
import { png } from "./testing/images.ts";

restoreClockAfterEach();

/** Whoever has a live session: how they stand to the things that `owner` made. */
const PRINCIPALS = ["other", "ex_member", "admin", "member", "owner"] as const;
type Principal = (typeof PRINCIPALS)[number];
type Cells = Record<Principal, number>;
/** What the owner has made before each row is tried. */
type Things = { activity: string; rule: string; session: string; challenge: string };
type Row = {
  cells: Cells;
  path?: (things: Things) => string;
  body?: unknown;
  headers?: Record<string, string>;
};

const everybody = (status: number): Cells => ({
  owner: status,
  other: status,
  member: status,
  ex_member: status,
  admin: status,
});
/** Other people's things are not there: for nobody, an administrator included. */
const ownerAlone = (status: number): Cells => ({ ...everybody(404), owner: status });
/** What only an administrator may. */
const adminAlone = (status: number): Cells => ({ ...everybody(403), admin: status });
/** A private challenge is there for those in it. */
const thoseIn = (status: number): Cells => ({ ...ownerAlone(status), member: status });
const at =
  (thing: keyof Things, pattern: string) =>
  (things: Things): string =>
    pattern.replace("{id}", things[thing]);

const days = { start_date: "2026-03-20", end_date: "2026-03-21" };
const socket = { upgrade: "websocket" };

/** Every route that needs a session × everybody who has one. A route without a row fails. */
const table: Record<string, Row> = {
  "POST /auth/ticket": { cells: everybody(200) },
  "GET /users/me": { cells: everybody(200) },
  "PUT /users/me": { cells: everybody(200), body: { week_start: 2 } },
  "GET /users/me/stats": { cells: everybody(200) },
  // The password is asked for, and is wrong.
  "DELETE /users/me": { cells: everybody(422), body: { password: "not the password" } },
  "PUT /users/me/password": {
    cells: everybody(422),
    body: { current_password: "not the password", new_password: "a long enough password" },
  },
  "PUT /users/me/email": {
    cells: everybody(422),
    body: { email: "new@example.com", password: "not the password" },
  },
  "PUT /users/me/avatar": { cells: everybody(200), body: png() },
  "DELETE /users/me/avatar": { cells: everybody(200) },
  "GET /users/me/live": { cells: everybody(101), headers: socket },
  "GET /users/me/sessions": { cells: everybody(200) },
  "DELETE /users/me/sessions/{id}": {
    cells: ownerAlone(204),
    path: at("session", "/users/me/sessions/{id}"),
  },
  "DELETE /users/me/sessions": { cells: everybody(204) },
  "POST /activities": {
    cells: everybody(200),
    body: { reported_dates: ["2026-03-10"] },
  },
  "GET /activities": { cells: everybody(200) },
  "GET /activities/today": { cells: everybody(200) },
  "GET /activities/stats/daily": { cells: everybody(200) },
  "GET /activities/stats/weekly": { cells: everybody(200) },
  "GET /activities/stats/apps": { cells: everybody(200) },
  "GET /activities/resume": {
    cells: everybody(200),
    path: () => "/activities/resume?device_id=phone",
  },
  "DELETE /activities/{id}": { cells: ownerAlone(204), path: at("activity", "/activities/{id}") },
  "POST /blocked": { cells: everybody(201), body: { app: "x.com", daily_limit_minutes: 5 } },
  "GET /blocked": { cells: everybody(200) },
  "GET /blocked/decisions": { cells: everybody(200) },
  "GET /blocked/{id}": { cells: ownerAlone(200), path: at("rule", "/blocked/{id}") },
  "PUT /blocked/{id}": {
    cells: ownerAlone(200),
    path: at("rule", "/blocked/{id}"),
    body: { name: "Another" },
  },
  "DELETE /blocked/{id}": { cells: ownerAlone(204), path: at("rule", "/blocked/{id}") },
  "POST /blocked/{id}/reset": { cells: ownerAlone(200), path: at("rule", "/blocked/{id}/reset") },
  "POST /challenges": { cells: everybody(201), body: { name: "Mine", ...days } },
  "GET /challenges": { cells: everybody(200) },
  "GET /challenges/my-challenges": { cells: everybody(200) },
  "GET /challenges/{id}": { cells: thoseIn(200), path: at("challenge", "/challenges/{id}") },
  "GET /challenges/{id}/leaderboard": {
    cells: thoseIn(200),
    path: at("challenge", "/challenges/{id}/leaderboard"),
  },
  "GET /challenges/{id}/live": {
    cells: thoseIn(101),
    path: at("challenge", "/challenges/{id}/live"),
    headers: socket,
  },
  "POST /challenges/{id}/join": {
    cells: thoseIn(409),
    path: at("challenge", "/challenges/{id}/join"),
    body: {},
  },
  "POST /challenges/join": { cells: everybody(404), body: { invite_code: "ABCDEFGH" } },
  // Who is in it may read it; to change it is the owner's alone.
  "PUT /challenges/{id}": {
    cells: ownerAlone(200),
    path: at("challenge", "/challenges/{id}"),
    body: { name: "Theirs" },
  },
  "DELETE /challenges/{id}": {
    cells: ownerAlone(204),
    path: at("challenge", "/challenges/{id}"),
  },
  "POST /challenges/{id}/complete": {
    cells: ownerAlone(409),
    path: at("challenge", "/challenges/{id}/complete"),
  },
  "POST /challenges/{id}/invite-code": {
    cells: ownerAlone(200),
    path: at("challenge", "/challenges/{id}/invite-code"),
  },
  "POST /challenges/{id}/leave": {
    cells: thoseIn(204),
    path: at("challenge", "/challenges/{id}/leave"),
  },
  "GET /admin/stats/overview": { cells: adminAlone(200) },
  "GET /admin/stats/users-growth": { cells: adminAlone(200) },
  "GET /admin/stats/app-usage": { cells: adminAlone(200) },
  "GET /admin/system/health": { cells: adminAlone(200) },
};

let people: Record<Principal, TestUser>;
let signed_up_at = 0;

beforeAll(async () => {
  const clock = fixedClock("2026-03-10T12:00:00Z");
  const [owner, other, member, ex_member, admin] = [
    await signUp(),
    await signUp(),
    await signUp(),
    await signUp(),
    await signUp(),
  ];
  await new Client({ url: inject("planetscaleUrl") }).execute(
    "update users set role = 'admin' where id = ?",
    [admin.id],
  );
  people = { owner, other, member, ex_member, admin: { ...admin, ...(await signIn(admin)) } };
  signed_up_at = clock.now();
});

/** A challenge is made only for those rows that ask for one: nobody may have more than 20. */
async function makeChallenge(): Promise<string> {
  const { owner, member, ex_member } = people;
  const made = await api(owner).post<{ id: string; invite_code: string }>("/challenges", {
    name: "Ours",
    visibility: "private",
    ...days,
  });
  const { id, invite_code } = made.body;
  for (const one of [member, ex_member]) {
    await api(one).post(`/challenges/${id}/join`, { invite_code });
  }
  await api(ex_member).post(`/challenges/${id}/leave`);
  return id;
}

async function makeThings(route: string): Promise<Things> {
  const { owner } = people;
  const activity = await api(owner).post<{ activity: { id: string } }>("/activities", {
    app: "x.com",
    started_at: "2026-03-10T10:00:00Z",
    duration_seconds: 60,
  });
  const rule = await api(owner).post<{ id: string }>("/blocked", {
    app: "x.com",
    daily_limit_minutes: 5,
  });
  const session = await signIn(owner);
  const sessions = await api(session).get<{ data: { id: string; is_current: boolean }[] }>(
    "/users/me/sessions",
  );
  return {
    activity: activity.body.activity.id,
    rule: rule.body.id,
    session: sessions.body.data.find((one) => one.is_current)?.id ?? "",
    challenge: route.includes("/challenges/{id}") ? await makeChallenge() : "",
  };
}

describe("every route and everybody who is signed in", () => {
  it("has a row for each route that asks for a session", async () => {
    const answer = await exports.default.fetch(new Request("http://localhost/openapi.json"));
    const { paths } = await answer.json<{
      paths: Record<string, Record<string, { security: object[] }>>;
    }>();
    const guarded = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security?.length > 0)
        .map(([method]) => `${method.toUpperCase()} ${path.replace("/api", "")}`),
    );
    expect(Object.keys(table).sort()).toEqual(guarded.sort());
  });

  it.each(Object.keys(table).map((route, index) => ({ route, index })))(
    "$route",
    async ({ route, index }) => {
      // Each row has a quarter of a minute of its own: nobody's 100 requests a minute run out.
      fixedClock(signed_up_at + (index + 1) * 15_000);
      const things = await makeThings(route);
      const [method = "", plain = ""] = route.split(" ");
      const {
        cells,
        path = () => plain,
        body,
        headers = {},
      } = table[route] ?? { cells: everybody(0) };
      const answers: Partial<Cells> = {};
      // The owner comes last: what they do may be the end of the thing.
      for (const who of PRINCIPALS) {
        const authorization = `Bearer ${people[who].access_token}`;
        const answer = await exports.default.fetch(
          new Request(`http://localhost/api${path(things)}`, {
            method,
            headers: {
              authorization,
              ...(body === undefined ? {} : { "content-type": "application/json" }),
              ...headers,
            },
            ...(body === undefined
              ? {}
              : { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
          }),
        );
        answers[who] = answer.status;
        answer.webSocket?.accept();
        answer.webSocket?.close();
      }
      expect(answers).toEqual(cells);
    },
  );

  it("gives no session to who has not confirmed their address", async () => {
    const account = { email: freshEmail(), password: "a password that is long enough" };
    await call("POST", "/auth/register", { ...account, display_name: "Una" });
    expect(await call("POST", "/auth/login", account)).toMatchObject({
      status: 403,
      body: { code: "email_not_verified" },
    });
  });
});
