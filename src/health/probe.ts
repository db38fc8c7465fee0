/** How a part of the system answered: `sick` where it failed, `late` where it took too long. */
export type Reading = {
  status: "ok" | "sick" | "late";
  latency_ms: number;
  /** Why it is not well, in words that hold no secret. */
  error: string | null;
};

/** What is wrong with a whole, by its parts: nothing, or some of it. */
export function verdictOf(readings: readonly Reading[]): "ok" | "degraded" {
  return readings.every(({ status }) => status === "ok") ? "ok" : "degraded";
}
