/** A value measured at an instant, in ms. */
export type Sample = { at: number; value: number };

/** By how much a value rises a minute: the slope of the straight line that fits best; NaN for fewer than two. */
export function slopePerMinute(samples: readonly Sample[]): number {
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const at = mean(samples.map((sample) => sample.at));
  const value = mean(samples.map((sample) => sample.value));
  let together = 0;
  let spread = 0;
  for (const sample of samples) {
    together += (sample.at - at) * (sample.value - value);
    spread += (sample.at - at) ** 2;
  }
  return spread === 0 ? Number.NaN : (together / spread) * 60_000;
}

/** The samples of the second half of the time. */
export function secondHalf(samples: readonly Sample[]): Sample[] {
  const first = samples[0]?.at ?? 0;
  const last = samples.at(-1)?.at ?? 0;
  return samples.filter(({ at }) => at >= (first + last) / 2);
}
