import type { Level, Version } from './version.js';

/** What a version changes against the one before: `major`, `minor`, `patch` or `none`. No annotation of OCI says it. */
export const levelLabel = 'slipway.dev/level';

export interface AnnotationSource {
  readonly version: Version;
  readonly level: Level | 'none';
  /** The whole hash of the commit. */
  readonly revision: string;
  /** When that was committed, in seconds since 1970: not when it was built, so that images can be rebuilt. */
  readonly seconds: number;
  /** Where the repository can be read. */
  readonly url?: string;
}

/**
 * What an image says about its own making, as labels and as annotations.
 *
 * @example formatAnnotations({ version: '1.5.0', level: 'minor', revision: '1a2b…', seconds: 0 }) // { 'org.opencontainers.image.version': '1.5.0', … }
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/annotations.md
 */
export function formatAnnotations(source: AnnotationSource): Readonly<Record<string, string>> {
  const { version, level, revision, seconds, url } = source;
  return {
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': revision,
    'org.opencontainers.image.created': formatSeconds(seconds),
    ...(url === undefined ? {} : { 'org.opencontainers.image.source': url }),
    [levelLabel]: level,
  };
}

/** @example formatSeconds(0) // '1970-01-01T00:00:00Z', as RFC 3339 has it */
function formatSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
