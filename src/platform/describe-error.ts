import { AppError } from "./errors.ts";
import { DatabaseFault } from "./db/faults.ts";

/**
 * Says in loggable fields what an error is. Messages of drizzle and PlanetScale hold SQL and
 * parameters, so only our own errors and plain programming errors give their text away.
 */
export function describeError(error: unknown): { error: string; stack?: string } {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof DatabaseFault)
      return { error: `database ${at.kind} errno=${at.errno ?? "-"}` };
  }
  if (error instanceof AppError) return { error: error.code };
  if (error instanceof Error && !error.message.includes("Failed query")) {
    return {
      error: `${error.name}: ${error.message}`,
      ...(error.stack ? { stack: error.stack } : {}),
    };
  }
  return { error: error instanceof Error ? error.name : typeof error };
}
