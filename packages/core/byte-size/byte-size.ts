const units = ['kB', 'MB', 'GB', 'TB'];

/**
 * A number of bytes for people, in powers of 1000.
 *
 * @example formatBytes(12_345_678) // '12.3 MB'
 */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 'B';
  for (const next of units) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  const isSmall = value < 99.95 && unit !== 'B';
  return `${isSmall ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
