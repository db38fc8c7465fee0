import { CATALOGUE } from "./apps.ts";
import type { Category } from "./categories.ts";

/** Prefixes under which a site shows the same app; any other subdomain may be another one. */
const SAME_SITE = /^(?:www|m|mobile)\./;

const apps = new Map(CATALOGUE.map((app) => [app.id, app]));

/** Canonical id by each id as it is, by each domain, and by what follows the `*.` of a domain. */
const exact = new Map<string, string>();
const domains = new Map<string, string>();
const parents = new Map<string, string>();

for (const { id, android, ios, web } of CATALOGUE) {
  for (const known of [id, ...android, ...ios]) exact.set(known.toLowerCase(), id);
  for (const domain of web) {
    if (domain.startsWith("*.")) parents.set(domain.slice(2), id);
    else domains.set(domain, id);
  }
}

/**
 * The canonical app of a client's id, in whichever case; an id the catalogue does not know stands
 * for itself. Only domains have prefixes: packages and bundles are taken as a whole.
 */
export function canonicalApp(client_app: string): string {
  const id = client_app.toLowerCase();
  return (
    exact.get(id) ??
    domains.get(id.replace(SAME_SITE, "")) ??
    parents.get(id.slice(id.indexOf(".") + 1)) ??
    client_app
  );
}

/** Name and category of a canonical app, or null where the catalogue does not know it. */
export function catalogued(canonical_app: string): { name: string; category: Category } | null {
  return apps.get(canonical_app) ?? null;
}
