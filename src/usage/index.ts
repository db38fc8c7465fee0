export { Ledger } from "./ledger.part.ts";
export { Outflow } from "./outflow.part.ts";
export { todayOf, type Today } from "./today.ts";
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
export { eraseUsageOf } from "./erasure.service.ts";
