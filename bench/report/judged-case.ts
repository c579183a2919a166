/** A number that is held against its limit: times in milliseconds, bytes and memory in bytes. */
export interface JudgedCase {
  /** What it is of: `c, 20 ms, time`. */
  readonly name: string;
  readonly ours: number;
  /** What others took for the same. */
  readonly peers: Readonly<Record<string, number>>;
  readonly limit: number;
  /** ours / limit: at most 1 is met. */
  readonly ratio: number;
}

/**
 * How much of a limit is used. Where the limit is nothing at all, each one too many counts as one limit more.
 *
 * @example computeRatio(30, 40) // 0.75
 * @example computeRatio(2, 0) // 3
 */
export function computeRatio(ours: number, limit: number): number {
  if (limit > 0) return roundTo(ours / limit, 1000);
  return ours === 0 ? 0 : 1 + ours;
}

/** @example roundTo(1.26) // 1.3 */
export function roundTo(value: number, parts = 10): number {
  return Math.round(value * parts) / parts;
}

/** The line of JSON that a bench ends with. */
export function formatJudgement(bench: string, cases: readonly JudgedCase[]): string {
  const worst = Math.max(0, ...cases.map(({ ratio }) => ratio));
  return JSON.stringify({ bench, worst, cases });
}
