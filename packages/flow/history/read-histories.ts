import { SlipwayError } from '@slipway/core/errors';
import { hasVersionTag, type LevelRules, type Tag } from '@slipway/core/version';
import {
  openRepository,
  refuseIncomplete,
  type GitRemote,
  type GitRepository,
  type Refs,
} from '@slipway/io/git';
import type { Logger } from '@slipway/io/log';
import type { CompareWith } from './compare.js';
import { computeCheckout, findPushedTag, type Checkout } from './place.js';
import type { Scene } from './scene.js';
import { createScopes, CutOffError, type Scope, type ServiceRequest } from './scope.js';
import {
  readServiceHistories,
  type ServiceHistories,
  type ServiceHistory,
} from './service-history.js';

export interface HistoryOptions {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** What GitHub says was checked out. */
  readonly checkout: {
    readonly ref?: string;
    readonly commit?: string;
    readonly target?: string;
    readonly isAgain?: boolean;
  };
  readonly releaseBranches: readonly string[];
  readonly levels: LevelRules;
  readonly compareWith?: CompareWith;
  /** Whether services that no commit touches are left out, as long as there are others. */
  readonly leavesOut?: boolean;
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
/** The checkout of such a run sets the branch of the remote to the commit that it had then. */
const again = 'this run is started again: later commits may be missing';

/**
 * Reads the history of services in a work tree. Of what a shallow clone or one without all tags left out it fetches
 * what is needed: the names of the tags, and older commits until the version is certain.
 *
 * @throws SlipwayError `history-incomplete` when it cannot be had; `no-version` before the first commit, and for a
 * service that no commit touches, unless it is left out
 */
export async function readHistories(
  folder: string,
  requests: readonly ServiceRequest[],
  options: HistoryOptions,
): Promise<Histories> {
  const repository = await openRepository(folder, options);
  const remote = await repository.tryFindRemote();
  let refs = await repository.readRefs();
  const told = await listRemoteRefs(repository, remote, refs, requests, options);
  const source = { repository, ...(remote && { remote }), ...(told && { told }) };
  const fetched = new Set<string>();
  for (let commits = firstDeepening; ; commits *= deepeningFactor) {
    try {
      const known = { refs, fetched };
      const found = await readOnce(source, requests, known, options);
      return { repository, services: keepTouched(found, options) };
    } catch (error) {
      if (!(error instanceof CutOffError)) throw error;
      for (const branch of error.branches) fetched.add(branch);
      const count = error.needsAll || commits > lastDeepening ? undefined : commits;
      await fetchMissing(source, count, fetched, options);
      refs = await repository.readRefs();
    }
  }
}

function keepTouched(
  { services, untouched }: ServiceHistories,
  { leavesOut = false, logger }: HistoryOptions,
): readonly ServiceHistory[] {
  const [first] = untouched;
  if (first !== undefined && (!leavesOut || services.length === 0)) throw first;
  for (const { message } of untouched) logger.warning(`${message}; it is left out`);
  return services;
}

/** A clone, where it is from, and what that says of its refs. */
interface Source {
  readonly repository: GitRepository;
  readonly remote?: GitRemote;
  /** Undefined where it is not asked. */
  readonly told?: Refs;
}

/** What the remote says where the clone may not know; undefined where it is not asked. */
async function listRemoteRefs(
  repository: GitRepository,
  remote: GitRemote | undefined,
  refs: Refs,
  requests: readonly ServiceRequest[],
  { mayFetch, releaseBranches, checkout, logger }: HistoryOptions,
): Promise<Refs | undefined> {
  const isTagless = requests.some(({ tagPrefix }) => !hasVersionTag(refs.tags, tagPrefix));
  const isPartial = isTagless || remote?.bringsAllTags === false;
  const isAgain = checkout.isAgain === true && mayFetch;
  if (!repository.isShallow && !isPartial && !isAgain) return undefined;
  const why = nameReason(repository.isShallow, { isTagless, isPartial });
  if (!mayFetch && (repository.isShallow || remote !== undefined)) {
    throw refuseIncomplete(why, remote?.name ?? 'origin', undefined, nameCommand(why, remote));
  }
  if (remote === undefined) return undefined;
  logger.info(`${why}; ${remote.name} is asked for them`);
  const { target } = checkout;
  const branches = [...releaseBranches, ...(target === undefined ? [] : [target]), 'release/*'];
  return remote.listRefs(['refs/tags/*', ...branches.map((name) => `refs/heads/${name}`)], why);
}

function nameReason(
  isShallow: boolean,
  { isTagless, isPartial }: { readonly isTagless: boolean; readonly isPartial: boolean },
): string {
  if (isShallow) return shallow;
  if (isTagless) return tagless;
  return isPartial ? partial : again;
}

/** What makes a clone fetch all tags, from now on; undefined where the usual command does. */
function nameCommand(why: string, remote: GitRemote | undefined): string | undefined {
  if (why !== partial || remote === undefined) return undefined;
  return `git config remote.${remote.name}.tagOpt --tags && git fetch ${remote.name}`;
}

async function readOnce(
  { repository, remote, told }: Source,
  requests: readonly ServiceRequest[],
  { refs, fetched }: Pick<Scene, 'refs' | 'fetched'>,
  options: HistoryOptions,
): Promise<ServiceHistories> {
  const head = refs.head === undefined ? undefined : await repository.tryReadCommit(refs.head);
  if (head === undefined) {
    throw new SlipwayError('no-version', 'there is no commit yet', { fix: 'Commit something.' });
  }
  const { commit: merged } = options.checkout;
  const { releaseBranches, levels, compareWith } = options;
  const pushedTag = findPushedTag({ head: head.hash, ...options.checkout });
  const scene: Scene = {
    ...{ repository, head, refs, fetched, releaseBranches, levels },
    checkout: await findCheckout(repository, head.hash, options.checkout),
    isOwnUrl: (url) => remote?.isAt(url) ?? true,
    ...(merged === undefined ? {} : { merged }),
    ...(pushedTag === undefined ? {} : { pushedTag }),
    ...(told && remote && { told: { ...told, branches: nameFetched(told, remote) } }),
    ...(compareWith === undefined ? {} : { compareWith }),
  };
  const tags = joinTags(refs.tags, told?.tags ?? []);
  return readServiceHistories(scene, await createCommitScopes(repository, tags, requests));
}

/** The names that its branches have in this clone. */
function nameFetched({ branches }: Refs, { name }: GitRemote): ReadonlyMap<string, string> {
  const here = (ref: string): string => ref.replace('refs/heads/', `refs/remotes/${name}/`);
  return new Map([...branches].map(([ref, hash]) => [here(ref), hash]));
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

/** Without the tags that name a file or a folder. */
async function createCommitScopes(
  repository: GitRepository,
  tags: readonly Tag[],
  requests: readonly ServiceRequest[],
): Promise<readonly Scope[]> {
  const scopes = createScopes(requests, tags);
  const named = new Set(scopes.flatMap((scope) => scope.tags.map(({ hash }) => hash)));
  const others = await repository.listOthers([...named]);
  if (others.size === 0) return scopes;
  return createScopes(
    requests,
    tags.filter(({ hash }) => !others.has(hash)),
  );
}

async function fetchMissing(
  { repository, remote, told }: Source,
  commits: number | undefined,
  fetched: ReadonlySet<string>,
  { mayFetch, releaseBranches, checkout, logger }: HistoryOptions,
): Promise<void> {
  if (remote === undefined || !mayFetch) {
    const why = mayFetch ? `${shallow}, and it has no remote to fetch them from` : shallow;
    throw refuseIncomplete(why, remote?.name ?? 'origin');
  }
  const needed = new Set([...releaseBranches, ...fetched, checkout.target ?? '']);
  const branches = [...(told?.branches.keys() ?? [])]
    .map((ref) => ref.replace('refs/heads/', ''))
    .filter((branch) => needed.has(branch));
  if (repository.isShallow) {
    const depth = commits ?? 'all';
    const count = depth === 'all' ? depth : `${depth} more`;
    logger.info(`${shallow}; ${count} are fetched from ${remote.name}`);
    await deepen(repository, remote, { depth, branches });
  } else {
    logger.info(`${branches.join(', ')} are fetched from ${remote.name}`);
    await remote.fetch({ branches }, partial);
  }
}

async function deepen(
  repository: GitRepository,
  remote: GitRemote,
  what: { readonly depth: number | 'all'; readonly branches: readonly string[] },
): Promise<void> {
  const { head } = await repository.readRefs();
  const boundary = await repository.listRoots('HEAD');
  await remote.fetch({ ...what, boundary, ...(head === undefined ? {} : { head }) }, shallow);
  await repository.refresh();
  if (what.depth === 'all' && repository.isShallow) {
    throw refuseIncomplete('the repository that it was cloned from is shallow', remote.name);
  }
}
