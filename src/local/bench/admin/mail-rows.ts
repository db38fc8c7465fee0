import { v7 } from "uuid";
import { chanceOf } from "../../demo/random.ts";
import { instant, type Row } from "../rows.ts";

const DAY_MS = 86_400_000;
/** How long the outbox keeps what was sent. */
const KEPT_DAYS = 20;

/** Makes `count` mails that were sent in the 20 days before `now` (UTC ms), oldest first; few failed. */
export function* mailsOf(
  count: number,
  people: readonly { id: string; email: string }[],
  now: number,
): Generator<Row> {
  const chance = chanceOf(count);
  for (let n = 0; n < count; n += 1) {
    const at = Math.floor(now - ((count - n) / count) * KEPT_DAYS * DAY_MS);
    const reader = chance.pick(people);
    const status = chance.happens(0.99) ? "sent" : chance.pick(["failed", "refused", "dropped"]);
    yield {
      id: v7({ msecs: at }),
      dedupe_key: `bench/${n}`,
      user_id: reader.id,
      to_address: reader.email,
      kind: "daily-reminder",
      locale: "en",
      data: "{}",
      status,
      attempts: 1,
      next_attempt_at: instant(at),
      good_until: null,
      lease_id: null,
      message_id: null,
      error_code: null,
      created_at: instant(at),
      sent_at: status === "sent" ? instant(at) : null,
      delivered_at: null,
    };
  }
}
