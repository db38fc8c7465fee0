export type { JobPage } from "./page.ts";
export { lastEnds, lastRuns } from "./runs.service.ts";
