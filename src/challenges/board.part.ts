import { clock } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import { logFault } from "../platform/log.ts";
import { DueJobs } from "../platform/objects/due-jobs.ts";
import { CloseCode, Sockets } from "../platform/objects/sockets.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import type {
  BoardPage,
  BoardQuestion,
  BoardRefusal,
  Report,
  ReportAnswer,
  Seating,
  ViewerSeat,
} from "./board-entry.ts";
import type { BoardRules } from "./board-rules.ts";
import { Facts } from "./facts.part.ts";
import { Groups } from "./groups.part.ts";
import type { Challenge } from "./lifecycle.ts";
import { Live } from "./live.part.ts";
import { Membership } from "./membership.part.ts";
import type { FollowAnswer, FollowQuestion } from "./relay-news.ts";
import { Relays } from "./relays.part.ts";
import { countsOtherwise, scoresOtherwise } from "./rules.ts";
import { Standings } from "./standings.part.ts";
import type { ToldDay } from "./told-days.ts";
import { Telling } from "./telling.part.ts";
import { Turner, type TurnSteps } from "./turning.part.ts";

/** No request writes any more so long after it began. */
const EXPECTED_MS = 10_000;
/** How soon people are read anew that could not be read when it was asked for. */
const REFRESH_AGAIN_MS = SECOND_MS;

type Surroundings = {
  state: DurableObjectState;
  /** A context for one piece of work, with a deadline of its own. */
  work: (job: string) => Context;
  steps: TurnSteps;
};

/** One challenge's board: its facts, what follows from them, and who is told. */
export class Board {
  readonly facts: Facts;
  readonly membership: Membership;
  readonly live: Live;
  readonly jobs: DueJobs;
  readonly #state: DurableObjectState;
  readonly #relays: Relays;
  readonly #groups: Groups;
  readonly #standings: Standings;
  readonly #turner: Turner;
  readonly #telling: Telling;

