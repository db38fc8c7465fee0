/** The value in the middle; between the two middle ones where their number is even. */
export function median(samples: readonly number[]): number {
  const sorted = Float64Array.from(samples).sort();
  const half = sorted.length / 2;
  return (
    ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2
  );
}

/**
 * How well one sample tells two sources apart (the area under the ROC curve): the chance that one of
 * `others` is greater than one of `base`, ties half. 0.5 is no better than guessing.
 */
export function auc(base: readonly number[], others: readonly number[]): number {
  let wins = 0;
  for (const other of others) {
    for (const one of base) wins += other > one ? 1 : other === one ? 0.5 : 0;
  }
  return wins / (base.length * others.length);
}
