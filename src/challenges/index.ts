export { challengeCounts, membershipsOf } from "./participation.service.ts";
export type { Report, ReportAnswer } from "./board-entry.ts";
export { challengesToErase, eraseFromChallenge } from "./erasure.service.ts";
export { runningOf } from "./running.store.ts";
