/** A line as this suite compares it. */
export type Line = { rank: number; id: string; score: number };

type Told = {
  type: "snapshot" | "changes" | "final";
  version: number;
  total: number;
  entries: { rank: number; score: number; user: { id: string } }[];
};

const SHOWN = 50;

/**
 * Reads frames; viewers who take no part all get the same text, so the last one is kept: reading it
 * five hundred times would be the load generator's time, not the board's.
 */
class FrameCache {
  private text = "";
  private told: Told = { type: "snapshot", version: 0, total: 0, entries: [] };

  read(text: string): Told {
    if (text !== this.text) {
      this.told = JSON.parse(text) as Told;
      this.text = text;
    }
    return this.told;
  }
}

const frames = new FrameCache();

/** A viewer's copy of a board, made of its frames alone as API.md says; notes what must not be. */
export class BoardCopy {
  version = 0;
  /** Frames that broke a rule: a version that fell, or changes that do not follow on what was told. */
  readonly faults: string[] = [];
  /** Versions that were left out between two frames of one socket; then a snapshot came. */
  gaps = 0;
  /** What came in all, in bytes. */
  bytes = 0;
  private readonly lines = new Map<string, Line>();
  private isFresh = true;

  /** A new socket: what it begins with need not follow on what the last one said. */
  reconnected(): void {
    this.isFresh = true;
  }

  take(text: string): void {
    this.bytes += Buffer.byteLength(text);
    if (text === "pong") return;
    const told = frames.read(text);
    const step = told.version - this.version;
    if (step < 0) this.faults.push(`${this.version} fell to ${told.version}`);
    if (told.type === "changes") {
      const follows = step === 1 || (step === 0 && told.entries.length === 0);
      if (!follows) this.faults.push(`changes from ${this.version} to ${told.version}`);
    } else {
      if (!this.isFresh && step > 1) this.gaps += 1;
      this.lines.clear();
    }
    this.isFresh = false;
    this.version = told.version;
    for (const { rank, score, user } of told.entries) {
      this.lines.set(user.id, { rank, id: user.id, score });
    }
    if (this.lines.size <= SHOWN) return;
    const top = this.top();
    this.lines.clear();
    for (const line of top) this.lines.set(line.id, line);
  }

  /** The top as it stands. */
  top(): Line[] {
    return [...this.lines.values()]
      .sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1))
      .slice(0, SHOWN);
  }
}
