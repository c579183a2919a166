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
  return parseVersion(`${next}-${formatSlug(name)}.${distance}.${formatHash(hash)}`);
}

/**
 * A name as one identifier of a prerelease: letters, digits and “-”, never a number.
 *
 * @example formatSlug('feature/New prices!') // 'feature-new-prices'
 */
export function formatSlug(name: string): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const slug = words.slice(0, maxSlugLength + 1).replaceAll(/^-|-$/g, '');
  const cut = slug.slice(0, maxSlugLength).replace(/-$/, '');
  if (cut === '') return 'branch';
  return isNumber(cut) ? `branch-${cut}` : cut;
}

/** Digits alone would be compared as a number, and not be legal with a leading zero (SemVer 2.0.0 §9). */
function formatHash(hash: string): string {
  const short = hash.slice(0, hashDigits);
  return isNumber(short) ? `g${short}` : short;
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
