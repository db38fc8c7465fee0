import { parseArgs } from "node:util";
import { ImportError } from "./import-error.ts";

export const USAGE = `npm run import -- <users.csv> [--dry-run]

Imports the accounts of the system that this one replaces. Columns, in any order:
email, hashed_password (bcrypt), full_name, role, is_active, is_verified, created_at.
Accounts that are there already stay as they are, so a run may be repeated.

  --dry-run   checks every row and says what would happen; writes nothing

Exit code 0: all rows are in; 1: some were refused; 2: the import could not be done.`;

export type Options = { file: string; is_dry: boolean; is_help: boolean };

/** Reads the command line. Raises ImportError with the usage where it cannot be followed. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const [file = "", ...more] = positionals;
  const is_help = values.help;
  if (!is_help && (file === "" || more.length > 0)) throw new ImportError(USAGE);
  return { file, is_dry: values["dry-run"], is_help };
}

function parsed(args: readonly string[]) {
  const options = {
    "dry-run": { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new ImportError(`${words}\n\n${USAGE}`, { cause: error });
  }
}
