import type { Context } from "../platform/context.ts";
import { clock } from "../platform/clock.ts";
import { histogram } from "../platform/metrics/metric.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import type { Baselines } from "./baselines.part.ts";
import { BoardNews, type ChallengeDates } from "./board-news.part.ts";
import { dailyRows } from "./daily-rows.ts";
import { FlushSize } from "./flush-size.ts";
import type { HeldItem } from "./items.ts";
import type { Ledger } from "./ledger.part.ts";
import type { Owner } from "./owner.ts";
import { saveActivities, saveChallengeDays, saveDailyUsage } from "./usage.store.ts";

const lag = histogram(
  "focus_flush_lag_seconds",
  "From an item's acceptance to its standing in MySQL.",
  [],
  [0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 1_800, 7_200, 28_800, 86_400],
);

/**
 * The way out of a user's object: changed days to the boards at once, everything to MySQL by the
 * alarm. All of it absolute values under a rising version, so that each may be told twice or late.
 */
export class Outflow {
  private readonly ledger: Ledger;
  private readonly owner: () => Owner | null;
  private readonly context: () => Context;
  private readonly baselines: Baselines;
  private readonly news: BoardNews;
  private readonly size = new FlushSize();

  constructor(
    ledger: Ledger,
    baselines: Baselines,
    owner: () => Owner | null,
    context: () => Context,
  ) {
    this.ledger = ledger;
    this.baselines = baselines;
    this.owner = owner;
    this.context = context;
    this.news = new BoardNews(ledger, baselines, owner, context);
  }

  /** Closes the baselines whose time has come. Call it before the ledger takes anything in. */
  closeBaselines(now: Instant): void {
    this.baselines.close(this.owner()?.memberships ?? [], now);
  }

  /** Notes what these items and vouched-for dates change on boards; says whether anything. */
  touch(items: readonly HeldItem[], vouched: readonly OwnDate[]): boolean {
    return this.news.touch(items, vouched).size > 0;
  }

  /** Tells the boards what has changed. */
  async tellBoards(): Promise<void> {
    await this.news.tell();
  }

  /** Tells one board, and MySQL, all that is known of a challenge's days: after joining or a rename. */
  async tellWhole(challenge_id: string, now: Instant): Promise<void> {
    this.closeBaselines(now);
    const dates = await this.news.tellWhole(challenge_id, now);
    await this.saveBoardDays(new Map([[challenge_id, new Set(dates)]]), now);
  }

  /**
   * Brings what waits to the boards and to MySQL, and takes it off the list once it stands in MySQL.
   * Gives whether more waits, and the boards that could not be told: those need `tellWhole` later.
   */
  async flush(now: Instant): Promise<{ more: boolean; untold: string[] }> {
    const owner = this.owner();
    const waiting = this.ledger.outbox.waiting(this.size.entries);
    const { items, dates } = waiting;
    if (!owner || (items.length === 0 && dates.length === 0)) return { more: false, untold: [] };
    this.closeBaselines(now);
    const touched = new Map(this.news.touch(items, dates));
    const version = this.ledger.outgoingVersion(now);
    const rows = dailyRows(items, dates, owner.day_history, (date) => this.ledger.shown(date));
    const ctx = this.context();
    // Side by side: a board that is away keeps nothing from MySQL, nor the other way round.
    const [told, ...saved] = await Promise.allSettled([
      this.tellBoards(),
      saveActivities(ctx, owner.user_id, items),
      saveDailyUsage(ctx, owner.user_id, version, rows),
      this.saveBoardDays(touched, now),
    ]);
    for (const outcome of saved) {
      if (outcome.status === "fulfilled") continue;
      this.size.failed();
      throw outcome.reason;
    }
    this.size.succeeded();
    this.ledger.outbox.confirm(waiting.through);
    const written_at = clock.now();
    for (const since of waiting.since) {
      lag.observe({}, Math.max(0, written_at - since) / SECOND_MS);
    }
    return { more: !waiting.is_all, untold: told.status === "rejected" ? this.news.untold() : [] };
  }

  private async saveBoardDays(dates: ChallengeDates, now: Instant): Promise<void> {
    const owner = this.owner();
    if (!owner) return;
    const version = this.ledger.outgoingVersion(now);
    await saveChallengeDays(this.context(), owner.user_id, version, this.news.days(dates));
  }
}
