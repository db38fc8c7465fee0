import { PLATFORM_ROLES, WORKSHOP_ROLES, type Role } from "./roles.ts";

/** Where a package may be imported: by roles, and by files whose path starts with one of `paths`. */
type Home = {
  packages: RegExp;
  roles: readonly Role[];
  paths?: readonly string[];
  /** May not be passed on with `export … from`, which would let it slip past this table. */
  sealed?: true;
  wayOut: string;
};

/** The one table of which package belongs where; the first match counts. */
const HOMES: readonly Home[] = [
  {
    packages: /^(hono|@hono\/.+)$/,
    roles: ["app", "routes", "middleware", "wire", "platform/http"],
    wayOut: "only the edge speaks HTTP: take plain values as input and give plain values back.",
  },
  {
    packages: /^(drizzle-orm|@planetscale\/database)$/,
    roles: ["store", "table", "platform/db"],
    sealed: true,
    wayOut: "SQL stands in the store: add a function there and call it.",
  },
  {
    packages: /^cloudflare:workers$/,
    roles: ["worker", "object", "platform", "platform/objects"],
    wayOut: "reach the runtime through the context, or extend src/platform.",
  },
  {
    packages: /^node:crypto$/,
    roles: PLATFORM_ROLES,
    paths: ["src/auth/passwords.ts"],
    wayOut: "use Web Crypto, or add what is missing to src/platform.",
  },
  { packages: /^node:/, roles: PLATFORM_ROLES, wayOut: "wrap it in src/platform." },
  {
    packages: /^temporal-polyfill$/,
    roles: ["platform/time"],
    wayOut: "add the calendar function to src/platform/time and call it.",
  },
  { packages: /^uuid$/, roles: ["platform"], wayOut: "use src/platform/ids.ts." },
  {
    packages: /^postmark$/,
    roles: [],
    paths: ["src/mail/"],
    wayOut: "send mail through src/mail/index.ts.",
  },
  {
    packages: /^jose$/,
    roles: PLATFORM_ROLES,
    paths: ["src/auth/"],
    wayOut: "tokens are made and checked by src/auth/index.ts.",
  },
  {
    packages: /^bcryptjs$/,
    roles: [],
    paths: ["src/auth/"],
    wayOut: "passwords are checked by src/auth/index.ts.",
  },
  {
    packages: /^zod$/,
    roles: [
      ...PLATFORM_ROLES,
      "app",
      "routes",
      "middleware",
      "wire",
      "jobs",
      "service",
      "client",
      "object",
      "part",
      "pure",
    ],
    wayOut: "data is parsed where it comes in; here it is already known.",
  },
];

/** Takes a bare specifier (`hono/cors`, `@scope/name/sub`, `node:fs/promises`); gives the package's name. */
function packageName(specifier: string): string {
  if (/^(node|cloudflare):/.test(specifier)) return specifier;
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Says in one sentence what is wrong with importing a package here, or gives null where it is allowed. */
export function judgePackage(
  from: { path: string; role: Role },
  specifier: string,
  passedOn: boolean,
): string | null {
  if (WORKSHOP_ROLES.some((role) => role === from.role)) return null;
  const name = packageName(specifier);
  const home = HOMES.find(({ packages }) => packages.test(name));
  if (!home) {
    return `"${name}" has no home yet: name in .config/lint/packages.ts who may import it.`;
  }
  const atHome =
    home.roles.includes(from.role) || home.paths?.some((path) => from.path.startsWith(path));
  if (!atHome) return `"${name}" has no place in a file of role "${from.role}": ${home.wayOut}`;
  if (passedOn && home.sealed) return `"${name}" must not be passed on: ${home.wayOut}`;
  return null;
}
