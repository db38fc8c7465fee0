import type { Entry } from "../audit/index.ts";

/** What an administrator may change of an account; what is left out keeps its value. */
export type AccountChanges = {
  display_name?: string | undefined;
  role?: "user" | "admin" | undefined;
  is_active?: boolean | undefined;
};
type Account = { display_name: string; role: "user" | "admin"; is_active: boolean };

/** Whether these changes take an administrator's powers, where it is one's account. */
export function takesPowers({ role, is_active }: AccountChanges): boolean {
  return role === "user" || is_active === false;
}

/** Why an account's sessions end with these changes; null where they go on. */
export function endOfSessions(before: Account, changes: AccountChanges): string | null {
  if (changes.is_active === false) return "account_disabled";
  return before.role === "admin" && changes.role === "user" ? "demoted" : null;
}

/** Those of the changes that change something; null where none does. */
export function realChanges(before: Account, changes: AccountChanges): AccountChanges | null {
  const names = Object.keys(changes) as (keyof Account)[];
  const real = names.filter(
    (name) => changes[name] !== undefined && changes[name] !== before[name],
  );
  return real.length === 0
    ? null
    : Object.fromEntries(real.map((name) => [name, changes[name]] as const));
}

/**
 * What the audit keeps of a change: each field that it names, before and after. A name is the
 * person's and goes with them.
 */
export function notedChanges(
  before: Account,
  changes: AccountChanges,
): Pick<Entry, "context" | "personal"> {
  const { display_name, ...powers } = changes;
  const named = Object.keys(powers) as (keyof typeof powers)[];
  const were = Object.fromEntries(named.map((name) => [name, before[name]]));
  return {
    context: { before: were, after: powers },
    ...(display_name === undefined
      ? {}
      : {
          personal: {
            before: { display_name: before.display_name },
            after: { display_name },
          },
        }),
  };
}
