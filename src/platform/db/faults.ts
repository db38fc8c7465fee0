/** What a failed call to MySQL means for its caller. */
export type FaultKind =
  /** A unique key already holds this value; `key` names it. */
  | "duplicate"
  /** Another transaction won; repeating the whole transaction is right. */
  | "contention"
  /** Refused, timed out, cut off, over capacity: the database is away for now. */
  | "unavailable"
  /** A statement the database refuses: a fault of ours. */
  | "refused";

/** A failed call to MySQL, free of SQL, parameters and host names. */
export class DatabaseFault extends Error {
  readonly kind: FaultKind;
  readonly errno: number | null;
  /** The unique key that was hit, without its table's name. */
  readonly key: string | null;

  constructor(kind: FaultKind, errno: number | null = null, key: string | null = null) {
    super(`database ${kind}${errno === null ? "" : ` (errno ${errno})`}`);
    this.name = "DatabaseFault";
    this.kind = kind;
    this.errno = errno;
    this.key = key;
  }
}

const contentionErrnos = new Set([1205, 1213]);
const unavailableErrnos = new Set([
  1040, 1053, 1077, 1129, 1152, 1158, 1159, 1160, 1161, 2002, 2003, 2006, 2013, 1290, 1836,
]);
// A refused credential is as good as no database: nothing the caller sent is at fault.
const unavailableStatuses = new Set([401, 403, 429, 500, 502, 503, 504]);
const unavailableCodes = new Set([
  "UNAVAILABLE",
  "RESOURCE_EXHAUSTED",
  "DEADLINE_EXCEEDED",
  "CANCELED",
  "ABORTED",
]);

/** Turns whatever the driver threw into a `DatabaseFault`; PlanetScale's text is read and dropped. */
export function toDatabaseFault(error: unknown): DatabaseFault {
  if (error instanceof DatabaseFault) return error;
  if (!(error instanceof Error)) return new DatabaseFault("unavailable");
  const errno = Number(/errno (\d+)/.exec(error.message)?.[1] ?? Number.NaN);
  if (errno === 1062) {
    const key = /for key '(?:[^'.]+\.)?([^'.]+)'/.exec(error.message)?.[1] ?? null;
    return new DatabaseFault("duplicate", errno, key);
  }
  if (contentionErrnos.has(errno)) return new DatabaseFault("contention", errno);
  if (unavailableErrnos.has(errno)) return new DatabaseFault("unavailable", errno);
  const { body, status } = error as { body?: { code?: unknown }; status?: unknown };
  const isAnswered = error.name === "DatabaseError" && !unavailableStatuses.has(Number(status));
  if (isAnswered && !unavailableCodes.has(String(body?.code).toUpperCase())) {
    return new DatabaseFault("refused", Number.isNaN(errno) ? null : errno);
  }
  return new DatabaseFault("unavailable", Number.isNaN(errno) ? null : errno);
}

/** Finds the database fault in an error's chain of causes (drizzle wraps what the driver throws). */
export function databaseFaultIn(error: unknown): DatabaseFault | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof DatabaseFault) return at;
  }
  return null;
}

/** Says whether `error` is a hit on the unique key `key`. */
export function isDuplicate(error: unknown, key: string): boolean {
  const fault = databaseFaultIn(error);
  return (
    fault?.kind === "duplicate" && (fault.key === key || (key === "PRIMARY" && fault.key === null))
  );
}
