/** Durations at which 50, 95 and 99 of 100 samples had ended, in the samples' unit. */
export type Percentiles = { p50: number; p95: number; p99: number };

/** The percentiles of samples in any order, by nearest rank: each is a sample that occurred. NaN without any. */
export function percentilesOf(samples: readonly number[]): Percentiles {
  const sorted = Float64Array.from(samples).sort();
  return { p50: at(sorted, 50), p95: at(sorted, 95), p99: at(sorted, 99) };
}

function at(sorted: Float64Array, percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}
