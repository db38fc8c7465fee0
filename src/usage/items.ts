import type { OwnDate } from "../platform/time/dates.ts";

export const CATEGORIES = [
  "social",
  "video",
  "messaging",
  "games",
  "browsing",
  "news",
  "shopping",
  "music",
  "productivity",
  "education",
  "health",
  "utilities",
  "other",
] as const;
export type Category = (typeof CATEGORIES)[number];

/** An interval of use as a client reports it: instants in UTC ms, and its end or its length. */
export type ReportedInterval = {
  id?: string | undefined;
  app: string;
  app_name?: string | undefined;
  category?: Category | undefined;
  device_id?: string | undefined;
  started_at: number;
  ended_at?: number | undefined;
  duration_seconds?: number | undefined;
};

/** An interval of use as it enters the ledger: checked by itself, not yet against what is known. */
export type IncomingInterval = {
  /** The client's own id, or one made for it. */
  id: string;
  /** The canonical app, and what the client called it. */
  app: string;
  client_app: string;
  app_name: string | null;
  category: Category;
  device_id: string;
  /** Whole seconds since the epoch, half-open. */
  started_s: number;
  ended_s: number;
};

/** An item that the ledger holds. */
export type HeldItem = IncomingInterval & {
  /** The own date of its start, by the rule in force then. */
  date: OwnDate;
  /** UTC ms. */
  received_at: number;
  version: number;
};

export type ReceiptStatus = "accepted" | "duplicate" | "merged" | "rejected";
export type Receipt = { index: number; id: string | null; status: ReceiptStatus; reason?: string };

/** One batch as the Worker hands it to the user's object. */
export type IncomingBatch = {
  items: { index: number; interval: IncomingInterval }[];
  /** Own dates the phone vouches for, also where nothing was used. */
  reported_dates: OwnDate[];
};

/** What the user's object answers to a batch. */
export type Recorded = {
  receipts: Receipt[];
  /** The first item that was new, else the first one as it was known. */
  first: HeldItem | null;
  /** UTC ms up to which the device of the batch's first item is known. */
  resume_after: number | null;
};
