import { lastRuns } from "../jobs/index.ts";
import { askPostmark } from "../mail/index.ts";
import { stopwatch } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import { beforeDeadline } from "../platform/deadline.ts";
import { describeError } from "../platform/describe-error.ts";
import { databaseVersion } from "./database.store.ts";
import { backlogOf, lookIntoFiles, pingObject } from "./parts.client.ts";
import { objectClasses, queueNames } from "./parts.ts";
import { verdictOf, type Reading } from "./probe.ts";

/** How long each part may take to answer; all are asked at once. */
const PATIENCE_MS = 2_000;
const LONGEST_ERROR = 120;

/**
 * Asks every part of the system at once whether it answers, each within a time of its own, so that a
 * sick one shows as such and keeps nobody from seeing the others. Raises nothing.
 */
export async function systemHealth(ctx: Context) {
  const asked = async <T>(work: () => Promise<T>) => await read(ctx, work);
  const [database, objects, queues, mail, storage, runs] = await Promise.all([
    asked(async () => await databaseVersion(ctx)),
    Promise.all(
      objectClasses.map(async (name) => ({
        name,
        ...(await asked(async () => await pingObject(ctx, name))).reading,
      })),
    ),
    Promise.all(
      queueNames.map(async (name) => {
        const { reading, answer } = await asked(async () => await backlogOf(ctx, name));
        return { name, ...reading, backlog: answer };
      }),
    ),
    asked(async () => await askPostmark(ctx)),
    asked(async () => await lookIntoFiles(ctx)),
    asked(async () => await lastRuns(ctx)),
  ]);
  const readings = [database, mail, storage].map(({ reading }) => reading);
  return {
    status: verdictOf([...readings, ...objects, ...queues]),
    database: { ...database.reading, version: database.answer },
    objects,
    queues,
    mail: mail.reading,
    storage: storage.reading,
    /** Null where MySQL, which keeps them, is away. */
    jobs: runs.answer,
  };
}

async function read<T>(
  ctx: Context,
  work: () => Promise<T>,
): Promise<{ reading: Reading; answer: T | null }> {
  const from = stopwatch();
  const latency = () => Math.round(stopwatch() - from);
  try {
    const answer = await beforeDeadline(ctx, work(), PATIENCE_MS);
    return { reading: { status: "ok", latency_ms: latency(), error: null }, answer };
  } catch (error) {
    const latency_ms = latency();
    const status = latency_ms >= PATIENCE_MS ? "late" : "sick";
    const words = describeError(error).error.slice(0, LONGEST_ERROR);
    return { reading: { status, latency_ms, error: words }, answer: null };
  }
}
