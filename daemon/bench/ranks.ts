// Medians and percentiles of the bench: the smallest value that at least that share of all values does not exceed.
// Called by the files of this folder.

export const rankOf = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export const medianOf = (values: readonly number[]): number => rankOf(values, 0.5)
