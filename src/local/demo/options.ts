import { parseArgs } from "node:util";

export type Options = {
  /** How long the show takes, set-up and closing aside. */
  seconds: number;
  /** No pauses: each beat follows the answer to the one before. */
  fast: boolean;
  seed: number;
  help: boolean;
};

export const USAGE = `npm run demo -- [--seconds N] [--fast] [--seed N]

Six people around the world register, join a challenge and use their phones,
while the terminal shows the live board. Uses the stack that \`npm start\` runs,
or starts one of its own and stops it at the end.

  --seconds N   how long the show takes (10 to 600, default 45)
  --fast        without pauses, for tests
  --seed N      the same story again; the seed is shown while it runs`;

const DEFAULT_SECONDS = 45;

/** Reads the command line; `spareSeed` serves where it names no seed. Raises an Error that says what is wrong. */
export function readOptions(args: readonly string[], spareSeed: number): Options {
  const values = parse(args);
  return {
    seconds: wholeNumber("--seconds", values.seconds, 10, 600) ?? DEFAULT_SECONDS,
    fast: values.fast,
    seed: wholeNumber("--seed", values.seed, 0, 2 ** 32 - 1) ?? spareSeed,
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  const options = {
    seconds: { type: "string" },
    fast: { type: "boolean", default: false },
    seed: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    // Node says it well, but as a fault of the program.
    throw new Error(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(
  option: string,
  value: string | undefined,
  from: number,
  to: number,
): number | null {
  if (value === undefined) return null;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= from && number <= to) return number;
  throw new Error(`${option} takes a whole number from ${from} to ${to}, not "${value}".`);
}
