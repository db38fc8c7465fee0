import { isConfigured } from "./configured.ts";
import { writeLine } from "./log.ts";
import { readVariables, type Problems, type Values } from "./variables.ts";

/** The Worker's environment as it was read. A variable that is missing or faulty has its fallback, a secret null. */
export type Config = Values & {
  /** What is missing, weak or malformed, by the variable's name; never its value. */
  problems: Problems;
};

const parsed = new WeakMap<object, Config>();
const told = new Set<string>();

/**
 * Reads the Worker's environment, once an isolate, and names in one log line what is missing, weak
 * or malformed. It never throws: what needs a faulty variable answers 503 `not_configured`.
 */
export function loadConfig(env: object): Config {
  const known = parsed.get(env);
  if (known) return known;
  const { values, problems } = readVariables(env);
  const config: Config = { ...values, problems };
  parsed.set(env, config);
  // Every object of an isolate has an environment of its own, with the same faults.
  const line = JSON.stringify(problems);
  if (!isConfigured(config) && !told.has(line)) {
    told.add(line);
    writeLine("error", "not_configured", { problems });
  }
  return config;
}
