import { SlipwayError } from '@slipway/core/errors';
import type { LevelRules, Tag } from '@slipway/core/version';
import {
  openRepository,
  refuseIncomplete,
  type GitRemote,
  type GitRepository,
  type Refs,
} from '@slipway/io/git';
import type { Logger } from '@slipway/io/log';
import type { CompareWith } from './compare.js';
import { listTips, tryFindFork } from './fork.js';
import { computeCheckout, computePlace, type Checkout, type Place } from './place.js';
import { createScope, CutOffError, type Scope, type ServiceRequest } from './scope.js';
import { readServiceHistories, type ServiceHistory } from './service-history.js';

export interface HistoryOptions {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** What GitHub says was checked out. */
  readonly checkout: { readonly ref?: string; readonly commit?: string };
  readonly releaseBranches: readonly string[];
  readonly levels: LevelRules;
  readonly compareWith?: CompareWith;
  /** Whether what a clone left out may be fetched. */
  readonly mayFetch: boolean;
}

export interface Histories {
  readonly repository: GitRepository;
  /** In the order in which the services were asked for. */
  readonly services: readonly ServiceHistory[];
}

/** So many commits more a shallow clone gets at first, and four times as many each time it was not enough. */
const firstDeepening = 64;
const deepeningFactor = 4;
const lastDeepening = 16_384;

const shallow = 'this clone is shallow: older commits are cut off';
const tagless = 'this clone has no version tags';
const partial = 'this clone may have some of its tags only, by what it fetches';

/**
 * Reads the history of services in a work tree. Of what a shallow clone or one without all tags left out it fetches
 * what is needed: the names of the tags, and older commits until the version is certain.
 *
 * @throws SlipwayError `history-incomplete` when it cannot be had; `no-version` before the first commit, and for a
 * service that no commit touches
 */
export async function readHistories(
  folder: string,
  requests: readonly ServiceRequest[],
  options: HistoryOptions,
): Promise<Histories> {
  const repository = await openRepository(folder, options);
  let refs = await repository.readRefs();
  const told = await listRemoteRefs(repository, refs, requests, options);
  for (let commits = firstDeepening; ; commits *= deepeningFactor) {
    try {
      const services = await readOnce(repository, refs, requests, options, told);
      return { repository, services };
    } catch (error) {
      if (!(error instanceof CutOffError)) throw error;
      const count = error.needsAll || commits > lastDeepening ? undefined : commits;
      await deepen(repository, count, told, options);
      refs = await repository.readRefs();
    }
  }
}

/** What the remote says where the clone may not know; undefined where it is not asked. */
async function listRemoteRefs(
  repository: GitRepository,
  refs: Refs,
  requests: readonly ServiceRequest[],
  { mayFetch, releaseBranches, logger }: HistoryOptions,
): Promise<Refs | undefined> {
  const isTagless = requests.some((request) => createScope(request, refs.tags).tags.length === 0);
  const remote = await repository.tryFindRemote();
  const isPartial = isTagless || remote?.bringsAllTags === false;
  if (!repository.isShallow && !isPartial) return undefined;
  const why = repository.isShallow ? shallow : isTagless ? tagless : partial;
  if (!mayFetch && (repository.isShallow || remote !== undefined)) {
    throw refuseIncomplete(why, remote?.name ?? 'origin', undefined, nameCommand(why, remote));
  }
  if (remote === undefined) return undefined;
  logger.info(`${why}; ${remote.name} is asked for them`);
  const branches = releaseBranches.map((name) => `refs/heads/${name}`);
  return remote.listRefs(['refs/tags/*', ...branches], why);
}

/** What makes a clone fetch all tags, from now on; undefined where the usual command does. */
function nameCommand(why: string, remote: GitRemote | undefined): string | undefined {
  if (why !== partial || remote === undefined) return undefined;
  return `git config remote.${remote.name}.tagOpt --tags && git fetch ${remote.name}`;
}

