import type { Options } from "./options.ts";
import type { Target } from "./target.ts";

/** One thing to look at. Gives what there is to say of it; raises Fault where it is not as it should be. */
export type Check = { name: string; look: (target: Target) => Promise<string> };

/** What checks know besides their target. */
export type Means = Pick<Options, "origin" | "version" | "account" | "metrics_token"> & {
  /** How long an answer may take, in ms. */
  patience_ms: number;
};
