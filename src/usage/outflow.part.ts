import type { Context } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { callObject } from "../platform/objects/call.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { splitByOwnDay, type DayHistory } from "../platform/time/own-day.ts";
import { OLDEST_START_MS } from "./acceptance.ts";
import {
  boardDay,
  datesBetween,
  datesTouched,
  type BoardDay,
  type CountingRule,
} from "./board-days.ts";
import type { HeldItem } from "./items.ts";
import type { Ledger } from "./ledger.part.ts";
import { saveActivities, saveChallengeDays, saveDailyUsage, type DailyRow } from "./usage.store.ts";

/** Items that one flush carries: a handful of statements of moderate size. */
const FLUSH_ITEMS = 500;

/** Whose usage it is, as boards show them and by which rules it counts. */
export type Owner = {
  user_id: string;
  display_name: string;
  avatar_url: string | null;
  day_history: DayHistory;
  memberships: readonly CountingRule[];
};

/**
 * The way out of a user's object: changed days to the boards at once, everything to MySQL by the
 * alarm. All of it absolute values under a rising version, so that each may be told twice or late.
 */
export class Outflow {
  private readonly ledger: Ledger;
  private readonly owner: () => Owner | null;
  private readonly context: () => Context;
  private readonly changed = new Map<string, Set<OwnDate>>();
  /** What each board said it knows, so that the flush need not tell it again. */
  private readonly known = new Map<string, string>();
  private draining: Promise<void> | null = null;

  constructor(ledger: Ledger, owner: () => Owner | null, context: () => Context) {
    this.ledger = ledger;
    this.owner = owner;
    this.context = context;
  }

  /** Notes which days of which challenges these items and vouched-for dates touch; says whether any. */
  touch(
    items: readonly Pick<HeldItem, "started_s" | "ended_s">[],
    vouched: readonly OwnDate[],
  ): boolean {
    for (const rule of this.owner()?.memberships ?? []) {
      for (const item of items) this.mark(rule.challenge_id, datesTouched(rule, item));
      this.mark(
        rule.challenge_id,
        vouched.filter((date) => date >= rule.start_date && date <= rule.end_date),
      );
    }
    return this.changed.size > 0;
  }

  /** Tells the boards what has changed; changes that come meanwhile go with the next round. */
  async tellBoards(): Promise<void> {
    while (this.draining) await this.draining;
    this.draining = this.drain().finally(() => {
      this.draining = null;
    });
    await this.draining;
  }

  /** Tells one board, and MySQL, all that is known of a challenge's days: after joining or a rename. */
  async tellWhole(challenge_id: string, now: Instant): Promise<void> {
    const rule = this.rule(challenge_id);
    if (!rule) return;
    const dates = datesBetween(rule, now - OLDEST_START_MS, now);
    for (const date of dates) this.known.delete(`${challenge_id}/${date}`);
    await this.tell(rule, new Set(dates), true);
    await this.saveBoardDays(new Map([[challenge_id, new Set(dates)]]), now);
  }

  /**
   * Brings what waits to the boards and to MySQL, and takes it off the list once it stands in MySQL.
   * Gives whether more waits, and the boards that could not be told: those need `tellWhole` later.
   */
  async flush(now: Instant): Promise<{ more: boolean; untold: string[] }> {
    const owner = this.owner();
    const items = this.ledger.waitingItems(FLUSH_ITEMS);
    const dates = this.ledger.waitingDates();
    if (!owner || (items.length === 0 && dates.length === 0)) {
      return { more: false, untold: [] };
    }
    this.touch(items, dates);
    const touched = new Map(this.changed);
    const version = this.ledger.outgoingVersion(now);
    const ctx = this.context();
    // Side by side: a board that is away keeps nothing from MySQL, nor the other way round.
    const [told, ...saved] = await Promise.allSettled([
      this.tellBoards(),
      saveActivities(ctx, owner.user_id, items),
      saveDailyUsage(ctx, owner.user_id, version, this.dailyRows(owner, items)),
      this.saveBoardDays(touched, now),
    ]);
    for (const outcome of saved) if (outcome.status === "rejected") throw outcome.reason;
    this.ledger.confirm(items, dates);
    const untold = told.status === "rejected" ? [...this.changed.keys()] : [];
    return { more: items.length === FLUSH_ITEMS, untold };
  }

