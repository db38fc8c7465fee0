import type { Context } from "../platform/context.ts";
import { logFault } from "../platform/log.ts";
import type { OwnDate, Weekday } from "../platform/time/dates.ts";
import { DAY_MS, type Instant } from "../platform/time/instant.ts";
import { dayBounds, ownDateAt, type DayHistory } from "../platform/time/own-day.ts";
import { catalogued, type Category } from "../catalogue/index.ts";
import { doneWithBefore } from "./acceptance.ts";
import { Baselines } from "./baselines.part.ts";
import type { HistoryQuestion } from "./history.ts";
import type { HeldItem, IncomingBatch, Recorded } from "./items.ts";
import { Ledger } from "./ledger.part.ts";
import { Outflow } from "./outflow.part.ts";
import type { Owner } from "./owner.ts";
import { movedDates } from "./moved-days.ts";
import { todayOf, type LiveDays, type Today } from "./today.ts";

/** How long usage gathers before it is written to MySQL, in ms; it must stand there within 2 s. */
const FLUSH_AFTER_MS = 750;
/** How often what is old leaves the object, in ms. */
const PRUNE_AFTER_MS = DAY_MS;
/** How soon a board that could not be told is told again, in ms. */
const AGAIN_MS = 1_000;

/** What a meter needs of the object it is part of; `schedule` has a job of that kind done by the alarm. */
export type MeterHome = {
  owner: () => (Owner & { week_start: Weekday }) | null;
  context: () => Context;
  schedule: (kind: "flush" | "board" | "prune", due_at: Instant, key?: string) => void;
  waitUntil: (work: Promise<unknown>) => void;
};

/** A user's usage as their object keeps it: the ledger, and the way out of it to boards and MySQL. */
export class Meter {
  private readonly home: MeterHome;
  private readonly ledger: Ledger;
  private readonly baselines: Baselines;
  private readonly outflow: Outflow;
  /** Whether the next pruning is scheduled, as far as this life of the object knows. */
  private isPruning = false;

  constructor(storage: DurableObjectStorage, home: MeterHome) {
    this.home = home;
    this.ledger = new Ledger(storage, () => this.history());
    this.baselines = new Baselines(storage, this.ledger);
    this.outflow = new Outflow(this.ledger, this.baselines, home.owner, home.context);
  }

  /** Takes a batch of usage; what changed goes to the boards at once and to MySQL soon. */
  record(batch: IncomingBatch, now: Instant): Recorded {
    this.outflow.closeBaselines(now);
    const { receipts, changed, vouched, first } = this.ledger.record(batch, now);
    if (changed.length > 0 || vouched.length > 0) this.noteChanges(changed, vouched, now);
    const { device_id } = batch;
    const resume_after = device_id === null ? null : this.ledger.resumeAfter(device_id);
    return { receipts, first, resume_after };
  }

  /** Takes an item out of history and statistics; gives since when it is, or null where none is held whole. */
  remove(id: string, now: Instant): Instant | null {
    const item = this.ledger.remove(id, now);
    if (item) this.home.schedule("flush", now + FLUSH_AFTER_MS);
    return item && (item.deleted_at ?? now);
  }

  /** The instant up to which a device's intervals are known. */
  resumeAfter(device_id: string): Instant | null {
    return this.ledger.resumeAfter(device_id);
  }

  /** The counters of the user's own today. */
  today(now: Instant): Today {
    const history = this.history();
    const date = ownDateAt(now, history);
    return todayOf(date, this.ledger.shown(date), dayBounds(date, history).ends_at);
  }

  /** The counters of today and of every day that MySQL may not know as it stands. */
  liveDays(now: Instant): LiveDays {
    const today = ownDateAt(now, this.history());
    const week_start = this.home.owner()?.week_start ?? 1;
    return { today, week_start, ...this.ledger.liveDays(today) };
  }

  /** The seconds of an own date's use, deleted or not, over apps for which `counts` holds; `key` names these. */
  used(key: string, date: OwnDate, counts: (app: string, category: Category) => boolean): number {
    return this.ledger.book({ ...this.ledger.ownDays(true), key, counts }, date).total_seconds;
  }

  /** An app's category: the catalogue's, or what a phone said of it today; null where nobody knows. */
  categoryOf(app: string, now: Instant): Category | null {
    const known = catalogued(app)?.category;
    if (known) return known;
    return this.ledger.shown(ownDateAt(now, this.history())).label(app)?.category ?? null;
  }

  /** The part of a history page that MySQL may not hold yet, newest first, and what has left it. */
  waiting(question: HistoryQuestion): { items: HeldItem[]; gone: string[] } {
    return this.ledger.outbox.onPage(question);
  }

  /** The job `flush`: writes to MySQL all that waits for it. */
  async flush(now: Instant): Promise<void> {
    for (let more = true; more;) {
      const flushed = await this.outflow.flush(now);
      for (const challenge_id of flushed.untold) {
        this.home.schedule("board", now + AGAIN_MS, challenge_id);
      }
      more = flushed.more;
    }
  }

  /** The job `board`: tells one board, and MySQL, all that can still change of its days. */
  async tellBoard(challenge_id: string, now: Instant): Promise<void> {
    await this.outflow.tellWhole(challenge_id, now);
  }

  /** The job `prune`: lets go of what is old. */
  prune(now: Instant): void {
    this.isPruning = this.ledger.prune(now);
    if (this.home.owner()) this.baselines.prune(doneWithBefore(now, this.history()).date);
    if (this.isPruning) this.home.schedule("prune", now + PRUNE_AFTER_MS);
  }

  /**
   * Counts anew from the items: the owner's day rules, which were `before`, or what a challenge counts,
   * have changed. Days that are longer or shorter now are written anew, since no counter exceeds its day.
   */
  recount(before: DayHistory, now: Instant): void {
    this.ledger.forgetBooks();
    if (this.ledger.rewrite(movedDates(before, this.history(), now), now)) {
      this.home.schedule("flush", now + FLUSH_AFTER_MS);
    }
  }

  private noteChanges(changed: HeldItem[], vouched: OwnDate[], now: Instant): void {
    this.home.schedule("flush", now + FLUSH_AFTER_MS);
    if (!this.isPruning) this.home.schedule("prune", now + PRUNE_AFTER_MS);
    this.isPruning = true;
    if (!this.outflow.touch(changed, vouched)) return;
    this.home.waitUntil(
      this.outflow.tellBoards().catch((error: unknown) => logFault("board_not_told", error)),
    );
  }

  private history(): DayHistory {
    return this.home.owner()?.day_history ?? [];
  }
}
