/**
 * A whole number of the command line.
 *
 * @example parseNumber('rounds', '3', 15, 1) // 3
 * @throws Error in one sentence
 */
export function parseNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  least: number,
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least) return value;
  throw new Error(`--${name}: given ${text}, expected a whole number from ${least} on`);
}