  /** Opens the board in `state`; a new one is given its `challenge`. */
  constructor({ state, work, steps }: Surroundings, challenge?: Challenge) {
    const { storage } = state;
    this.#state = state;
    this.facts = new Facts(storage, (before) => this.#rulesChanged(before), challenge);
    const { facts } = this;
    this.#groups = new Groups(storage, () => facts.rules);
    this.#standings = new Standings(storage, facts, this.#groups);
    const parts = { storage, facts, groups: this.#groups, standings: this.#standings, work };
    const jobs = () => this.jobs;
    const sockets = new Sockets(state, "board");
    this.#relays = new Relays({
      ...parts,
      sockets,
      jobs,
      capacity: () => work("seat").config.BOARD_VIEWERS,
      waitUntil: (promise) => state.waitUntil(promise),
    });
    this.live = new Live({ ...parts, sockets, relays: this.#relays, jobs });
    this.membership = new Membership({ ...parts, onChange: (news) => this.#changed(news) });
    this.#turner = new Turner({
      ...parts,
      steps,
      jobs,
      refresh: async (user_ids) => await this.membership.refresh(user_ids),
      onTurn: () => this.live.touch(),
    });
    this.#telling = new Telling({ ...parts, jobs });
    this.jobs = new DueJobs(storage, {
      fill: async () => await this.fill(),
      refresh: async (user_id) => await this.membership.refresh([user_id]),
      days: () => this.#turnDays(),
      turn: async () => await this.#turner.turn(),
      mails: async () => await this.#turner.mails(),
      tell: async () => await this.#telling.tell(),
      renewed: async (user_id) => await this.#turner.renewed(user_id),
      expected: async (user_id) => await this.#turner.renewed(user_id),
      broadcast: () => this.live.publish(),
      feed: () => this.#relays.feed(),
      expiry: (_key, now) => this.live.closeExpired(now),
    });
  }

  /** Fills the board from MySQL, and plans what is due later. Throws where MySQL is away. */
  async fill(): Promise<void> {
    this.jobs.schedule("fill", clock.now() + REFRESH_AGAIN_MS);
    await this.membership.fill();
    this.jobs.cancel("fill");
    this.#plan();
  }

  /** Takes a report in; what it says counts when this returns. */
  async take(report: Report): Promise<ReportAnswer> {
    const { facts } = this;
    if (facts.rules.is_frozen) return "unknown";
    const { user_id, version } = report;
    const days = report.days.map(({ date, seconds, reported }): ToldDay => {
      return [date, seconds, reported ? 1 : 0, version];
    });
    facts.days.put([{ user_id, days }]);
    // Somebody new: MySQL knows whether they take part. Where it is away, their days wait here.
    if (!facts.person(user_id) && !(await this.refresh([user_id]))) return "ok";
    if (!facts.person(user_id)?.is_in || facts.rules.is_frozen) return "unknown";
    const isRenamed = facts.rename(report);
    if (isRenamed) this.#standings.refreshName(user_id);
    if (this.#standings.rescore([user_id], facts.now()) || isRenamed) this.live.touch();
    return "ok";
  }

  /** Reads the challenge and these people anew; says whether MySQL answered. Where not, it is done later. */
  async refresh(user_ids: readonly string[]): Promise<boolean> {
    try {
      await this.membership.refresh(user_ids);
      return true;
    } catch (error) {
      logFault("board_not_refreshed", error, { challenge_id: this.facts.rules.id });
      for (const id of user_ids) this.jobs.schedule("refresh", clock.now() + REFRESH_AGAIN_MS, id);
      return false;
    }
  }

  /** Has somebody read anew, here and in their own object, once a change that begins now has come about or not. */
  expect(user_id: string): void {
    // Of several only the last: it comes late enough for all of them.
    this.jobs.cancel("expected", user_id);
    this.jobs.schedule("expected", clock.now() + EXPECTED_MS, user_id);
  }

  /** Forgets an erased person; says whether their place is kept under the pseudonym. Repeatable. */
  erase(user_id: string, pseudonym: string): "kept" | "gone" {
    this.jobs.cancel("refresh", user_id);
    this.jobs.cancel("renewed", user_id);
    this.jobs.cancel("expected", user_id);
    const { place, is_changed } = this.membership.erase(user_id, pseudonym);
    if (place === "kept" && is_changed) this.#turner.restart();
    this.#endViewing(user_id, CloseCode.token);
    if (is_changed) this.live.touch();
    return place;
  }

  /** Does every turn that is due at the trigger's instant or by the clock. Throws where MySQL is away. */
  async turn(now: Instant): Promise<void> {
    this.facts.triggeredAt(now);
    // Whoever brought the turn forward may not have been able to say so.
    await this.membership.refresh([]);
    await this.#turner.turn();
  }

  /** The part of the board that is asked for. */
  page(question: BoardQuestion): BoardPage | BoardRefusal {
    const { viewer_id, limit, after, around_me } = question;
    if (!this.#mayWatch(viewer_id)) return "not_found";
    const around = around_me ? this.#standings.around(viewer_id, limit) : null;
    const entries = around ?? this.#standings.after(after, limit);
    const last = entries.at(-1);
    const hasMore = last !== undefined && !this.#standings.isLast(last.user.id);
    return {
      status: this.facts.rules.status,
      version: this.live.version,
      total: this.#standings.size,
      entries,
      me: this.#standings.entry(viewer_id),
      next: hasMore ? { score: last.score, id: last.user.id } : null,
    };
  }

  /** Seats a viewer, or says where there is room for them, or why they get no seat. */
  async enter(seat: ViewerSeat): Promise<Seating> {
    if (!this.#mayWatch(seat.user_id)) return "not_found";
    return await this.live.enter(seat);
  }

  /** Answers one of its relays. */
  follow(question: FollowQuestion): FollowAnswer {
    return this.live.follow(question, (user_id) => this.#mayWatch(user_id));
  }

  /** A public board is anybody's; a private one its owner's and theirs who take part; one called off nobody's. */
  #mayWatch(viewer_id: string): boolean {
    const { visibility, owner_id, status } = this.facts.rules;
    if (status === "cancelled") return false;
    if (visibility === "public" || owner_id === viewer_id) return true;
    return this.facts.person(viewer_id)?.is_in ?? false;
  }

  #turnDays(): void {
    if (this.facts.rules.is_frozen) return;
    const hasMore = this.#standings.turnDays(this.facts.now());
    if (hasMore) this.jobs.schedule("days", clock.now());
    else this.#plan();
    this.live.touch();
  }

  /** People were read anew: what follows from that. */
  #changed({ left, is_changed }: { left: readonly string[]; is_changed: boolean }): void {
    for (const user_id of left) {
      if (!this.#mayWatch(user_id)) this.#endViewing(user_id, CloseCode.not_allowed);
    }
    this.#plan();
    if (is_changed) this.live.touch();
  }

  /** The challenge was changed or called off: what follows from that for scores, people and viewers. */
  #rulesChanged(before: BoardRules): void {
    const { rules } = this.facts;
    if (scoresOtherwise(before, rules)) {
      this.#standings.reorder();
      this.#groups.replan(this.facts.now());
      this.jobs.schedule("days", clock.now());
    }
    const isCountedAnew = countsOtherwise(before, rules);
    if (isCountedAnew || before.status !== rules.status) this.#telling.begin(isCountedAnew);
    if (rules.status === "cancelled") {
      if (before.status === "cancelled") return;
      this.live.publish();
      this.live.endWhere(() => true, CloseCode.gone, "called off");
    } else if (before.visibility !== rules.visibility) {
      const isOut = (user_id: string) => !this.#mayWatch(user_id);
      this.live.endWhere(isOut, CloseCode.not_allowed, "private from now on");
    }
  }

  /** Closes all sockets of somebody, wherever they sit; nobody waits for it. */
  #endViewing(user_id: string, code: CloseCode): void {
    const ending = this.live.end(user_id, "all", code).catch((error: unknown) => {
      logFault("relay_not_told", error, { challenge_id: this.facts.rules.id });
      this.#relays.review();
    });
    this.#state.waitUntil(ending);
  }

  #plan(): void {
    const next_day_at = this.#groups.nextTurn();
    if (next_day_at !== null) this.jobs.schedule("days", next_day_at);
    this.#turner.plan();
  }
}
