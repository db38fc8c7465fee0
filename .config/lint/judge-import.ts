import { ARROWS, WAYS_OUT, type Allowed } from "./arrows.ts";
import { judgePackage } from "./packages.ts";
import { placeOf, type FeatureRole, type Place } from "./roles.ts";

export type Import = {
  /** The importing file, relative to the repository's root, with forward slashes. */
  path: string;
  specifier: string;
  typeOnly: boolean;
  /** `export … from` instead of `import … from`. */
  passedOn: boolean;
};

/** Holds one import against the tables. Gives null if it is allowed, else the rule and the way out. */
export function judgeImport(found: Import): string | null {
  const from = placeOf(found.path);
  if (!/^\.{0,2}\//.test(found.specifier)) {
    return judgePackage({ path: found.path, role: from.role }, found.specifier, found.passedOn);
  }
  const allowed = ARROWS[from.role];
  if (!allowed) return null;
  if (!/\.(ts|js|json|sql|html|css)$/.test(found.specifier)) {
    return `"${found.specifier}" lacks its ending: write the file that is meant, as in "./x.ts".`;
  }
  const target = resolve(found.path, found.specifier);
  const to = placeOf(target);
  if (allowed.some((arrow) => covers(arrow, from, to, found.typeOnly))) return null;
  const asType = allowed.some((arrow) => covers(arrow, from, to, true));
  const first = asType ? "write import type, if only its types are needed; else " : "";
  return [
    `${label(from, from)} may not import ${label(to, from)} (${target}).`,
    `Allowed here: ${allowed.join(", ")}.`,
    `Way out: ${first}${wayOut(from, to)}`,
  ].join(" ");
}

/** Resolves a relative specifier as the runtime does: against the importing file's folder. */
function resolve(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

function covers(arrow: Allowed, from: Place, to: Place, typeOnly: boolean): boolean {
  const words = arrow.split(" ");
  if (words[0] === "type") {
    if (!typeOnly) return false;
    words.shift();
  }
  const role = words.pop();
  if (role !== to.role) return false;
  const reach = words[0];
  if (reach === "own") return to.feature === from.feature;
  if (reach === "other") return to.feature !== from.feature;
  return true;
}

function label(place: Place, from: Place): string {
  if (place === from || place.feature === null) return `"${place.role}"`;
  if (place.feature === from.feature) return `"own ${place.role}"`;
  return `"${place.role}" of ${from.feature === null ? "" : "the other feature "}${place.feature}`;
}

function wayOut(from: Place, to: Place): string {
  if (to.role === "test" || to.role === "testing" || to.role === "local" || to.role === "tooling") {
    return "production code never imports tests or tools: move what both need into the feature or src/platform.";
  }
  if (from.role.startsWith("platform")) {
    return "the platform knows no feature: take what differs as an argument, or move this code to the feature.";
  }
  if (isForeign(from, to)) {
    return `export it from src/${to.feature}/index.ts and import that, if ${to.feature} means to offer it.`;
  }
  if (to.role === "index")
    return "inside its own feature, import the file itself; index.ts is for the others.";
  return WAYS_OUT[from.role] ?? "see the table in .config/lint/arrows.ts.";
}

/** Whether another feature's index.ts would have been the door to take. */
function isForeign(from: Place, to: Place): boolean {
  const doors: readonly FeatureRole[] = [
    "routes",
    "middleware",
    "jobs",
    "service",
    "object",
    "part",
    "pure",
  ];
  return (
    from.feature !== null &&
    to.feature !== null &&
    to.feature !== from.feature &&
    to.role !== "index" &&
    doors.some((role) => role === from.role)
  );
}
