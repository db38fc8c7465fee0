import { migrateSchema } from "../platform/objects/schema.ts";
import { addDays, daysFromTo, type OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { baselinesSchema } from "./baselines.schema.ts";
import { boardDay, type BoardDay, type CountingRule } from "./board-days.ts";
import type { Ledger } from "./ledger.part.ts";

/** Days as they stood when their baseline was closed, and the day rule they were counted by. */
type Closed = { counted_by: string; days: ReadonlyMap<OwnDate, BoardDay> };

/**
 * What the reductions of a user's challenges are measured against, once it may not change any more.
 * It outlives leaving a challenge, so that coming back opens nothing again.
 */
export class Baselines {
  private readonly storage: DurableObjectStorage;
  private readonly ledger: Ledger;
  private readonly closed = new Map<string, Closed>();

  constructor(storage: DurableObjectStorage, ledger: Ledger) {
    this.storage = storage;
    this.ledger = ledger;
    migrateSchema(storage, "baselines", baselinesSchema);
    const rows = storage.sql.exec<{ challenge_id: string; counted_by: string; days: string }>(
      "SELECT challenge_id, counted_by, days FROM baselines",
    );
    for (const { challenge_id, counted_by, days } of rows) {
      this.know(challenge_id, counted_by, JSON.parse(days) as BoardDay[]);
    }
  }

  /** Keeps the baselines that are closed at `now`. Call it before the ledger takes anything in. */
  close(rules: readonly CountingRule[], now: Instant): void {
    for (const rule of rules) {
      if (!rule.baseline || rule.baseline.closes_at > now || this.ofRule(rule)) continue;
      const days = daysFromTo(rule.start_date, addDays(rule.baseline.until, -1)).map((date) =>
        boardDay(rule, date, this.ledger),
      );
      const { challenge_id, end_date } = rule;
      this.storage.sql.exec(
        "INSERT OR REPLACE INTO baselines (challenge_id, counted_by, days, end_date) VALUES (?, ?, ?, ?)",
        ...[challenge_id, countedBy(rule), JSON.stringify(days), end_date],
      );
      this.know(challenge_id, countedBy(rule), days);
    }
  }

  /** A date as its closed baseline has it; null where none does. */
  day(rule: CountingRule, date: OwnDate): BoardDay | null {
    return this.ofRule(rule)?.days.get(date) ?? null;
  }

  /** Forgets those of challenges that ended before a date. */
  prune(before: OwnDate): void {
    const over = this.storage.sql.exec<{ challenge_id: string }>(
      "DELETE FROM baselines WHERE end_date < ? RETURNING challenge_id",
      before,
    );
    for (const { challenge_id } of over) this.closed.delete(challenge_id);
  }

  /** By other own days it would be another one: a start that turned late still brings people's own. */
  private ofRule(rule: CountingRule): Closed | null {
    const closed = this.closed.get(rule.challenge_id);
    return closed?.counted_by === countedBy(rule) ? closed : null;
  }

  private know(challenge_id: string, counted_by: string, days: readonly BoardDay[]): void {
    this.closed.set(challenge_id, {
      counted_by,
      days: new Map(days.map((day) => [day.date, day])),
    });
  }
}

function countedBy({ timezone, day_start_minute, baseline }: CountingRule): string {
  return `${timezone}/${day_start_minute}/${baseline?.until}`;
}
