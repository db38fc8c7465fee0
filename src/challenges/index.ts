export { challengeCounts, membershipsOf } from "./participation.service.ts";
export type { Report, ReportAnswer } from "./board-entry.ts";
export { runningOf } from "./running.store.ts";
