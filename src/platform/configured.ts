import type { Config } from "./env.ts";
import { errors } from "./errors.ts";
import type { VariableName } from "./variables.ts";

/** Nobody mends a configuration within seconds. */
const RETRY_SECONDS = 60;

/** Says whether nothing is missing, weak or malformed. */
export function isConfigured({ problems }: Config): boolean {
  return Object.keys(problems).length === 0;
}

/**
 * Raises `not_configured` where one of these variables is missing or faulty; without names, where any
 * is. Sign-in asks for all of them, so that a half-configured deployment shows at once.
 */
export function requireConfigured(config: Config, ...names: VariableName[]): void {
  const isFaulty =
    names.length === 0
      ? !isConfigured(config)
      : names.some((name) => config.problems[name] !== undefined);
  if (isFaulty) throw errors.not_configured({ retry_after_seconds: RETRY_SECONDS });
}
