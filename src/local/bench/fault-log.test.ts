import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FaultLog, faultsIn } from "./fault-log.ts";

const good = '{"level":"info","event":"request","status":200}\n';
const flush =
  '{"level":"error","event":"object_job_failed","kind":"flush","error":"unavailable"}\n';

it("faults are counted by what they say of themselves, and nothing else is", () => {
  expect(faultsIn(good + flush + good + flush)).toEqual({
    "object_job_failed flush unavailable": 2,
  });
  expect(faultsIn("")).toEqual({});
});

it("each fault is told once, and a line only when it is whole", async () => {
  const folder = await mkdtemp(join(tmpdir(), "focus-faults-"));
  try {
    const file = join(folder, "worker.log");
    await writeFile(file, good + flush + flush.slice(0, 30));
    const log = new FaultLog(file);
    expect(Object.values(await log.news())).toEqual([1]);
    await appendFile(file, flush.slice(30) + flush);
    expect(Object.values(await log.news())).toEqual([2]);
    expect(await log.news()).toEqual({});
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
