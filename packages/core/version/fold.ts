import type { Change } from './commit-level.js';
import { formatPrerelease } from './prerelease.js';
import { bumpVersion, type Version } from './version.js';

/** The version of one commit of a line. */
export interface VersionStep {
  readonly change: Change;
  readonly version: Version;
  /** The release before it on the line; absent before the first one. */
  readonly previous?: Version;
  readonly isRelease: boolean;
}

export interface FoldOptions {
  /** The release that the line begins after; absent where there was none yet. */
  readonly from?: Version;
  /** What the first release is called. */
  readonly initial: Version;
}

/**
 * The versions of the commits of a line, each bumped by its own level. A commit of level `none` gets a
 * prerelease of the next patch, which counts the commits since the last release: it is the same whether or
 * not that release has been tagged meanwhile.
 *
 * @param changes oldest first
 * @example foldVersions([feat, docs, fix], { from: '1.4.0', initial }) // 1.5.0, 1.5.1-dev.1.1a2b3c4d, 1.5.1
 */
export function foldVersions(
  changes: readonly Change[],
  { from, initial }: FoldOptions,
): readonly VersionStep[] {
  let released = from;
  let distance = 0;
  return changes.map((change) => {
    const previous = released === undefined ? {} : { previous: released };
    if (change.level === 'none') {
      distance += 1;
      const next = released === undefined ? initial : bumpVersion(released, 'patch');
      const version = formatPrerelease(next, { name: 'dev', distance, hash: change.hash });
      return { change, version, ...previous, isRelease: false };
    }
    const version = released === undefined ? initial : bumpVersion(released, change.level);
    released = version;
    distance = 0;
    return { change, version, ...previous, isRelease: true };
  });
}
