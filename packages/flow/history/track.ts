import {
  compareVersions,
  isRelease,
  isUntoldMerge,
  type Change,
  type Commit,
  type LevelRules,
  type VersionTag,
} from '@slipway/core/version';
import type { LoggedCommit } from '@slipway/io/git';
import type { Scope } from './scope.js';

/** A commit of a line: what it means, or a merge that has to be looked into. */
export type TrackItem =
  | { readonly kind: 'told'; readonly change: Change }
  | { readonly kind: 'merge'; readonly commit: Commit; readonly position: number };

/** A commit of the line, as it concerns one service. */
export interface LineStep {
  readonly commit: LoggedCommit;
  /** On the line, from its newest commit on. */
  readonly position: number;
  /** Whether it touches the service. */
  readonly isOwn: boolean;
  /** The service's own tags of it, highest version first. */
  readonly tags: readonly VersionTag[];
}

/**
 * One service, while the line is read from its newest commit on: what is found of it, until the newest tag before
 * its last commit.
 */
export class Track {
  readonly scope: Scope;
  /** The tags of its last commit, or of later ones that do not touch the service. */
  readonly names: VersionTag[] = [];
  /** Newest first. */
  readonly items: TrackItem[] = [];
  /** The last commit that touches it. */
  last: Pick<Commit, 'hash' | 'seconds'> | undefined;
  /** The highest release of the newest commit before `last` that has one. */
  candidate: VersionTag | undefined;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /** Takes the next older commit of the line; with a candidate it is done. */
  take(
    { commit, position, isOwn, tags }: LineStep,
    read: (commit: Commit) => Change,
    levels: LevelRules,
  ): void {
    if (this.last === undefined) {
      this.names.push(...tags);
      if (isOwn) this.last = { hash: commit.hash, seconds: commit.seconds };
    } else {
      this.candidate = tags.find(({ version }) => isRelease(version));
    }
    if (!isOwn || this.candidate !== undefined) return;
    this.items.push(
      isUntoldMerge(commit, levels)
        ? { kind: 'merge', commit: withoutPaths(commit), position }
        : { kind: 'told', change: read(commit) },
    );
  }

  /** Releases that may be further back, or on a branch that was merged, and that count before the candidate. */
  listHigher(): readonly VersionTag[] {
    const { candidate } = this;
    const named = new Set(this.names.map(({ name }) => name));
    return this.scope.releases.filter(
      ({ name, version }) =>
        !named.has(name) &&
        (candidate === undefined || compareVersions(version, candidate.version) > 0),
    );
  }
}

function withoutPaths({ hash, parents, seconds, message }: LoggedCommit): Commit {
  return { hash, parents, seconds, message };
}

/** A track with what is on its line; `base` only where it is none of the line's own commits, or further back. */
export interface FoundLine {
  readonly track: Track;
  readonly items: readonly TrackItem[];
  readonly base?: VersionTag;
}
