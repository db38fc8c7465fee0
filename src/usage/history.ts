import type { OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";

/** Which items a page of history shows; `app` is the client's id of it or the catalogue's. */
export type HistoryFilter = {
  from?: OwnDate | undefined;
  to?: OwnDate | undefined;
  app?: string | undefined;
  category?: string | undefined;
  device_id?: string | undefined;
};

/** A page of history, newest first: what stands behind the item `after`, at most `limit`. */
export type HistoryQuestion = {
  filter: HistoryFilter;
  after: { started_at: Instant; id: string } | null;
  limit: number;
};
