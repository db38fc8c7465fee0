import type { Fault } from "../../../local/faults.ts";
import type { PlanetScaleFaultMode } from "../../../local/planetscale/endpoint.ts";

export type DatabaseFault = Fault<PlanetScaleFaultMode>;
/** What the database does wrong for as long as the routes are driven. */
export type FaultCase = { name: string; faults: DatabaseFault[] };

const WRITES = "^\\s*(insert|update|delete)";
const COMMITS = "^commit";
/** Longer than anybody waits for a statement, so that it runs when its sender has given it up. */
const SLOW_MS = 3_500;

const everything = (fault: DatabaseFault): FaultCase => ({
  name: `${fault.mode} ${fault.when === "after" ? "after the effect" : ""}`.trim(),
  faults: [fault],
});
const only = (what: string, match: string, ...faults: DatabaseFault[]): FaultCase => ({
  name: `${what}: ${faults.map(({ mode, when = "before" }) => `${mode} (${when})`).join(", ")}`,
  faults: faults.map((fault) => ({ match, ...fault })),
});

/** Every mode on every statement, and those that hurt the most just where they do. */
export const FAULT_CASES: readonly FaultCase[] = [
  everything({ mode: "refused" }),
  everything({ mode: "hung" }),
  everything({ mode: "cut_off" }),
  everything({ mode: "server_error" }),
  everything({ mode: "html" }),
  everything({ mode: "too_many" }),
  everything({ mode: "broken_json" }),
  everything({ mode: "deadlock" }),
  everything({ mode: "lock_wait" }),
  everything({ mode: "slow", delay_ms: SLOW_MS }),
  everything({ mode: "lost" }),
  everything({ mode: "hung", when: "after" }),
  everything({ mode: "broken_json", when: "after" }),
  only("writes", WRITES, { mode: "deadlock" }),
  only("writes", WRITES, { mode: "lost" }),
  only("writes, and ROLLBACK", WRITES, { mode: "html" }, { mode: "rollback_fails", match: "." }),
  only("writes, and ROLLBACK", WRITES, { mode: "lock_wait" }, { mode: "hung", match: "^rollback" }),
  only("COMMIT", COMMITS, { mode: "lost" }),
  only("COMMIT", COMMITS, { mode: "slow", delay_ms: SLOW_MS }),
];

/** All modes at once, each for a share of the statements: what comes between the cases above. */
export const STORM: readonly DatabaseFault[] = [
  { mode: "refused", share: 0.06 },
  { mode: "cut_off", share: 0.06, when: "after" },
  { mode: "server_error", share: 0.06 },
  { mode: "html", share: 0.06, when: "after" },
  { mode: "too_many", share: 0.06 },
  { mode: "broken_json", share: 0.06, when: "after" },
  { mode: "deadlock", share: 0.08 },
  { mode: "lock_wait", share: 0.06 },
  { mode: "lost", share: 0.08 },
  { mode: "rollback_fails", share: 0.5 },
  { mode: "slow", share: 0.02, delay_ms: SLOW_MS },
];
