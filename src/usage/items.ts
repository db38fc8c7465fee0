import type { Category } from "../catalogue/index.ts";
import type { OwnDate } from "../platform/time/dates.ts";

/** The shapes in which phones know usage: an interval, a day's total, or a lower bound of it. */
export const KINDS = ["interval", "day_total", "threshold"] as const;
export type Kind = (typeof KINDS)[number];

/** What every shape says of the app that was used. */
type ReportedApp = {
  app: string;
  app_name?: string | undefined;
  category?: Category | undefined;
};

/** An interval of use as a client reports it: instants in UTC ms, and its end or its length. */
export type ReportedInterval = ReportedApp & {
  kind: "interval";
  id?: string | undefined;
  device_id?: string | undefined;
  started_at: number;
  ended_at?: number | undefined;
  duration_seconds?: number | undefined;
};

/** What a device knows of an own date as a whole: its total so far, or at least that much. */
export type ReportedTotal = ReportedApp & {
  device_id: string;
  date: OwnDate;
} & (
    | { kind: "day_total"; total_seconds: number }
    | { kind: "threshold"; at_least_seconds: number }
  );

export type ReportedItem = ReportedInterval | ReportedTotal;

/** What is known of an item's app once the catalogue was asked. */
type KnownApp = {
  /** The client's own id of the item, or one made for it. */
  id: string;
  /** The canonical app, and what the client called it. */
  app: string;
  client_app: string;
  app_name: string | null;
  category: Category;
  device_id: string;
};

/** An interval as it enters the ledger: whole seconds since the epoch, half-open. */
export type IncomingInterval = KnownApp & { kind: "interval"; started_s: number; ended_s: number };
/** A day's total or threshold as it enters the ledger. */
export type IncomingTotal = KnownApp & {
  kind: "day_total" | "threshold";
  date: OwnDate;
  seconds: number;
};
/** An item as it enters the ledger: checked by itself, not yet against what is known. */
export type IncomingItem = IncomingInterval | IncomingTotal;

/** An item that the ledger holds. A total spans the bounds of its day. */
export type HeldItem = KnownApp & {
  kind: Kind;
  started_s: number;
  ended_s: number;
  /** What history and statistics show of it. */
  seconds: number;
  /** What limits and boards count of it, deleted or not. */
  counted_seconds: number;
  /** The own date of its start, by the rule in force then; of a total, its date. */
  date: OwnDate;
  /** UTC ms. */
  received_at: number;
  /** UTC ms at which its owner took it out of their history, or null. */
  deleted_at: number | null;
  version: number;
};

export type ReceiptStatus = "accepted" | "duplicate" | "merged" | "rejected";
export type Receipt = { index: number; id: string | null; status: ReceiptStatus; reason?: string };

/** What became of one item, and the item as the ledger holds it now. */
export type Taken = { status: Exclude<ReceiptStatus, "rejected">; item: HeldItem };

/** One batch as the Worker hands it to the user's object. */
export type IncomingBatch = {
  items: { index: number; item: IncomingItem }[];
  /** Own dates the phone vouches for, also where nothing was used. */
  reported_dates: OwnDate[];
  /** The device that asks how far it is known: of the first item that was readable, taken or not. */
  device_id: string | null;
};

/** What the user's object answers to a batch. */
export type Recorded = {
  receipts: Receipt[];
  /** The batch's first item that was not refused, as it stands now. */
  first: HeldItem | null;
  /** UTC ms up to which the batch's device is known. */
  resume_after: number | null;
};
