import { errors } from "./errors.ts";
import type { Problems, VariableName } from "./variables.ts";

/** Nobody mends a configuration within seconds. */
const RETRY_SECONDS = 60;

/** What is missing, weak or malformed of a configuration. */
type Checked = { problems: Problems };

/** Says whether nothing is missing, weak or malformed. */
export function isConfigured({ problems }: Checked): boolean {
  return Object.keys(problems).length === 0;
}

/**
 * Raises `not_configured` where one of these variables is missing or faulty; without names, where any
 * is. Sign-in asks for all of them, so that a half-configured deployment shows at once.
 */
export function requireConfigured(config: Checked, ...names: VariableName[]): void {
  const isFaulty =
    names.length === 0
      ? !isConfigured(config)
      : names.some((name) => config.problems[name] !== undefined);
  if (isFaulty) throw errors.not_configured({ retry_after_seconds: RETRY_SECONDS });
}
