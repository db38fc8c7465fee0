/** Roles that a file of a feature can have; all but `index` and `pure` are told by the file's suffix. */
export const FEATURE_ROLES = [
  "routes",
  "middleware",
  "wire",
  "jobs",
  "service",
  "store",
  "table",
  "client",
  "object",
  "part",
  "schema",
  "errors",
  "index",
  "pure",
] as const;

/** The machinery: its root, its pure files, and the folders that only some roles may reach. */
export const PLATFORM_ROLES = [
  "platform",
  "platform/pure",
  "platform/db",
  "platform/http",
  "platform/objects",
  "platform/time",
] as const;

/** Files at the platform's root whose functions give the same answer to the same arguments. */
const PURE_PLATFORM_FILES = ["configured.ts", "digest.ts", "errors.ts", "seal.ts"];

const ASSEMBLY_ROLES = ["worker", "app", "cron", "queue"] as const;

/** What never runs in production. */
export const WORKSHOP_ROLES = ["local", "testing", "test", "migrations", "tooling"] as const;

export type FeatureRole = (typeof FEATURE_ROLES)[number];
export type PlatformRole = (typeof PLATFORM_ROLES)[number];
export type PlainRole =
  | PlatformRole
  | (typeof ASSEMBLY_ROLES)[number]
  | (typeof WORKSHOP_ROLES)[number]
  | "emails";
export type Role = FeatureRole | PlainRole;

/** Where a file stands in the design: its role, and its feature's name if it belongs to one. */
export type Place = { role: Role; feature: string | null };

/** Gives the place of a file from its path, relative to the repository's root, with forward slashes. */
export function placeOf(path: string): Place {
  const [top = "", ...below] = path.split("/");
  if (path.endsWith(".test.ts")) return plain("test");
  if (top === "emails") return plain("emails");
  if (top === "migrations") return plain("migrations");
  if (top !== "src") return plain("tooling");

  const [area = "", ...inside] = below;
  if (inside.length === 0) {
    const name = area.replace(/\.ts$/, "");
    return plain(ASSEMBLY_ROLES.find((role) => role === name) ?? "tooling");
  }
  if (area === "local" || area === "testing") return plain(area);
  if (area === "platform") {
    const [first = ""] = inside;
    if (PURE_PLATFORM_FILES.includes(first)) return plain("platform/pure");
    const folder = `platform/${first}`;
    return plain(PLATFORM_ROLES.find((role) => role === folder) ?? "platform");
  }
  return { role: featureRole(inside), feature: area };
}

function plain(role: PlainRole): Place {
  return { role, feature: null };
}

function featureRole(inside: readonly string[]): FeatureRole {
  if (inside.length === 1 && inside[0] === "index.ts") return "index";
  const suffix = /\.([a-z]+)\.ts$/.exec(inside.at(-1) ?? "")?.[1];
  return FEATURE_ROLES.find((role) => role === suffix) ?? "pure";
}
