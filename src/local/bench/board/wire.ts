/** A place on a board, as its pages go on from it; null for the top. */
export type Place = { score: number; id: string } | null;

/** What is done to a board: each of these people in turn reports a day, and is looked for. */
export type Measurement = {
  challenge_id: string;
  reports: {
    user_id: string;
    display_name: string;
    date: string;
    seconds: number;
    version: number;
  }[];
};

/** How long each single one took, in ms. */
export type Timings = { change: number[]; rank: number[]; top: number[] };

/** A board's line, as short as it gets. */
export type Line = [rank: number, user_id: string, score: number];

/** Some of a board's lines, and where the next begin. */
export type Lines = { lines: Line[]; next: Place };
