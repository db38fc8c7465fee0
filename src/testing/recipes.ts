import { png } from "./images.ts";

/** What must have been made before a recipe can be followed. */
export type Need =
  | "activity"
  | "rule"
  | "session"
  /** Somebody else's account. */
  | "account"
  /** The caller's own private challenge that has not begun. */
  | "challenge"
  /** A private challenge that the caller may join, by this code. */
  | "joinable"
  | "invite_code"
  /** The caller's own challenge, past its last day. */
  | "over"
  | "email"
  | "password"
  | "new_email"
  | "refresh_token"
  | "verify_token"
  | "reset_token"
  | "unsubscribe_token"
  | "avatar"
  /** An instant within the last hours. */
  | "used_at"
  /** Dates to come. */
  | "start_date"
  | "end_date";

/** The needs of a caller, by name; what a recipe does not need may be missing. */
export type Made = Record<Need, string>;

/** How a route is called so that it does what it is for. */
export type Recipe = {
  /** What stands in the place of the path's parameter. */
  at?: Need;
  query?: (made: Made) => Record<string, string>;
  body?: (made: Made) => object;
  headers?: Record<string, string>;
};

export const NEW_PASSWORD = "another rather long password";
const socket = { upgrade: "websocket" };

/** Every route of the API but those that need no recipe at all is here; one without a row fails. */
export const recipes: Record<string, Recipe> = {
  "GET /health": {},
  "GET /catalogue": {},
  "POST /auth/register": {
    body: ({ new_email }) => ({
      email: new_email,
      password: NEW_PASSWORD,
      display_name: "Grace",
      timezone: "Europe/Paris",
    }),
  },
  "POST /auth/verify-email": { body: ({ verify_token }) => ({ token: verify_token }) },
  "POST /auth/resend-verification": { body: ({ email }) => ({ email }) },
  "POST /auth/login": { body: ({ email, password }) => ({ email, password }) },
  "POST /auth/refresh": { body: ({ refresh_token }) => ({ refresh_token }) },
  "POST /auth/logout": { body: ({ refresh_token }) => ({ refresh_token }) },
  "POST /auth/forgot-password": { body: ({ email }) => ({ email }) },
  "POST /auth/reset-password": {
    body: ({ reset_token }) => ({ token: reset_token, password: NEW_PASSWORD }),
  },
  "POST /auth/ticket": {},
  "GET /users/me": {},
  "PUT /users/me": { body: () => ({ week_start: 2 }) },
  "GET /users/me/stats": {},
  "DELETE /users/me": { body: ({ password }) => ({ password }) },
  "PUT /users/me/password": {
    body: ({ password }) => ({ current_password: password, new_password: NEW_PASSWORD }),
  },
  "PUT /users/me/email": { body: ({ new_email, password }) => ({ email: new_email, password }) },
  "PUT /users/me/avatar": { body: () => png() },
  "DELETE /users/me/avatar": {},
  "GET /avatars/{key}": { at: "avatar" },
  "GET /users/me/live": { headers: socket },
  "GET /users/me/sessions": {},
  "DELETE /users/me/sessions/{id}": { at: "session" },
  "DELETE /users/me/sessions": {},
  "POST /activities": {
    body: ({ used_at }) => ({ app: "x.com", started_at: used_at, duration_seconds: 60 }),
  },
  "GET /activities": {},
  "GET /activities/today": {},
  "GET /activities/stats/daily": {},
  "GET /activities/stats/weekly": {},
  "GET /activities/stats/apps": {},
  "GET /activities/resume": { query: () => ({ device_id: "phone" }) },
  "DELETE /activities/{id}": { at: "activity" },
  "POST /blocked": { body: () => ({ app: "x.com", daily_limit_minutes: 5 }) },
  "GET /blocked": {},
  "GET /blocked/decisions": {},
  "GET /blocked/{id}": { at: "rule" },
  "PUT /blocked/{id}": { at: "rule", body: () => ({ name: "Another" }) },
  "DELETE /blocked/{id}": { at: "rule" },
  "POST /blocked/{id}/reset": { at: "rule" },
  "POST /challenges": {
    body: ({ start_date, end_date }) => ({ name: "Mine", start_date, end_date }),
  },
  "GET /challenges": {},
  "GET /challenges/my-challenges": {},
  "GET /challenges/{id}": { at: "challenge" },
  "GET /challenges/{id}/leaderboard": { at: "challenge" },
  "GET /challenges/{id}/live": { at: "challenge", headers: socket },
  "POST /challenges/{id}/join": { at: "joinable", body: ({ invite_code }) => ({ invite_code }) },
  "POST /challenges/join": { body: ({ invite_code }) => ({ invite_code }) },
  "PUT /challenges/{id}": { at: "challenge", body: () => ({ name: "Theirs" }) },
  "DELETE /challenges/{id}": { at: "challenge" },
  "POST /challenges/{id}/complete": { at: "over" },
  "POST /challenges/{id}/invite-code": { at: "challenge" },
  "POST /challenges/{id}/leave": { at: "challenge" },
  "GET /admin/stats/overview": {},
  "GET /admin/stats/users-growth": {},
  "GET /admin/stats/app-usage": {},
  "GET /admin/system/health": {},
  "GET /admin/users": {},
  "GET /admin/users/{id}": { at: "account" },
  "PUT /admin/users/{id}": { at: "account", body: () => ({ display_name: "Another" }) },
  "DELETE /admin/users/{id}": { at: "account" },
  "PATCH /admin/users/{id}/deactivate": { at: "account" },
  "PATCH /admin/users/{id}/activate": { at: "account" },
  "GET /admin/challenges": {},
  "DELETE /admin/challenges/{id}": { at: "challenge" },
  "GET /admin/logs": {},
  "GET /admin/logs/stats": {},
  "DELETE /admin/logs/cleanup": { query: () => ({ older_than_days: "90" }) },
  "GET /metrics": {},
  "GET /mail/unsubscribe": { query: ({ unsubscribe_token }) => ({ token: unsubscribe_token }) },
  "POST /mail/unsubscribe": { query: ({ unsubscribe_token }) => ({ token: unsubscribe_token }) },
  "POST /webhooks/postmark": {
    body: ({ email, used_at }) => ({
      RecordType: "Bounce",
      Type: "HardBounce",
      Email: email,
      BouncedAt: used_at,
      MessageStream: "outbound",
    }),
  },
};

