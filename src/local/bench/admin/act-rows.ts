import { v7 } from "uuid";
import { chanceOf, type Chance } from "../../demo/random.ts";
import { instant, type Row } from "../rows.ts";
import { ADMINS } from "./people.ts";

const DAY_MS = 86_400_000;
/** Older acts are in the archive. */
const KEPT_DAYS = 88;
/** An address from which somebody guesses: nearly one act in a hundred is a failed login from there. */
export const BUSY_ADDRESS = "198.51.100.7";
/** Never done: what is searched for in vain. */
export const UNDONE = "mail.webhook_refused";

/** How often of 10,000 acts, with the level that each has. */
export const ACTS: readonly [action: string, level: string, often: number][] = [
  ["auth.logged_in", "info", 4_500],
  ["auth.logged_out", "info", 700],
  ["auth.login_failed", "warning", 800],
  ["auth.session_ended", "info", 500],
  ["auth.registered", "info", 300],
  ["auth.email_verified", "info", 280],
  ["auth.password_reset_asked", "info", 150],
  ["auth.token_reused", "error", 4],
  ["users.changed", "info", 700],
  ["users.deleted", "warning", 10],
  ["usage.activity_deleted", "info", 300],
  ["blocking.rule_created", "info", 500],
  ["blocking.rule_changed", "info", 400],
  ["challenges.created", "info", 150],
  ["challenges.joined", "info", 250],
  ["admin.read", "info", 449],
  ["admin.user_changed", "warning", 5],
  ["admin.user_deactivated", "warning", 2],
];
const GUESSES_EACH = 100;

type Who = { id: string; is_admin: boolean };

/**
 * Makes `count` acts of the 88 days before `now` (UTC ms), oldest first: of anybody, the administrators'
 * by one of them above all. One in a hundred is a guess from the busy address.
 */
export function* actsOf(count: number, people: readonly Who[], now: number): Generator<Row> {
  const chance = chanceOf(count);
  const admins = people.filter(({ is_admin }) => is_admin).slice(0, ADMINS);
  const from = now - KEPT_DAYS * DAY_MS;
  const bag = ACTS.flatMap((act) => Array.from({ length: act[2] }, () => act));
  for (let n = 0; n < count; n += 1) {
    const at = Math.floor(from + ((now - from) * n) / count);
    const isGuess = n % GUESSES_EACH === 0;
    const [action, level] = isGuess
      ? (["auth.login_failed", "warning"] as const)
      : chance.pick(bag);
    const somebody = chance.pick(people).id;
    const isAdmins = action.startsWith("admin.");
    const admin = chance.happens(0.5) ? admins[0] : chance.pick(admins);
    yield {
      id: v7({ msecs: at }),
      level,
      action,
      user_id: action === "admin.read" ? null : somebody,
      actor_id: isAdmins ? (admin?.id ?? null) : level === "info" ? somebody : null,
      ip: isGuess ? BUSY_ADDRESS : addressOf(chance),
      user_agent: "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)",
      request_id: requestOf(n),
      context: JSON.stringify({ route: "/auth/login", device: "a phone", tries: n % 7 }),
      personal: null,
      created_at: instant(at),
    };
  }
}

/** The id of the request that did the act `n`. */
export function requestOf(n: number): string {
  return `bench-${n.toString(36).padStart(12, "0")}`;
}

function addressOf(chance: Chance): string {
  return `10.${chance.whole(0, 9)}.${chance.whole(0, 99)}.${chance.whole(1, 99)}`;
}
