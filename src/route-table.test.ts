import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { call, signIn, signUp } from "./testing/api.ts";
import { AT_THE_ROOT, recipes, routesIn } from "./testing/recipes.ts";
import { fixedClock, restoreClockAfterEach } from "./testing/clock.ts";

restoreClockAfterEach();

/** Who may call each route. A route that is not in this table, or a row without its route, fails. */
const table: Record<string, "public" | "signed in" | "by its own secret"> = {
  "GET /health": "public",
  "GET /catalogue": "public",
  "POST /auth/register": "public",
  "POST /auth/verify-email": "public",
  "POST /auth/resend-verification": "public",
  "POST /auth/login": "public",
  "POST /auth/refresh": "public",
  "POST /auth/logout": "public",
  "POST /auth/forgot-password": "public",
  "POST /auth/reset-password": "public",
  "POST /auth/ticket": "signed in",
  "GET /users/me": "signed in",
  "PUT /users/me": "signed in",
  "GET /users/me/stats": "signed in",
  "DELETE /users/me": "signed in",
  "PUT /users/me/password": "signed in",
  "PUT /users/me/email": "signed in",
  "PUT /users/me/avatar": "signed in",
  "DELETE /users/me/avatar": "signed in",
  "GET /avatars/{key}": "public",
  "GET /users/me/sessions": "signed in",
  "DELETE /users/me/sessions": "signed in",
  "DELETE /users/me/sessions/{id}": "signed in",
  "POST /activities": "signed in",
  "GET /activities": "signed in",
  "GET /activities/today": "signed in",
  "GET /activities/stats/daily": "signed in",
  "GET /activities/stats/weekly": "signed in",
  "GET /activities/stats/apps": "signed in",
  "GET /activities/resume": "signed in",
  "DELETE /activities/{id}": "signed in",
  "POST /blocked": "signed in",
  "GET /blocked": "signed in",
  "GET /blocked/decisions": "signed in",
  "GET /blocked/{id}": "signed in",
  "PUT /blocked/{id}": "signed in",
  "DELETE /blocked/{id}": "signed in",
  "POST /blocked/{id}/reset": "signed in",
  "GET /users/me/live": "signed in",
  "POST /challenges": "signed in",
  "GET /challenges": "signed in",
  "GET /challenges/my-challenges": "signed in",
  "GET /challenges/{id}": "signed in",
  "PUT /challenges/{id}": "signed in",
  "DELETE /challenges/{id}": "signed in",
  "POST /challenges/{id}/complete": "signed in",
  "POST /challenges/{id}/invite-code": "signed in",
  "POST /challenges/{id}/join": "signed in",
  "POST /challenges/join": "signed in",
  "POST /challenges/{id}/leave": "signed in",
  "GET /challenges/{id}/leaderboard": "signed in",
  "GET /challenges/{id}/live": "signed in",
  "GET /mail/unsubscribe": "public",
  "POST /mail/unsubscribe": "public",
  "GET /admin/stats/overview": "signed in",
  "GET /admin/stats/users-growth": "signed in",
  "GET /admin/stats/app-usage": "signed in",
  "GET /admin/system/health": "signed in",
  "GET /admin/logs": "signed in",
  "GET /admin/logs/stats": "signed in",
  "DELETE /admin/logs/cleanup": "signed in",
  "POST /webhooks/postmark": "by its own secret",
  "GET /metrics": "by its own secret",
  "GET /admin/users": "signed in",
  "GET /admin/users/{id}": "signed in",
  "PUT /admin/users/{id}": "signed in",
  "DELETE /admin/users/{id}": "signed in",
  "PATCH /admin/users/{id}/deactivate": "signed in",
  "PATCH /admin/users/{id}/activate": "signed in",
  "GET /admin/challenges": "signed in",
  "DELETE /admin/challenges/{id}": "signed in",
};
const SOME_ID = "01957f00-0000-7000-8000-000000000001";
const rows = Object.entries(table).map(([route, access]) => {
  const [method = "", path = ""] = route.split(" ");
  return {
    route,
    method,
    path: (AT_THE_ROOT.includes(route) ? "/.." : "") + path.replace(/\{\w+\}/, SOME_ID),
    access,
  };
});

/** Callers without a live session, and the code each is told. */
const strangers: Record<string, { token: () => string | null; code: string }> = {
  "nobody at all": { token: () => null, code: "access_token_missing" },
  "the bearer of a made-up token": { token: () => "a.b.c", code: "access_token_invalid" },
  "the bearer of an expired token": { token: () => expired, code: "access_token_invalid" },
  "the bearer of an ended session's token": { token: () => ended, code: "session_ended" },
};
let expired = "";
let ended = "";

beforeAll(async () => {
  const clock = fixedClock(Date.now() - 3_600_000);
  const ada = await signUp();
  expired = ada.access_token;
  clock.set(Date.now());
  const session = await signIn(ada);
  ended = session.access_token;
  await call("POST", "/auth/logout", { refresh_token: session.refresh_token });
});

describe("the route table", () => {
  it("holds every route of the document, and no other", async () => {
    const answer = await exports.default.fetch(new Request("http://localhost/openapi.json"));
    const document = await answer.json<{ paths: Record<string, Record<string, object>> }>();
    const documented = [...routesIn(document).keys()];
    expect(Object.keys(recipes).sort()).toEqual(documented.sort());
    expect(documented.sort()).toEqual(Object.keys(table).sort());
  });

  for (const [who, { token, code }] of Object.entries(strangers)) {
    it.each(rows.filter(({ access }) => access === "signed in"))(
      `keeps ${who} out of $route`,
      async ({ method, path }) => {
        const bearer = token();
        const headers = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
        const body = method === "POST" || method === "PUT" ? {} : undefined;
        expect(await call(method, path, body, headers)).toMatchObject({
          status: 401,
          body: { code },
        });
      },
    );
  }

  it.each(rows.filter(({ access }) => access === "by its own secret"))(
    "keeps out of $route whoever does not know its secret",
    async ({ method, path }) => {
      const body = method === "POST" ? {} : undefined;
      expect((await call(method, path, body)).status).toBe(401);
      const wrong = { authorization: "Bearer a-secret-of-somebody-else" };
      expect((await call(method, path, body, wrong)).status).toBe(401);
    },
  );

  it.each(rows.filter(({ access }) => access === "public"))(
    "asks nobody for a token at $route",
    async ({ method, path }) => {
      const { status } = await call(method, path, method === "POST" ? {} : undefined);
      expect(path.includes(SOME_ID) ? [404] : [200, 422]).toContain(status);
    },
  );
});
