import { invalidInput } from '../errors/index.js';

const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
const pattern = /^(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?(?:(?<m>\d+)m)?(?:(?<s>\d+)s)?$/;

/**
 * Milliseconds of a duration as users write it.
 *
 * @example parseDuration('1h30m') // 5_400_000
 * @throws SlipwayError `invalid-input`
 */
export function parseDuration(text: string, subject = 'duration'): number {
  const groups = text === '' ? undefined : pattern.exec(text)?.groups;
  if (groups === undefined) {
    throw invalidInput([
      { subject, given: text, expected: 'a duration such as 90s, 10m or 1h30m' },
    ]);
  }
  return Object.entries(unitMs).reduce(
    (sum, [unit, ms]) => sum + Number(groups[unit] ?? 0) * ms,
    0,
  );
}

/**
 * A duration for people: the two largest units that count.
 *
 * @example formatDuration(1_234) // '1.2 s'
 * @example formatDuration(561_600_000) // '6 d 12 h'
 */
export function formatDuration(ms: number): string {
  if (ms < 60_000) {
    const seconds = ms / 1000;
    return `${seconds < 10 && ms % 1000 !== 0 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  }
  const units = Object.entries({ d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000 });
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
