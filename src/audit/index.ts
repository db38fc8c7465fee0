export { eraseFromArchive } from "./archive-erasure.service.ts";
export type { Entry } from "./entry.ts";
export { eraseFromAudit, forgetInAudit } from "./erasure.service.ts";
export { changesOf } from "./changes.ts";
export { record, recordByQueue, recordSoon } from "./recording.service.ts";
