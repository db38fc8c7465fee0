import { BoardObject } from "../../challenges/board.object.ts";
import type { BoardPage } from "../../challenges/board-entry.ts";
import type { Line, Lines, Measurement, Place, Timings } from "../../local/bench/board/wire.ts";

const TOP = 50;

/** The board as deployed, timed from within: what a caller waits for is mostly the way to it. */
export class MeasuredBoard extends BoardObject {
  /** Waits until the board is filled, as long as it takes. */
  async fillUp(challenge_id: string): Promise<{ total: number }> {
    return { total: (await this.#page(challenge_id, null, 1)).total };
  }

  /** The lines behind a place, and where to go on. */
  async lines(order: { challenge_id: string; after: Place; limit: number }): Promise<Lines> {
    const page = await this.#page(order.challenge_id, order.after, order.limit);
    const lines = page.entries.map(({ rank, user, score }): Line => [rank, user.id, score]);
    return { lines, next: page.next };
  }

  /** Takes reports in one after the other; times each, its author's rank and the top. */
  async measure({ challenge_id, reports }: Measurement): Promise<Timings> {
    const timings: Timings = { change: [], rank: [], top: [] };
    const question = { challenge_id, after: null, around_me: false };
    for (const { user_id, display_name, version, date, seconds } of reports) {
      const who = { challenge_id, user_id, display_name, avatar_url: null };
      const begun = performance.now();
      const days = [{ date, seconds, reported: true }];
      const answer = await this.report({ ...who, version, days });
      const changed = performance.now();
      if (answer !== "ok") throw new Error(`a report was answered "${answer}"`);
      const own = await this.page({ ...question, viewer_id: user_id, limit: 0 });
      const ranked = performance.now();
      if (typeof own === "string" || own.me === null) throw new Error("somebody has no rank");
      await this.page({ ...question, viewer_id: "", limit: TOP });
      timings.change.push(changed - begun);
      timings.rank.push(ranked - changed);
      timings.top.push(performance.now() - ranked);
    }
    return timings;
  }

  /** Loses all it knows, as if it had never been. */
  async forget(): Promise<void> {
    await this.ctx.storage.deleteAll();
    // The answer goes out first.
    setTimeout(() => this.ctx.abort("forgotten"), 0);
  }

  async #page(challenge_id: string, after: Place, limit: number): Promise<BoardPage> {
    const question = { challenge_id, viewer_id: "", limit, after, around_me: false };
    for (;;) {
      const page = await this.page(question);
      if (typeof page !== "string") return page;
      if (page !== "unavailable") throw new Error(`the board says "${page}"`);
    }
  }
}
