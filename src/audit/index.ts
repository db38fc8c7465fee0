export type { Action } from "./actions.ts";
export type { Entry } from "./entry.ts";
export { record, recordByQueue, recordSoon } from "./recording.service.ts";
