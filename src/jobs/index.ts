export type { JobPage, PagedJob } from "./page.ts";
export { lastEnds, lastRuns } from "./runs.service.ts";
export type { JobRun } from "./jobs.store.ts";
