import { parseArgs } from "node:util";

export const USAGE = `npm run logs -- --from 2026-03-01 --to 2026-03-31 [--user <id>] [--action <name>] [--level <level>]

Prints what was audited from one instant to another, both included, as NDJSON, oldest first: from the
archive and from MySQL in one order. A date stands for the whole UTC day; --to may be left out.
Of the stack that runs here; of a deployment with PLANETSCALE_URL set and --env staging or production:
its archive is fetched by wrangler, which must be signed in (wrangler login, or CLOUDFLARE_API_TOKEN).`;

/** A reason that the operator can mend; shown without a stack trace. */
export class LogsError extends Error {}

export interface Options {
  /** The ids of acts lie from the first on and before the second. */
  from_id: string;
  to_id: string;
  user: string | null;
  action: string | null;
  level: string | null;
  /** An environment of wrangler.toml; null for the stack that runs here. */
  env: string | null;
}

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads the command line; null where help is asked for. Raises LogsError. */
export function readOptions(args: readonly string[]): Options | null {
  const values = parse(args);
  if (values.help === true) return null;
  if (values.from === undefined) throw new LogsError(USAGE);
  const to = values.to === undefined ? 2 ** 48 - 2 : momentOf("--to", values.to, DAY_MS - 1);
  return {
    from_id: firstIdAt(momentOf("--from", values.from, 0)),
    to_id: firstIdAt(to + 1),
    user: values.user ?? null,
    action: values.action ?? null,
    level: values.level ?? null,
    env: values.env ?? null,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        from: text,
        to: text,
        user: text,
        action: text,
        level: text,
        env: text,
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new LogsError(`${(error as Error).message}\n\n${USAGE}`, { cause: error });
  }
}

function momentOf(name: string, text: string, in_day_ms: number): number {
  const instant = DATE.test(text)
    ? Date.parse(`${text}T00:00:00Z`) + in_day_ms
    : INSTANT.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new LogsError(`${name} must be a date or an RFC 3339 instant, as 2026-03-01T12:00:00Z.`);
  }
  return instant;
}

/** The lowest text that a UUIDv7 of an instant can have. */
function firstIdAt(instant: number): string {
  const hex = Math.min(Math.max(instant, 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
