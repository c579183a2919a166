/**
 * The middle of some numbers; between the two in the middle where their count is even.
 *
 * @example median([3, 1, 2]) // 2
 * @throws Error when there are none
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) {
    throw new Error('median: given no numbers, expected one at least');
  }
  return (lower + upper) / 2;
}
