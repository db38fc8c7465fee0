export { Meter } from "./meter.part.ts";
export type { LiveDays, Today } from "./today.ts";
export { IntervalSet } from "./intervals.ts";
export { DayBook, type DayTotal, type Piece } from "./day-book.ts";
export { historyOf, type BoardDay, type CountingRule } from "./board-days.ts";
export { canonicalApp, catalogued } from "./catalogue.ts";
export {
  CATEGORIES,
  type Category,
  type HeldItem,
  type IncomingBatch,
  type Recorded,
} from "./items.ts";
export type { HistoryQuestion } from "./history.ts";
export { usageSummary } from "./statistics.service.ts";
export type { AppShare } from "./statistics.ts";
export { appShareSchema } from "./statistics.wire.ts";
export { categorySchema } from "./usage.wire.ts";
export { eraseUsageOf } from "./erasure.service.ts";
export { totalsBetween } from "./totals.store.ts";