async function readOnce(
  repository: GitRepository,
  refs: Refs,
  requests: readonly ServiceRequest[],
  options: HistoryOptions,
  told: Refs | undefined,
): Promise<readonly ServiceHistory[]> {
  const { releaseBranches } = options;
  const head = refs.head === undefined ? undefined : await repository.tryReadCommit(refs.head);
  if (head === undefined) {
    throw new SlipwayError('no-version', 'there is no commit yet', { fix: 'Commit something.' });
  }
  const checkout = await findCheckout(repository, head.hash, options.checkout);
  const isOnReleaseBranch = checkout.kind === 'branch' && releaseBranches.includes(checkout.name);
  const tips = isOnReleaseBranch ? [] : listTips(refs, releaseBranches);
  const mayHaveTips = repository.isShallow && told !== undefined && told.branches.size > 0;
  if (!isOnReleaseBranch && tips.length === 0 && mayHaveTips) {
    throw new CutOffError('the release branches are not there');
  }
  const { commit: merged } = options.checkout;
  const fork = isOnReleaseBranch
    ? undefined
    : await tryFindFork(repository, head, checkout, {
        tips,
        ...(merged === undefined ? {} : { merged }),
      });
  const place = { releaseBranches, isOnReleaseLine: fork?.at === head.hash };
  const { levels, compareWith } = options;
  const context = {
    ...{ repository, head, levels },
    ...(fork === undefined ? {} : { fork }),
    ...(compareWith === undefined ? {} : { compareWith }),
  };
  const tags = await keepCommits(repository, joinTags(refs.tags, told?.tags ?? []), requests);
  const placed = requests.map((request) => {
    const scope = createScope(request, tags);
    return { scope, place: findPlace(scope, head.hash, checkout, place) };
  });
  return readServiceHistories(context, placed);
}

/** A commit that has a version is where a release was made, whatever branch is checked out. */
function findPlace(
  { tags, service }: Scope,
  head: string,
  checkout: Checkout,
  options: Parameters<typeof computePlace>[2],
): Place {
  const isNamed = tags.some(({ hash }) => hash === head);
  return isNamed ? { kind: 'release' } : computePlace(checkout, service, options);
}

/** The branch of the work tree is asked for where GitHub does not say it. */
async function findCheckout(
  repository: GitRepository,
  head: string,
  told: HistoryOptions['checkout'],
): Promise<Checkout> {
  const found = computeCheckout({ head, ...told });
  if (found.kind !== 'detached') return found;
  const branch = await repository.tryReadBranch();
  return computeCheckout({ head, ...told, ...(branch === undefined ? {} : { branch }) });
}

/** Where both know a tag, the remote is right: that is where versions are reserved. */
function joinTags(own: readonly Tag[], told: readonly Tag[]): readonly Tag[] {
  return [...new Map([...own, ...told].map((tag) => [tag.name, tag])).values()];
}

/** The tags of versions without those that name a file or a folder. */
async function keepCommits(
  repository: GitRepository,
  tags: readonly Tag[],
  requests: readonly ServiceRequest[],
): Promise<readonly Tag[]> {
  const named = requests.flatMap((request) => createScope(request, tags).tags);
  const others = await repository.listOthers(named.map(({ hash }) => hash));
  return others.size === 0 ? tags : tags.filter(({ hash }) => !others.has(hash));
}

async function deepen(
  repository: GitRepository,
  commits: number | undefined,
  told: Refs | undefined,
  { mayFetch, logger }: HistoryOptions,
): Promise<void> {
  const remote = await repository.tryFindRemote();
  if (remote === undefined || !mayFetch) {
    const why = mayFetch ? `${shallow}, and it has no remote to fetch them from` : shallow;
    throw refuseIncomplete(why, remote?.name ?? 'origin');
  }
  logger.info(
    `${shallow}; ${commits === undefined ? 'all' : `${commits} more`} are fetched from ${remote.name}`,
  );
  const refs = await listNeededRefs(repository, remote, told);
  await remote.deepen({ refs, ...(commits === undefined ? {} : { commits }) }, shallow);
  await repository.refresh();
  if (commits === undefined && repository.isShallow) {
    throw refuseIncomplete('the repository that it was cloned from is shallow', remote.name);
  }
}

/** What is checked out, and the release branches. */
async function listNeededRefs(
  repository: GitRepository,
  { name }: GitRemote,
  told: Refs | undefined,
): Promise<readonly string[]> {
  const { head } = await repository.readRefs();
  const branches = [...(told?.branches.keys() ?? [])].map(
    (ref) => `+${ref}:${ref.replace('refs/heads/', `refs/remotes/${name}/`)}`,
  );
  return [...(head === undefined ? [] : [head]), ...branches];
}