/** Whether a route is for administrators alone. */
export function isForAdmins(route: string): boolean {
  return route.includes(" /admin/");
}

/** Routes that are no part of the API's versions: they stand at the root. */
export const AT_THE_ROOT: readonly string[] = ["GET /avatars/{key}", "GET /metrics"];

/** A request, as a recipe has it; `path` begins at the server's root. */
export type Ask = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | undefined;
};

/** Follows a route's recipe. Raises an Error for a route that has none. */
export function askFor(route: string, made: Made): Ask {
  const recipe = recipes[route];
  if (!recipe) throw new Error(`no recipe for ${route}`);
  const { at, query, body: make, headers = {} } = recipe;
  const [method = "", pattern = ""] = route.split(" ");
  const filled = at === undefined ? pattern : pattern.replace(/\{\w+\}/, made[at]);
  const search = query === undefined ? "" : `?${new URLSearchParams(query(made)).toString()}`;
  const content = make?.(made);
  const bytes = content instanceof Uint8Array ? new Uint8Array(content) : null;
  return {
    method,
    path: `${AT_THE_ROOT.includes(route) ? "" : "/api"}${filled}${search}`,
    headers: {
      ...(content !== undefined && { "content-type": bytes ? "image/png" : "application/json" }),
      ...headers,
    },
    body: content === undefined ? undefined : (bytes ?? JSON.stringify(content)),
  };
}

/** The routes of an API document, as recipes name them, with what the document says of each. */
export function routesIn<Operation>(document: {
  paths: Record<string, Record<string, Operation>>;
}): Map<string, Operation> {
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        [`${method.toUpperCase()} ${path.replace(/^\/api/, "")}`, operation] as const,
    ),
  );
  return new Map(routes);
}
