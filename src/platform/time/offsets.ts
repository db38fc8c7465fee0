import type { Instant } from "./instant.ts";
import { Temporal } from "./temporal.ts";

/** A stretch [from, until) in which a zone's clock is a constant number of ms ahead of UTC. */
export type OffsetSpan = {
  readonly from: Instant;
  readonly until: Instant;
  readonly offset_ms: number;
};

/** Spans are found a block at a time; about 13 months, so that most questions meet one or two. */
const BLOCK_MS = 2 ** 35;
/** Far above what live zones need (600 names × 2 blocks); about 1 MB. */
const MAX_BLOCKS = 2_000;

const blocksByZone = new Map<string, Map<number, readonly OffsetSpan[]>>();
let blockCount = 0;

/**
 * The span around an instant in a zone. Its ends are clock changes or the edges of a block, so two
 * neighbours may share an offset. Throws a RangeError for an unknown zone.
 *
 * Temporal costs about a millisecond a zone and year through Intl; what follows is arithmetic.
 */
export function offsetSpanAt(instant: Instant, timezone: string): OffsetSpan {
  const block = Math.floor(instant / BLOCK_MS);
  const spans = blocksByZone.get(timezone)?.get(block) ?? rememberBlock(block, timezone);
  for (const span of spans) {
    if (instant < span.until) return span;
  }
  throw new RangeError(`not an instant: ${instant}`);
}

function rememberBlock(block: number, timezone: string): readonly OffsetSpan[] {
  const spans = findSpans(block, timezone);
  if (blockCount >= MAX_BLOCKS) {
    blocksByZone.clear();
    blockCount = 0;
  }
  let blocks = blocksByZone.get(timezone);
  if (blocks === undefined) {
    blocks = new Map();
    blocksByZone.set(timezone, blocks);
  }
  blocks.set(block, spans);
  blockCount += 1;
  return spans;
}

function findSpans(block: number, timezone: string): readonly OffsetSpan[] {
  const end = (block + 1) * BLOCK_MS;
  const spans: OffsetSpan[] = [];
  let from = block * BLOCK_MS;
  let moment = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timezone);
  while (from < end) {
    const next = moment.getTimeZoneTransition("next");
    const until = next === null ? end : Math.min(next.epochMilliseconds, end);
    spans.push({ from, until, offset_ms: moment.offsetNanoseconds / 1e6 });
    from = until;
    if (next !== null) moment = next;
  }
  return spans;
}
