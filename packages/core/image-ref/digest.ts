import { invalidInput } from '../errors/index.js';
import { parseTag, type Tag } from './tag.js';

declare const brand: unique symbol;

/**
 * An algorithm, `:` and its lower-case hex digits: `sha256:` and 64, `sha384:` and 96, `sha512:` and 128.
 * These are the algorithms that registries know (OCI image specification, digests; go-digest).
 */
export type Digest = string & { readonly [brand]: 'digest' };

export type DigestAlgorithm = 'sha256' | 'sha384' | 'sha512';

const digestPattern =
  /^(?:sha256:[0-9a-f]{64}|(?<sha384>sha384):[0-9a-f]{96}|(?<sha512>sha512):[0-9a-f]{128})$/;
const maxEncodedLength = 64;

/** The digest, or undefined when the text is not one. */
export function tryParseDigest(text: string): Digest | undefined {
  return isDigest(text) ? text : undefined;
}

function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}

/**
 * @example parseDigest('sha256:e3b0…b855')
 * @throws SlipwayError `invalid-input`; other algorithms than sha256, sha384 and sha512 are refused
 */
export function parseDigest(text: string, subject = 'digest'): Digest {
  const digest = tryParseDigest(text);
  if (digest !== undefined) return digest;
  throw invalidInput([
    {
      subject,
      given: text,
      expected:
        'sha256: and 64 lower-case hex digits (or sha384: and 96, or sha512: and 128 of them)',
    },
  ]);
}

/**
 * The digest that hex digits name: `digestOf('e3b0…b855')` → `sha256:e3b0…b855`.
 *
 * @throws SlipwayError `invalid-input` when they are not as many as the algorithm gives
 */
export function digestOf(hex: string, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return parseDigest(`${algorithm}:${hex}`);
}

/** @example algorithmOf(parseDigest('sha512:cf83…')) // 'sha512' */
export function algorithmOf(digest: Digest): DigestAlgorithm {
  const { sha384, sha512 } = digestPattern.exec(digest)?.groups ?? {};
  if (sha512 !== undefined) return 'sha512';
  return sha384 === undefined ? 'sha256' : 'sha384';
}

/** @example hexOf(parseDigest('sha256:e3b0…')) // 'e3b0…' */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/**
 * The tag under which the referrers of a digest are listed where a registry has no API for them: the
 * algorithm, `-` and the first 64 hex digits (OCI distribution specification, referrers tag schema). Two
 * sha512 digests that begin alike would share a tag; what is listed there names its subject itself.
 *
 * @example referrersTag(parseDigest('sha256:e3b0…b855')) // 'sha256-e3b0…b855'
 */
export function referrersTag(digest: Digest): Tag {
  return parseTag(`${algorithmOf(digest)}-${hexOf(digest).slice(0, maxEncodedLength)}`);
}
