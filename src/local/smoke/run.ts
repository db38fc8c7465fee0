import { accountChecks } from "./account-checks.ts";
import type { Check, Means } from "./check.ts";
import { documentChecks } from "./document-checks.ts";
import { refusalChecks } from "./refusal-checks.ts";
import { systemChecks } from "./system-checks.ts";
import { Fault, openTarget } from "./target.ts";

/** What became of a check. */
export type Result = { name: string; is_ok: boolean; words: string };

/** Everything that is looked at with these means, in order. */
export function allChecks(means: Means): Check[] {
  return [
    ...systemChecks(means),
    ...documentChecks(),
    ...refusalChecks(means),
    ...accountChecks(means),
  ];
}

/**
 * Looks at the deployment at `url` (an origin), one check after the other; `onResult` hears of each.
 * Where nobody answers at all, the first check says so and the rest is left out.
 */
export async function runSmoke(
  url: string,
  means: Means,
  onResult: (result: Result) => void,
): Promise<Result[]> {
  const target = openTarget(url, means.patience_ms);
  const results: Result[] = [];
  let isReached = false;
  for (const { name, look } of allChecks(means)) {
    const result = await look({
      ...target,
      ask: async (path, ask) => {
        const answer = await target.ask(path, ask);
        isReached = true;
        return answer;
      },
    }).then(
      (words): Result => ({ name, is_ok: true, words }),
      (error: unknown): Result => ({ name, is_ok: false, words: wordsOf(error) }),
    );
    results.push(result);
    onResult(result);
    if (!isReached) break;
  }
  return results;
}

/** A line for the terminal. */
export function lineOf({ name, is_ok, words }: Result): string {
  return `${is_ok ? "ok  " : "FAIL"}  ${name}: ${words}`;
}

function wordsOf(error: unknown): string {
  if (error instanceof Fault) return error.message;
  // A check itself has failed: its reader needs to see where.
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