  private async drain(): Promise<void> {
    const round = [...this.changed];
    this.changed.clear();
    const told = await Promise.allSettled(
      round.map(async ([challenge_id, dates]) => {
        const rule = this.rule(challenge_id);
        if (rule) await this.tell(rule, dates);
      }),
    );
    const failed = told.flatMap((result, index) => {
      if (result.status === "fulfilled") return [];
      const [challenge_id, dates] = round[index] ?? ["", new Set<OwnDate>()];
      this.mark(challenge_id, [...dates]);
      return [result.reason as unknown];
    });
    if (failed.length > 0) throw failed[0];
  }

  /** Tells a board what it does not know yet; `always` tells it at least whose days these are. */
  private async tell(
    rule: CountingRule,
    dates: ReadonlySet<OwnDate>,
    always = false,
  ): Promise<void> {
    const owner = this.owner();
    const ctx = this.context();
    const news = this.days(rule, dates).filter(
      (day) => this.known.get(keyOf(rule, day)) !== valueOf(day),
    );
    if (!owner || (news.length === 0 && !always)) return;
    // Drawn with the days it stands for: a call that is repeated says the same under the same version.
    const version = this.ledger.outgoingVersion(ctx.clock.now());
    const answer = await callObject(
      ctx,
      ctx.bindings.BOARD,
      rule.challenge_id,
      async (board) =>
        await board.report({
          challenge_id: rule.challenge_id,
          user_id: owner.user_id,
          display_name: owner.display_name,
          avatar_url: owner.avatar_url,
          version,
          days: news,
        }),
    );
    if (answer === "unavailable") throw errors.object_unavailable();
    for (const day of news) this.known.set(keyOf(rule, day), valueOf(day));
  }

  private async saveBoardDays(
    touched: ReadonlyMap<string, ReadonlySet<OwnDate>>,
    now: Instant,
  ): Promise<void> {
    const owner = this.owner();
    if (!owner) return;
    const version = this.ledger.outgoingVersion(now);
    const rows = [...touched].flatMap(([challenge_id, dates]) => {
      const rule = this.rule(challenge_id);
      return rule ? this.days(rule, dates).map((day) => ({ challenge_id, ...day })) : [];
    });
    await saveChallengeDays(this.context(), owner.user_id, version, rows);
  }

  /** The days that hold anything; an untouched day needs no row. */
  private days(rule: CountingRule, dates: ReadonlySet<OwnDate>): BoardDay[] {
    return [...dates]
      .map((date) => boardDay(rule, date, this.ledger))
      .filter((day) => day.reported || day.seconds > 0);
  }

  /** The absolute counters of every day and scope that these items touch. */
  private dailyRows(owner: Owner, items: readonly HeldItem[]): DailyRow[] {
    const rows = new Map<string, DailyRow>();
    for (const item of items) {
      for (const { date } of splitByOwnDay(
        item.started_s * SECOND_MS,
        item.ended_s * SECOND_MS,
        owner.day_history,
      )) {
        const book = this.ledger.book(date);
        const put = (
          scope: DailyRow["scope"],
          name: string,
          seconds: number,
          category: string | null = null,
        ) => rows.set(`${date}/${scope}/${name}`, { date, scope, name, seconds, category });
        put("total", "", book.total.seconds);
        put("app", item.app, book.apps.get(item.app)?.set.seconds ?? 0, item.category);
        put("category", item.category, book.categories.get(item.category)?.seconds ?? 0);
        put("device", item.device_id, book.devices.get(item.device_id)?.seconds ?? 0);
      }
    }
    return [...rows.values()];
  }

  private rule(challenge_id: string): CountingRule | undefined {
    return this.owner()?.memberships.find((rule) => rule.challenge_id === challenge_id);
  }

  private mark(challenge_id: string, dates: readonly OwnDate[]): void {
    if (dates.length === 0) return;
    const marked = this.changed.get(challenge_id) ?? new Set<OwnDate>();
    for (const date of dates) marked.add(date);
    this.changed.set(challenge_id, marked);
  }
}

const keyOf = (rule: CountingRule, day: BoardDay) => `${rule.challenge_id}/${day.date}`;
const valueOf = (day: BoardDay) => `${day.seconds}/${day.reported}`;
