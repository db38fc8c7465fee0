import { canonicalApp } from "../catalogue/index.ts";
import type { RuleFault } from "./rule.ts";

/** How a client may name a rule's apps and limit: in full, or with the seed's `app` and minutes. */
export type Shorthand = {
  readonly app?: string | undefined;
  readonly apps?: readonly string[] | undefined;
  readonly daily_limit_minutes?: number | null | undefined;
  readonly daily_limit_seconds?: number | null | undefined;
};

/** The two fields in full, each only where the client named it. */
export type InFull = { apps?: string[]; daily_limit_seconds?: number | null };

/**
 * Writes the shorthand out and gives apps their canonical ids, each once. Naming a thing both ways is
 * a fault, also where the two would agree: a client that changes one of them must not wonder.
 */
export function inFull(input: Shorthand): { fields: InFull; faults: RuleFault[] } {
  const { app, apps, daily_limit_minutes, daily_limit_seconds } = input;
  const faults: RuleFault[] = [];
  const fields: InFull = {};

  if (app !== undefined && apps !== undefined) {
    faults.push({ path: "app", message: "give either app or apps" });
  }
  const named = apps ?? (app === undefined ? undefined : [app]);
  if (named !== undefined) fields.apps = canonicalApps(named);

  if (daily_limit_minutes !== undefined && daily_limit_seconds !== undefined) {
    faults.push({
      path: "daily_limit_minutes",
      message: "give either daily_limit_minutes or daily_limit_seconds",
    });
  }
  const seconds =
    daily_limit_minutes == null ? daily_limit_minutes : daily_limit_minutes * SECONDS_A_MINUTE;
  const limit = daily_limit_seconds === undefined ? seconds : daily_limit_seconds;
  if (limit !== undefined) fields.daily_limit_seconds = limit;
  return { fields, faults };
}

/** These apps under the ids by which the catalogue knows them, each once. */
export function canonicalApps(apps: readonly string[]): string[] {
  return [...new Set(apps.map(canonicalApp))];
}

const SECONDS_A_MINUTE = 60;
