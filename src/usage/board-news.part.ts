import type { Context } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { callObject } from "../platform/objects/call.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { FURTHEST_END_MS, OLDEST_START_MS } from "./acceptance.ts";
import type { Baselines } from "./baselines.part.ts";
import {
  boardDay,
  datesBetween,
  datesTouched,
  type BoardDay,
  type CountingRule,
} from "./board-days.ts";
import type { HeldItem } from "./items.ts";
import type { Ledger } from "./ledger.part.ts";
import type { Owner } from "./owner.ts";

/** Days of challenges: which of them, by challenge. */
export type ChallengeDates = ReadonlyMap<string, ReadonlySet<OwnDate>>;

/** What the boards of a user's challenges have still to be told: absolute days under a rising version. */
export class BoardNews {
  private readonly ledger: Ledger;
  private readonly baselines: Baselines;
  private readonly owner: () => Owner | null;
  private readonly context: () => Context;
  private readonly changed = new Map<string, Set<OwnDate>>();
  /** What each board said it knows, so that the flush need not tell it again. */
  private readonly known = new Map<string, string>();
  private draining: Promise<void> | null = null;

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
  }

  /** Notes which days of which challenges these items and vouched-for dates touch; gives all that is to be told. */
  touch(items: readonly HeldItem[], vouched: readonly OwnDate[]): ChallengeDates {
    for (const rule of this.owner()?.memberships ?? []) {
      for (const item of items) this.mark(rule.challenge_id, datesTouched(rule, item));
      this.mark(
        rule.challenge_id,
        vouched.filter((date) => date >= rule.start_date && date <= rule.end_date),
      );
    }
    return this.changed;
  }

  /** The challenges whose boards have something to be told. */
  untold(): string[] {
    return [...this.changed.keys()];
  }

  /** Tells the boards what has changed; changes that come meanwhile go with the next round. */
  async tell(): Promise<void> {
    while (this.draining) await this.draining;
    this.draining = this.drain().finally(() => {
      this.draining = null;
    });
    await this.draining;
  }

  /** Tells one board all that can still change of a challenge's days, and gives their dates. */
  async tellWhole(challenge_id: string, now: Instant): Promise<OwnDate[]> {
    const rule = this.rule(challenge_id);
    const own = this.owner()?.day_history;
    if (!rule || !own) return [];
    const dates = datesBetween(rule, now - OLDEST_START_MS, now + FURTHEST_END_MS, own);
    for (const date of dates) this.known.delete(`${challenge_id}/${date}`);
    await this.tellDays(rule, new Set(dates), true);
    return dates;
  }

  /** These days as the ledger counts them now; a day that holds nothing needs no row. */
  days(dates: ChallengeDates): ({ challenge_id: string } & BoardDay)[] {
    return [...dates].flatMap(([challenge_id, own]) => {
      const rule = this.rule(challenge_id);
      return rule ? this.daysOf(rule, own).map((day) => ({ challenge_id, ...day })) : [];
    });
  }

  private async drain(): Promise<void> {
    const round = [...this.changed];
    this.changed.clear();
    const told = await Promise.allSettled(
      round.map(async ([challenge_id, dates]) => {
        const rule = this.rule(challenge_id);
        if (rule) await this.tellDays(rule, dates);
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
  private async tellDays(
    rule: CountingRule,
    dates: ReadonlySet<OwnDate>,
    always = false,
  ): Promise<void> {
    const owner = this.owner();
    const ctx = this.context();
    const news = this.daysOf(rule, dates).filter(
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

  private daysOf(rule: CountingRule, dates: ReadonlySet<OwnDate>): BoardDay[] {
    return [...dates]
      .map((date) => this.baselines.day(rule, date) ?? boardDay(rule, date, this.ledger))
      .filter((day) => day.reported || day.seconds > 0);
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
