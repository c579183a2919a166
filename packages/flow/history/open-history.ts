import { SlipwayError } from '@slipway/core/errors';
import { selectVersionTags, type Commit, type Tag } from '@slipway/core/version';
import { openRepository, type GitRepository } from '@slipway/io/git';
import type { Logger } from '@slipway/io/log';
import { computeCheckout, type Checkout } from './place.js';
import type { HistoryContext, ServiceRequest } from './service-history.js';

export interface OpenHistoryOptions {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** What GitHub says was checked out. */
  readonly checkout: { readonly ref?: string; readonly commit?: string };
  readonly releaseBranches: readonly string[];
  /** A ref to compare with. */
  readonly base?: string;
}

/**
 * Opens the history of a work tree, and sees to it that nothing of it is missing: what a shallow clone or one
 * without tags left out is fetched.
 *
 * @throws SlipwayError `history-incomplete` when it cannot be had; `no-version` before the first commit
 */
export async function openHistory(
  folder: string,
  requests: readonly ServiceRequest[],
  options: OpenHistoryOptions,
): Promise<HistoryContext> {
  const { releaseBranches } = options;
  const repository = await openRepository(folder, options);
  const tags = await readAllTags(repository, requests);
  const head = await repository.tryReadCommit('HEAD');
  if (head === undefined) throw refuse('no-version', 'there is no commit yet', 'Commit something.');
  const branch = await repository.tryReadBranch();
  const checkout = computeCheckout({
    head: head.hash,
    ...options.checkout,
    ...(branch === undefined ? {} : { branch }),
  });
  const branchPoint = await tryFindBranchPoint(repository, head, checkout, options);
  const compareWith = await tryResolveBase(repository, options.base);
  return {
    repository,
    head,
    checkout,
    releaseBranches,
    isOnReleaseLine: branchPoint === head.hash,
    tags,
    ...(branchPoint === undefined ? {} : { branchPoint }),
    ...(compareWith === undefined ? {} : { compareWith }),
  };
}

/** A clone that has no version tag of a service may just have left them out: its remote is asked. */
async function readAllTags(
  repository: GitRepository,
  requests: readonly ServiceRequest[],
): Promise<readonly Tag[]> {
  if (await repository.isShallow()) {
    await repository.deepen();
    return repository.listTags();
  }
  const tags = await repository.listTags();
  const isTagless = requests.some(
    ({ tagPrefix }) => selectVersionTags(tags, tagPrefix).length === 0,
  );
  if (!isTagless || (await repository.tryFindRemote()) === undefined) return tags;
  await repository.fetchTags();
  return repository.listTags();
}

/**
 * Of a pull request's merge commit it is what it would be merged into; of anything else, where it left a
 * release branch; of a commit that lies on a release branch's own line, the commit itself.
 */
async function tryFindBranchPoint(
  repository: GitRepository,
  head: Commit,
  checkout: Checkout,
  options: OpenHistoryOptions,
): Promise<string | undefined> {
  const [target, ...others] = head.parents;
  const isMerge = options.checkout.commit === head.hash && others.length > 0;
  if (checkout.kind === 'pull-request' && isMerge) return target;
  if (checkout.kind === 'branch' && options.releaseBranches.includes(checkout.name)) {
    return head.hash;
  }
  for (const line of await repository.listBranches(options.releaseBranches)) {
    const point = await tryFindFork(repository, head.hash, line);
    if (point !== undefined) return point;
  }
  return undefined;
}

/** The same answer before and after a branch was merged: then all of it is contained in the line. */
async function tryFindFork(
  repository: GitRepository,
  head: string,
  line: string,
): Promise<string | undefined> {
  const point = await repository.tryFindMergeBase(head, line);
  if (point !== head) return point;
  const own = await repository.listFirstParentHashes({ to: head });
  const released = await repository.listFirstParentHashes({ to: line });
  return [...own].find((hash) => released.has(hash));
}

/** GitHub sends zeros where there was nothing before. */
async function tryResolveBase(
  repository: GitRepository,
  base: string | undefined,
): Promise<string | undefined> {
  if (base === undefined || /^0+$/.test(base)) return undefined;
  const hash = (await repository.tryResolve(base)) ?? (await repository.listBranches([base]))[0];
  if (hash !== undefined) return hash;
  const message = `the commit to compare with, ${base}, is not in this clone`;
  const fix =
    'Mend the input base; a commit that was overwritten by force is not fetched any more.';
  throw refuse('history-incomplete', message, fix);
}

function refuse(
  code: 'history-incomplete' | 'no-version',
  message: string,
  fix: string,
): SlipwayError {
  return new SlipwayError(code, message, { fix });
}
