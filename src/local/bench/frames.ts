import { z } from "zod";

/** What a board's frame says of somebody's score. */
export type SeenScore = { user_id: string; score: number };

const frameSchema = z.object({
  type: z.enum(["snapshot", "changes", "final"]),
  entries: z.array(z.object({ user: z.object({ id: z.string() }), score: z.number() })),
});

/**
 * Reads the scores of board frames. Viewers who take no part all get the same text, so the last one is
 * kept: reading it five hundred times would be the load generator's time, not the board's.
 */
export class FrameReader {
  private text = "";
  private scores: SeenScore[] = [];

  /** Raises an error for what is no frame of a board. */
  read(text: string): readonly SeenScore[] {
    if (text !== this.text) {
      const { entries } = frameSchema.parse(JSON.parse(text));
      this.scores = entries.map(({ user, score }) => ({ user_id: user.id, score }));
      this.text = text;
    }
    return this.scores;
  }
}
