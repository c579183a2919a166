import {
  computeChange,
  isRelease,
  selectVersionTags,
  tryFindForeignTag,
  tryFindUncounted,
  type Change,
  type Commit,
  type LevelRules,
  type PathPattern,
  type Tag,
  type VersionTag,
} from '@slipway/core/version';

/** Which service is asked about. */
export interface ServiceRequest {
  readonly service: string;
  readonly tagPrefix: string;
  /** Empty: the whole repository. */
  readonly paths: readonly PathPattern[];
}

/** A service with the tags that are its own. */
export interface Scope extends ServiceRequest {
  /** All tags that name versions of it, highest version first. */
  readonly tags: readonly VersionTag[];
  /** Those that name no prerelease. */
  readonly releases: readonly VersionTag[];
  /** Where there are none, a version with another prefix. */
  readonly foreign?: VersionTag;
  /** Would be the highest version, were its numbers not too large. */
  readonly uncounted?: Tag;
}

/** The tags of each service; what has none of its own may find another's, which is looked for once. */
export function createScopes(
  requests: readonly ServiceRequest[],
  tags: readonly Tag[],
): readonly Scope[] {
  const foreign = new Map<string, VersionTag | undefined>();
  const findForeign = (prefix: string): VersionTag | undefined => {
    const usual = ['', 'v'].includes(prefix) ? prefix : '?';
    if (!foreign.has(usual)) foreign.set(usual, tryFindForeignTag(tags, usual));
    return foreign.get(usual);
  };
  return requests.map((request) => {
    const own = selectVersionTags(tags, request.tagPrefix);
    const other = own.length === 0 ? findForeign(request.tagPrefix) : undefined;
    const uncounted = tryFindUncounted(tags, request.tagPrefix, own[0]?.version);
    return {
      ...request,
      tags: own,
      releases: own.filter(({ version }) => isRelease(version)),
      ...(other === undefined ? {} : { foreign: other }),
      ...(uncounted === undefined ? {} : { uncounted }),
    };
  });
}

/**
 * The history of a shallow clone ends where somebody cut it off, which looks like a first commit: what was read up
 * to there says nothing. Or a branch is not there that the remote has.
 */
export class CutOffError extends Error {
  override readonly name = 'CutOffError';
  /** Whether only the whole history can say more. */
  readonly needsAll: boolean;
  /** Branches that are needed. */
  readonly branches: readonly string[];

  constructor(
    message: string,
    {
      needsAll = false,
      branches = [],
    }: { readonly needsAll?: boolean; readonly branches?: readonly string[] } = {},
  ) {
    super(message);
    this.needsAll = needsAll;
    this.branches = branches;
  }
}

/** @throws CutOffError where the clone is shallow and the commit has no parents */
export function assertWhole(isShallow: boolean, { parents }: Pick<Commit, 'parents'>): void {
  if (isShallow && parents.length === 0) throw new CutOffError('the history is cut off');
}

/** Reads each commit once, however many services it belongs to. */
export function createChangeReader(rules: LevelRules): (commit: Commit) => Change {
  let newest: { readonly hash: string; readonly change: Change } | undefined;
  return (commit) => {
    if (newest?.hash !== commit.hash) {
      newest = { hash: commit.hash, change: computeChange(commit, [], rules) };
    }
    return newest.change;
  };
}
