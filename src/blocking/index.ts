export { decisionOut, type DecisionOut } from "./blocking.wire.ts";
export { mailAlert } from "./alert-mail.service.ts";
export type { Policy } from "./policy.ts";
export { eraseRulesOf, settleRules, storedRulesOf } from "./rules.service.ts";
export { limitsOn } from "./limits.ts";
export { rulesOfAll } from "./blocking.store.ts";
export type { StoredRule } from "./stored-rule.ts";
export { Vigil } from "./vigil.part.ts";
export type { ResetAnswer } from "./warden.part.ts";
