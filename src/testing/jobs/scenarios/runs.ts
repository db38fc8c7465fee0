import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { jobRuns } from "../../../jobs/jobs.table.ts";
import { DAY_MS } from "../../../platform/time/instant.ts";
import { LONG_AGO } from "../long-ago.ts";
import { db, type Scenario } from "../scenario.ts";

export const runs: Scenario[] = [
  {
    job: "forget_runs",
    what: "a run of long ago",
    prepare: async (clock) => {
      clock.set(LONG_AGO);
      const job = `test-${randomUUID().slice(0, 8)}`;
      const at = (window_start: number) => ({
        ...{ job, window_start, started_at: window_start, ended_at: window_start, lease_id: null },
        ...{ lease_until: window_start, next_after: null, pages: 1, failures: 0 },
        ...{ counts: {}, error: null },
      });
      await db()
        .insert(jobRuns)
        .values([at(LONG_AGO - 31 * DAY_MS), at(LONG_AGO - DAY_MS)]);
      const look = async () => {
        const left = await db().select().from(jobRuns).where(eq(jobRuns.job, job));
        return left.map(({ window_start }) => (LONG_AGO - window_start) / DAY_MS);
      };
      return { due: LONG_AGO, look };
    },
    perfect: [1],
  },
];
