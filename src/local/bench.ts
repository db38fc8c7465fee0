import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { PHASE_NAMES } from "./bench/phases.ts";
import { readOptions, UsageError, usageText, type BenchOptions } from "./bench/options.ts";
import { comparisonOf, reportOf } from "./bench/report.ts";
import { runResult, wrongIn, type RunResult } from "./bench/results.ts";
import { Run } from "./bench/run.ts";
import { startStack, type Stack } from "./bench/stack.ts";
import { Terminal } from "./bench/terminal.ts";

/**
 * `npm run bench`: builds the Worker as it would be deployed, runs it in workerd with a private
 * database in a temporary folder, and prints what its requests cost. Ends with 1 where one failed.
 */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), PHASE_NAMES);
  const earlier = options.compare === null ? null : await readRun(options.compare);
  const run = await measured(options);
  console.log(`\n${reportOf(run)}`);
  if (earlier) console.log(`\n${comparisonOf(run, earlier)}`);
  await mkdir(dirname(options.out), { recursive: true });
  await writeFile(options.out, `${JSON.stringify(run, null, 2)}\n`);
  console.log(`\nThe figures are in ${options.out}.`);
  return wrongIn(run, "failures").length === 0 ? 0 : 1;
}

async function measured(options: BenchOptions): Promise<RunResult> {
  const terminal = new Terminal();
  const stacks: Stack[] = [];
  const start = async (kind: "deployed" | "measured"): Promise<Stack> => {
    const stack = await startStack((words) => terminal.step(words), kind);
    stacks.push(stack);
    return stack;
  };
  const stopAll = async () => await Promise.all(stacks.map(async (stack) => await stack.stop()));
  const interrupted = (): void => {
    terminal.step("stopping");
    void stopAll().finally(() => process.exit(130));
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    const stack = await start("deployed");
    return await new Run(stack, start, options, terminal).results();
  } finally {
    await stopAll();
  }
}

async function readRun(file: string): Promise<RunResult> {
  try {
    return runResult.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new UsageError(`${file} does not hold the figures of a run.`, { cause });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${usageText(PHASE_NAMES)}`);
  process.exitCode = 1;
}
