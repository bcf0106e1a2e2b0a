/** Times of single operations, in milliseconds. */
export type Percentiles = { p50: number; p95: number; p99: number }

/** Nearest-rank percentiles of the samples, rounded to a hundredth. */
export const percentilesOf = (samples: readonly number[]): Percentiles => {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const sample = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
    return Math.round(sample * 100) / 100
  }
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
