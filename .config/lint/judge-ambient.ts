import { placeOf, WORKSHOP_ROLES, type Role } from "./roles.ts";

const CLOCK = "take the instant from the context's clock (src/platform/clock.ts).";
const IDS = "use src/platform/ids.ts.";
const CHANCE = "take random bytes from src/platform/ids.ts, or a source of chance as an argument.";

/** Expressions that read the machine's time or chance, and where to get either instead. */
const AMBIENT: Readonly<Record<string, string>> = {
  "Date.now": CLOCK,
  "new Date()": CLOCK,
  "Date()": CLOCK,
  "performance.now": CLOCK,
  "Temporal.Now": CLOCK,
  "crypto.randomUUID": IDS,
  "crypto.getRandomValues": CHANCE,
  "Math.random": CHANCE,
};

/** Judges a read such as `Date.now` or `new Date()`; gives null where it is allowed. */
export function judgeAmbientRead(path: string, expression: string): string | null {
  const wayOut = Object.hasOwn(AMBIENT, expression) ? AMBIENT[expression] : undefined;
  if (wayOut === undefined) return null;
  const { role } = placeOf(path);
  if (role.startsWith("platform") || WORKSHOP_ROLES.some((free) => free === role)) return null;
  return `${expression} stands only in src/platform: ${wayOut}`;
}

const WITHOUT_ENV: readonly Role[] = [
  "service",
  "store",
  "table",
  "part",
  "schema",
  "errors",
  "pure",
];

/** Judges a mention of the type `Env`; gives null where it is allowed. */
export function judgeEnvMention(path: string): string | null {
  const { role } = placeOf(path);
  if (!WITHOUT_ENV.includes(role)) return null;
  return `"Env" has no place in a file of role "${role}": take what you need from the context.`;
}
