import type { Check, Means } from "./check.ts";
import { demandHeader, demandProblem } from "./demand.ts";
import { Fault, type Ask } from "./target.ts";

const FOREIGN = "https://smoke-stranger.invalid";
const LOGIN = "/api/auth/login";

type Refusal = { name: string; path: string; ask: Ask; status: number; code: string };

const refusals: Refusal[] = [
  {
    name: "a path that is not there",
    path: "/api/nowhere",
    ask: {},
    status: 404,
    code: "not_found",
  },
  {
    name: "a method that is not allowed",
    path: LOGIN,
    ask: { method: "DELETE" },
    status: 405,
    code: "method_not_allowed",
  },
  {
    name: "no token",
    path: "/api/users/me",
    ask: {},
    status: 401,
    code: "access_token_missing",
  },
  {
    name: "a made-up token",
    path: "/api/users/me",
    ask: { headers: { authorization: "Bearer a.b.c" } },
    status: 401,
    code: "access_token_invalid",
  },
  {
    name: "a body that is not JSON",
    path: LOGIN,
    ask: {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "email=a",
    },
    status: 415,
    code: "body_not_json",
  },
  {
    name: "a body that is broken JSON",
    path: LOGIN,
    ask: { method: "POST", headers: { "content-type": "application/json" }, body: "{oops" },
    status: 400,
    code: "malformed_json",
  },
  {
    name: "a body over 256 KiB",
    path: LOGIN,
    ask: { method: "POST", body: { email: "a@smoke.invalid", password: "x".repeat(300_000) } },
    status: 413,
    code: "body_too_large",
  },
  {
    name: "fields that are missing",
    path: LOGIN,
    ask: { method: "POST", body: {} },
    status: 422,
    code: "invalid_fields",
  },
];

/** Whether what must be refused is refused, and in the one shape. */
export function refusalChecks({ origin }: Means): Check[] {
  return [
    ...refusals.map(({ name, path, ask: how, status, code }) => ({
      name: `${status} for ${name}`,
      look: async ({ ask }: Parameters<Check["look"]>[0]) => {
        const answer = await ask(path, how);
        demandProblem(answer, status, code);
        if (status === 405) demandHeader(answer, "allow", /\bPOST\b/);
        return code;
      },
    })),
    {
      name: "pages of strangers (CORS)",
      look: async ({ ask }) => {
        for (const answer of [
          await ask("/api/users/me", preflight(FOREIGN)),
          await ask("/api/health", { headers: { origin: FOREIGN } }),
        ]) {
          const allowed = answer.headers.get("access-control-allow-origin");
          if (allowed !== null)
            throw new Fault(`${answer.what} lets ${FOREIGN} read answers (${allowed})`);
        }
        return "read nothing";
      },
    },
    ...(origin === null ? [] : [ownPage(origin)]),
  ];
}

function ownPage(origin: string): Check {
  return {
    name: `the page at ${origin} (CORS)`,
    look: async ({ ask }) => {
      const answer = await ask("/api/users/me", preflight(origin));
      const allowed = answer.headers.get("access-control-allow-origin");
      if (allowed !== origin)
        throw new Fault(`may not read answers: add ${origin} to CORS_ORIGINS, and deploy`);
      demandHeader(answer, "access-control-allow-methods", /\bPUT\b/);
      demandHeader(answer, "access-control-allow-headers", /\bauthorization\b/i);
      demandHeader(answer, "vary", /origin/i);
      return "reads answers";
    },
  };
}

function preflight(origin: string): Ask {
  return {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "authorization,content-type",
    },
  };
}
