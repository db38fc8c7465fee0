import { mailCounts } from "../mail-sink.ts";
import type { TurningResult } from "../results.ts";
import type { Stack } from "../stack.ts";
import { Turning } from "./turning.ts";

const PARTICIPANTS = 200;
const PATIENCE_MS = 30 * 60_000;

/**
 * Has `count` challenges of 200 participants each end at the same instant, by one run of the cron. Gives
 * what it took until all were final and until all results were mailed, and what went wrong by how often.
 */
export async function playTurning(
  stack: Stack,
  count: number,
  tell: (words: string) => void,
): Promise<TurningResult> {
  tell(`making ${count} challenges of ${PARTICIPANTS} participants each`);
  const turning = await Turning.begin(stack, count, PARTICIPANTS, "no password");
  tell("ending them");
  const begun = performance.now();
  const since = () => (performance.now() - begun) / 1_000;
  await turning.fire();
  await turning.untilFinal(count, PATIENCE_MS);
  const final_seconds = since();
  tell("waiting for the last mails to be sent");
  await turning.untilMailed(PATIENCE_MS);
  const mailed_seconds = since();
  const failures = await turning.differences();
  const received = await mailCounts(stack.mail_host, "challenge-result");
  const mails = [...received.values()].reduce((sum, times) => sum + times, 0);
  const extra = Math.abs(mails - turning.endings.mailed.size);
  if (extra > 0) failures["mail sent too often or not at all"] = extra;
  return {
    title: `${count} challenges of ${PARTICIPANTS} that end at once`,
    challenges: count,
    pages: await turning.pages(),
    final_seconds,
    mailed_seconds,
    mails,
    failures,
    faults: await stack.faults(),
  };
}
