import { recipes, type Made } from "../../recipes.ts";

const DAY_MS = 86_400_000;
const day = (ahead: number) => new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10);
const app = { app: "com.instagram.android", app_name: "Instagram", category: "social" };
const device = { ...app, device_id: "phone", date: day(0) };

/** Whole bodies, with every field, of the routes whose recipe says less. */
const WHOLE: Record<string, () => object[]> = {
  "POST /activities": () => [
    {
      kind: "interval",
      ...app,
      device_id: "phone",
      started_at: new Date().toISOString(),
      duration_seconds: 60,
    },
    { kind: "day_total", ...device, total_seconds: 60 },
    { kind: "threshold", ...device, at_least_seconds: 60 },
    { items: [{ kind: "day_total", ...device, total_seconds: 60 }], reported_dates: [day(0)] },
  ],
  "POST /blocked": () => [rule()],
  "PUT /blocked/{id}": () => [{ ...rule(), pending_change: null }],
  "POST /challenges": () => [{ ...terms(), join: true }],
  "PUT /challenges/{id}": () => [terms()],
  "PUT /users/me": () => [
    {
      display_name: "Ada",
      timezone: "Europe/Paris",
      day_start_minute: 60,
      week_start: 2,
      locale: "fr",
      settings: {
        daily_reminder: { enabled: true, time: "20:00" },
        limit_emails: true,
        challenge_emails: false,
      },
    },
  ],
  "POST /auth/login": () => [
    { email: "somebody@example.com", password: "a rather long password", device_name: "phone" },
  ],
};

const rule = () => ({
  name: "Less",
  apps: ["x.com"],
  categories: ["social"],
  daily_limit_seconds: 600,
  weekday_limits: { "1": 60 },
  schedule: [{ days: [1, 2], start: "22:00", end: "06:00" }],
  alert_percents: [50, 100],
  strict: false,
  is_active: true,
});
const terms = () => ({
  name: "Less",
  description: "of it all",
  visibility: "private",
  apps: ["x.com"],
  categories: ["social"],
  metric: "days_under_goal",
  goal_seconds: 600,
  start_date: day(3),
  end_date: day(4),
  missing_day_seconds: 600,
  grace_hours: 1,
  max_participants: 5,
});

/** Good bodies of a route, as a caller would send them; none for a route that takes no JSON. */
export function bodiesOf(route: string, made: Made): object[] {
  const whole = WHOLE[route];
  if (whole) return whole();
  const body = recipes[route]?.body?.(made);
  return body === undefined || body instanceof Uint8Array ? [] : [body];
}

/** Names that are nobody's to write, wherever they do not stand in the contract. */
export const FORBIDDEN: readonly string[] = [
  "role",
  "is_active",
  "email",
  "id",
  "user_id",
  "version",
  "password_hash",
  "password",
  "created_at",
  "updated_at",
  "email_verified_at",
  "owner_id",
  "owner",
  "status",
  "participant_count",
  "invite_code",
  "avatar_key",
  "avatar_url",
  "session_id",
  "ended_at",
  "deleted_at",
  "seconds",
  "used_seconds",
  "policy_version",
  "pending_rule",
  "pending_date",
  "next_turn_at",
  "is_admin",
  "permissions",
  "counter",
  "__proto__",
  "constructor",
  "toString",
];
