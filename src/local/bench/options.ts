import { parseArgs } from "node:util";

/** How a run is to be done. */
export type BenchOptions = {
  /** How long each phase is measured. */
  seconds: number;
  /** How many requests are under way at once. */
  connections: number;
  /** How many people the requests are spread over. */
  people: number;
  /** How many play in the league, whose board is watched. */
  league: number;
  /** How many want a daily reminder. */
  readers: number;
  /** How many take part in the large challenge. */
  participants: number;
  /** How many challenges end at the same instant. */
  challenges: number;
  /** How many accounts administrators look over. */
  accounts: number;
  /** Names of the phases to run; empty for all. The floor always runs. */
  only: string[];
  /** Where the figures are written as JSON. */
  out: string;
  /** Figures of an earlier run to compare with. */
  compare: string | null;
};

/** A command line that cannot be followed; its message is for the terminal. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Describes the command line; `names` are the phases there are. */
export function usageText(names: readonly string[]): string {
  return `npm run bench -- [options]
  --quick            1 s a phase and 100 people, for CI (default: 5 s and 200)
  --seconds N        how long each phase is measured
  --connections N    requests under way at once (16)
  --people N         people the requests are spread over
  --league N         who play in the league (1000), whose board is watched
  --readers N        who want a daily reminder (100000; quick 1000)
  --participants N   in the board of many (100000; quick 2000)
  --challenges N     that end at once (1000; quick 20)
  --accounts N       that administrators look over (100000; quick 2000), with ten activities each
  --only NAME        this phase alone, may be repeated: ${names.join(", ")}
  --out FILE         where the figures go (.local/bench.json)
  --compare FILE     also show the ratios to an earlier run's figures`;
}

/** Reads the command line. Raises UsageError for an option, number or phase that does not exist. */
export function readOptions(args: readonly string[], names: readonly string[]): BenchOptions {
  const { values } = parsed(args);
  const quick = values.quick ?? false;
  const only = values.only ?? [];
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no phase "${unknown}": ${names.join(", ")}.`);
  }
  return {
    seconds: number("seconds", values.seconds, quick ? 1 : 5, 0.1),
    connections: number("connections", values.connections, 16, 1),
    people: number("people", values.people, quick ? 100 : 200, 100),
    league: number("league", values.league, 1_000, 1_000),
    readers: number("readers", values.readers, quick ? 1_000 : 100_000, 1),
    participants: number("participants", values.participants, quick ? 2_000 : 100_000, 1),
    only,
    challenges: number("challenges", values.challenges, quick ? 20 : 1_000, 1),
    accounts: number("accounts", values.accounts, quick ? 2_000 : 100_000, 1_000),
    out: values.out ?? ".local/bench.json",
    compare: values.compare ?? null,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean" },
        seconds: text,
        connections: text,
        people: text,
        league: text,
        readers: text,
        participants: text,
        challenges: text,
        accounts: text,
        only: { type: "string", multiple: true },
        out: text,
        compare: text,
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function number(name: string, given: string | undefined, otherwise: number, least: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (Number.isFinite(value) && value >= least)
    return name === "seconds" ? value : Math.floor(value);
  throw new UsageError(`--${name} must be a number of at least ${least}.`);
}
