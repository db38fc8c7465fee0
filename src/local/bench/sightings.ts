import type { SeenScore } from "./frames.ts";

/** A report on its way: whose, the score it leads to, and who has seen it when (ms). */
type Tracked = {
  user_id: string;
  score: number;
  answered_at: number | null;
  seen_at: Map<number, number>;
};

/**
 * Matches reports with the frames that show them. Scores only rise here, so a frame shows a report as
 * soon as its user's score is at least what the report led to.
 */
export class Sightings {
  private readonly tracked: Tracked[] = [];
  private open: Tracked[] = [];
  private readonly viewers: number;

  /** Takes how many viewers there are; they are known by their index. */
  constructor(viewers: number) {
    this.viewers = viewers;
  }

  /** Notes that a report is sent; call what it gives with the instant of its answer. */
  sent(user_id: string, score: number): (answered_at: number) => void {
    const report: Tracked = { user_id, score, answered_at: null, seen_at: new Map() };
    this.tracked.push(report);
    this.open.push(report);
    return (answered_at) => {
      report.answered_at = answered_at;
    };
  }

  /** Notes what a viewer's frame showed at the instant `at`. */
  saw(viewer: number, scores: readonly SeenScore[], at: number): void {
    for (const { user_id, score } of scores) {
      for (const report of this.open) {
        if (report.user_id !== user_id || report.score > score) continue;
        if (!report.seen_at.has(viewer)) report.seen_at.set(viewer, at);
      }
    }
    this.open = this.open.filter((report) => report.seen_at.size < this.viewers);
  }

  /** How many frames are still awaited, over all reports and viewers. */
  get missing(): number {
    return this.open.reduce((sum, report) => sum + this.viewers - report.seen_at.size, 0);
  }

  /** From each answer to each viewer's frame, in ms; below 0 where the frame was there first. */
  delays(): number[] {
    return this.tracked.flatMap(({ answered_at, seen_at }) =>
      answered_at === null ? [] : [...seen_at.values()].map((at) => at - answered_at),
    );
  }
}
