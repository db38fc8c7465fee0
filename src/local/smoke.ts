import { readOptions, SmokeError, USAGE } from "./smoke/options.ts";
import { lineOf, runSmoke } from "./smoke/run.ts";

/** A deployment that takes longer for any answer is not well. */
const PATIENCE_MS = 10_000;

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, process.env);
  if (options.is_help) {
    console.log(USAGE);
    return 0;
  }
  const means = { ...options, patience_ms: PATIENCE_MS };
  const from = performance.now();
  const results = await runSmoke(options.url, means, (result) => console.log(lineOf(result)));
  const failed = results.filter(({ is_ok }) => !is_ok).length;
  const seconds = ((performance.now() - from) / 1_000).toFixed(1);
  console.log(`\n${options.url}: ${results.length - failed} ok, ${failed} failed (${seconds} s)`);
  if (options.account === null)
    console.log("SMOKE_EMAIL and SMOKE_PASSWORD of an account would let it look behind the door.");
  return failed > 0 ? 1 : 0;
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof SmokeError ? error.message : error);
    process.exitCode = 2;
  }
}
