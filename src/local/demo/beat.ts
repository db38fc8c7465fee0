/** An interval of use as `POST /activities` takes it. */
export type Item = {
  app: string;
  app_name?: string;
  category?: string;
  device_id: string;
  started_at: string;
  ended_at: string;
};

/** How many items of a call the API must answer how. */
export type Receipts = { accepted: number; duplicate: number; rejected: number };

/** One call of one device: an item by itself, or a batch. */
export type Send = {
  person: string;
  device_id: string;
  shape: "single" | "batch";
  items: readonly Item[];
  expected: Receipts;
};

/** What kind of thing happens, for the mark in front of its line. */
export type BeatKind = "used" | "known" | "union" | "refused" | "late" | "silent";

/** Something that happens at one moment: the calls go out together. */
export type Beat = {
  /** When, as a share of the show, 0 to 1. */
  at: number;
  kind: BeatKind;
  story: string;
  sends: readonly Send[];
  /** The seconds that everybody has used in the challenge once all calls are answered. */
  used: Readonly<Record<string, number>>;
};
