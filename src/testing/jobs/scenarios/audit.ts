import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { and, eq, gte, inArray, lt } from "drizzle-orm";
import { countLogs } from "../../../audit/archive.jobs.ts";
import { auditLogs } from "../../../audit/audit.table.ts";
import { auditCounts } from "../../../audit/counts.table.ts";
import { rowsIn } from "../../../audit/part.ts";
import { jobContext } from "../../../platform/context.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../platform/time/instant.ts";
import { addLogs, emptyAudit, logAt, partNames, partText } from "../../audit.ts";
import { db, stretches, type Scenario } from "../scenario.ts";

/** Noons and nights before any other test's acts, further apart than a job reaches. */
const NOON = stretches("2001-06-01T12:00:00Z", 40);
const LATE_NIGHT = stretches("2002-06-01T03:17:00Z", 40);
const NIGHT = stretches("2003-06-01T03:17:00Z", 200);

const act = (instant: number) => logAt(instant, "usage.activity_deleted");

/** How many acts are counted of the UTC day of an instant, by its hours and as a day. */
async function countedOf(instant: number) {
  const day = Math.floor(instant / DAY_MS) * DAY_MS;
  const { starts_at, action } = auditCounts;
  const rows = await db()
    .select()
    .from(auditCounts)
    .where(
      and(gte(starts_at, day), lt(starts_at, day + DAY_MS), eq(action, "usage.activity_deleted")),
    );
  const entriesBy = (wanted: "hour" | "day") =>
    rows.filter(({ span }) => span === wanted).reduce((sum, { entries }) => sum + entries, 0);
  return { by_hours: entriesBy("hour"), by_day: entriesBy("day") };
}

export const audit: Scenario[] = [
  {
    job: "count_logs",
    what: "acts of hours that have closed",
    prepare: async (clock) => {
      const due = NOON();
      clock.set(due);
      await emptyAudit();
      const instants = [3 * HOUR_MS, 30 * MINUTE_MS, 20 * MINUTE_MS].map((ago) => due - ago);
      await addLogs(instants.map(act));
      await addLogs([act(due)]);
      return { due, look: async () => await countedOf(due) };
    },
    perfect: { by_hours: 3, by_day: 3 },
    // By then the hour that was open has closed, too.
    week_late: { by_hours: 4, by_day: 4 },
  },
  {
    job: "recount_logs",
    what: "an act that came a day late",
    prepare: async (clock) => {
      const due = LATE_NIGHT();
      clock.set(due);
      await emptyAudit();
      const happened = due - DAY_MS;
      await addLogs([act(happened), act(happened + MINUTE_MS), act(due - 2 * HOUR_MS)]);
      let after: string | null = null;
      do {
        const ctx = jobContext(env, createExecutionContext(), "test", due);
        after = (await countLogs(ctx, after)).next_after;
      } while (after !== null);
      await addLogs([act(happened + HOUR_MS)]);
      return { due, look: async () => ({ by_day: (await countedOf(happened)).by_day }) };
    },
    perfect: { by_day: 3 },
  },
  {
    job: "archive_logs",
    what: "acts of more than 90 days ago",
    prepare: async (clock) => {
      const due = NIGHT();
      clock.set(due);
      await emptyAudit();
      const old = [120, 120, 110].map((days, n) => act(due - days * DAY_MS + n));
      const young = act(due - 50 * DAY_MS);
      const ids = [...old, young].map(({ id }) => id);
      await addLogs([...old, young]);
      const look = async () => {
        const kept = await db().select().from(auditLogs).where(inArray(auditLogs.id, ids));
        const texts = await Promise.all(
          (await partNames()).map(async (name) => await partText(name)),
        );
        const told = await db()
          .select()
          .from(auditLogs)
          .where(eq(auditLogs.action, "audit.archived"));
        return {
          in_mysql: kept.map(({ id }) => ids.indexOf(id)),
          in_archive: texts.flatMap(rowsIn).map(({ id }) => ids.indexOf(id)),
          told: told.map(({ context }) => Number(context["entries"])).sort((a, b) => a - b),
        };
      };
      return { due, look };
    },
    perfect: { in_mysql: [3], in_archive: [0, 1, 2], told: [1, 2] },
  },
];
