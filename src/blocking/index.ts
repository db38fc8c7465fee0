export type { Decision } from "./decide.ts";
export { decisionOut, decisionSchema } from "./blocking.wire.ts";
export { changedDecisions, type Policy } from "./policy.ts";
export { eraseRulesOf, settleRules, storedRulesOf } from "./rules.service.ts";
export type { StoredRule } from "./stored-rule.ts";
export { Warden } from "./warden.part.ts";
