import type { Tag } from '@slipway/core/version';
import { isHash } from './read-commits.js';

/** What the refs of a repository name, through however many tag objects. */
export interface Refs {
  /** The commit that is checked out; absent before the first one. */
  readonly head?: string;
  readonly tags: readonly Tag[];
  /** By the whole name: `refs/heads/main`, `refs/remotes/origin/main`. */
  readonly branches: ReadonlyMap<string, string>;
}

/**
 * Reads what `git show-ref --head --dereference` or `git ls-remote` writes. Of an annotated tag the second line,
 * `refs/tags/v1.0.0^{}`, has the commit.
 *
 * @example readRefs('1a2b… HEAD\n3c4d… refs/tags/v1.0.0\n') // { head: '1a2b…', tags: [{ name: 'v1.0.0', hash: '3c4d…' }], … }
 */
export function readRefs(text: string): Refs {
  const tags = new Map<string, string>();
  const branches = new Map<string, string>();
  let head: string | undefined;
  for (const line of text.split('\n')) {
    const { hash = '', name = '' } = /^(?<hash>[0-9a-f]+)\s(?<name>.+)$/.exec(line)?.groups ?? {};
    if (!isHash(hash)) continue;
    if (name === 'HEAD') head = hash;
    else if (name.startsWith('refs/tags/')) tags.set(name.slice(10).replace(/\^\{\}$/, ''), hash);
    else branches.set(name, hash);
  }
  return {
    ...(head === undefined ? {} : { head }),
    tags: [...tags].map(([name, hash]) => ({ name, hash })),
    branches,
  };
}
