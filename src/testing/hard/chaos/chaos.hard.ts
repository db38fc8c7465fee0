import { randomInt } from "node:crypto";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { figure } from "../figures.ts";
import { startHardStack, type HardStack } from "../hard-stack.ts";
import { reportOf } from "./report.ts";
import { runChaos } from "./run.ts";

/**
 * `CHAOS_SEED=… CHAOS_SECONDS=60 npm run test:hard -- chaos` repeats a run (seeds apart by commas);
 * without them, one that is always the same and a fresh one, both short.
 */
const given = process.env["CHAOS_SEED"];
const SEEDS = given === undefined ? [20_261_128, randomInt(2 ** 31)] : given.split(",").map(Number);
const SECONDS = Number(process.env["CHAOS_SECONDS"] ?? 20);
const LONGEST_MS = (SECONDS + 240) * 1_000;

let stack: HardStack;

beforeAll(async () => {
  const bindings = { SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" };
  stack = await startHardStack(bindings, { can_evict: true, durable: true });
});

afterAll(async () => {
  await stack.stop();
});

describe("a backend that is killed, evicted and lied to at random", () => {
  it.each(SEEDS)(
    `holds what the history of acknowledged calls says, after ${SECONDS} s (CHAOS_SEED=%i)`,
    async (seed) => {
      const { findings, counts } = await runChaos(stack, seed, SECONDS, (line) =>
        console.info(line),
      );
      console.info(JSON.stringify({ chaos: seed, ...counts }));
      if (findings.length > 0) {
        const kept = join(tmpdir(), `focus-chaos-${seed}.log`);
        await copyFile(stack.log_file, kept);
        const report = `${reportOf(findings, seed, SECONDS)}\nthe Worker's log: ${kept}`;
        // At once: the other seeds may take half an hour.
        console.error(report);
        expect.fail(report);
      }
      const { worker_kills = 0, database_kills = 0, evicted = 0, faults = 0 } = counts;
      const broken = `${worker_kills} kills of workerd, ${database_kills} of the database, ${evicted} evictions, ${faults} faults`;
      figure("kill and compare", `differences, seed ${seed}: ${broken}`, 0, "0");
      expect(worker_kills).toBeGreaterThan(0);
      expect(evicted).toBeGreaterThan(0);
      expect(faults).toBeGreaterThan(0);
    },
    LONGEST_MS,
  );
});
