import { parseVersion, type Version } from './version.js';

export interface PrereleaseParts {
  /** What it is a prerelease of the next version for: `dev`, a branch, `pr-12`. */
  readonly name: string;
  /** How many commits it is away from what was released. */
  readonly distance: number;
  /** The whole hash of the commit. */
  readonly hash: string;
}

const hashDigits = 8;
const maxSlugLength = 30;
/** What a Kubernetes label and Helm's `helm.sh/chart` have room for. */
const maxLength = 63;

/**
 * A version that sorts below the release it is on the way to, and that no other commit has. It is a legal
 * image tag, Helm version and, with up to 63 characters, Kubernetes label.
 *
 * @example formatPrerelease('1.5.0', { name: 'feature/prices', distance: 3, hash: '1a2b3c4d…' }) // '1.5.0-feature-prices.3.1a2b3c4d'
 */
export function formatPrerelease(
  next: Version,
  { name, distance, hash }: PrereleaseParts,
): Version {
  const end = `${distance}.${formatHash(hash)}`;
  const room = Math.max(1, Math.min(maxSlugLength, maxLength - `${next}-.${end}`.length));
  return parseVersion(`${next}-${formatSlug(name, room)}.${end}`);
}

/**
 * A name as one identifier of a prerelease: letters, digits and “-”, never a number.
 *
 * @example formatSlug('feature/New prices!') // 'feature-new-prices'
 */
export function formatSlug(name: string, maxLength = maxSlugLength): string {
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const cut = cutEnd(words, maxLength);
  return cut === '' || isNumber(cut) ? cutEnd(`branch-${words}`, maxLength) : cut;
}

function cutEnd(words: string, maxLength: number): string {
  return words.slice(0, maxLength).replace(/-$/, '');
}

/** Digits alone would be compared as a number, and not be legal with a leading zero (SemVer 2.0.0 §9). */
function formatHash(hash: string): string {
  const short = hash.slice(0, hashDigits);
  return isNumber(short) ? `g${short}` : short;
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
