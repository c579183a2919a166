import { SlipwayError } from '@slipway/core/errors';
import {
  selectVersionTags,
  type Change,
  type Commit,
  type LevelRules,
  type Tag,
  type VersionTag,
} from '@slipway/core/version';
import type { GitRepository, PathPattern } from '@slipway/io/git';
import { readOwnChanges, tryReadLine, type Line, type Scope } from './line.js';
import { computePlace, type Checkout, type Place } from './place.js';

/** Which service is asked about. */
export interface ServiceRequest {
  readonly service: string;
  readonly tagPrefix: string;
  /** Empty: the whole repository. */
  readonly paths: readonly PathPattern[];
}

/** What all services of one checkout have in common. */
export interface HistoryContext {
  readonly repository: GitRepository;
  readonly head: Commit;
  readonly checkout: Checkout;
  readonly releaseBranches: readonly string[];
  readonly isOnReleaseLine: boolean;
  /** Where HEAD's branch left a release branch, or what its pull request would be merged into. */
  readonly branchPoint?: string;
  readonly tags: readonly Tag[];
  /** What `isChanged` compares with; absent: the last version tag, or where the branch began. */
  readonly compareWith?: string;
}

/** All that the version of a service depends on. */
export interface ServiceHistory {
  readonly service: string;
  readonly tagPrefix: string;
  readonly place: Place;
  /** The commit that is checked out. */
  readonly head: Commit;
  readonly tags: readonly VersionTag[];
  /** Up to HEAD; on a branch up to where it began. */
  readonly line: Line;
  /** What a branch or pull request adds to the line, oldest first; empty where releases are made. */
  readonly own: readonly Change[];
  readonly isChanged: boolean;
  /** The commits of the line since what it is compared with; empty where that is not given. */
  readonly pushed: ReadonlySet<string>;
}

/**
 * Reads what there is to know about one service at HEAD.
 *
 * @throws SlipwayError `no-version` when no commit touches the service
 */
export async function readServiceHistory(
  context: HistoryContext,
  request: ServiceRequest,
  levels: LevelRules,
): Promise<ServiceHistory> {
  const { repository, head } = context;
  const { service, tagPrefix, paths } = request;
  const scope = { tags: selectVersionTags(context.tags, tagPrefix), paths, levels };
  const isNamed = scope.tags.some(({ hash }) => hash === head.hash);
  const place: Place = isNamed
    ? { kind: 'release' }
    : computePlace(context.checkout, service, context);
  const read = place.kind === 'other' ? readBranch(context, scope) : readRelease(context, scope);
  const { line = emptyLine, own, isNew } = await read;
  if (line === emptyLine && own.length === 0) throw refuseUntouched(request);
  const { compareWith: from } = context;
  const isChanged =
    from === undefined ? isNew : await repository.hasCommits({ from, to: head.hash, paths });
  const pushed =
    from === undefined
      ? []
      : await readOwnChanges(repository, { from, to: head.hash, paths }, levels);
  return {
    service,
    tagPrefix,
    place,
    head,
    tags: scope.tags,
    line,
    own,
    isChanged,
    pushed: new Set(pushed.map(({ hash }) => hash)),
  };
}

interface Found {
  readonly line: Line | undefined;
  readonly own: readonly Change[];
  readonly isNew: boolean;
}

const emptyLine: Line = { names: [], changes: [] };

async function readRelease(context: HistoryContext, scope: Scope): Promise<Found> {
  const { hash } = context.head;
  const line = await tryReadLine(context.repository, hash, scope);
  const names = line?.names ?? [];
  const isTagged = names.length > 0 && !names.some((tag) => tag.hash === hash);
  return { line, own: [], isNew: !isTagged };
}

/** Without a point where it began, what a branch adds is all that is new since the last release. */
async function readBranch(context: HistoryContext, scope: Scope): Promise<Found> {
  const { repository, head, branchPoint } = context;
  const line = await tryReadLine(repository, branchPoint ?? head.hash, scope);
  const from = branchPoint ?? line?.base?.hash;
  const range = { ...(from === undefined ? {} : { from }), to: head.hash, paths: scope.paths };
  const own = await readOwnChanges(repository, range, scope.levels);
  const isWhole = branchPoint === undefined && line !== undefined;
  return { line: isWhole ? { ...line, changes: [] } : line, own, isNew: own.length > 0 };
}

function refuseUntouched({ service, paths }: ServiceRequest): SlipwayError {
  const where = paths.length === 0 ? 'the repository' : paths.join(', ');
  return new SlipwayError(
    'no-version',
    `there is nothing to version: no commit of ${service} touches ${where}`,
    { fix: 'Check the paths of the service: they are relative to the root of the repository.' },
  );
}
