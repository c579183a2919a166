import { tryParseVersion, type Version } from '@slipway/core/version';

/** A line that makes releases, which decides what numbers its commits get. */
export type LinePlace =
  /** Where releases are made; without a name where nobody knows the branch. */
  | { readonly kind: 'release'; readonly branch: string }
  /** A branch `release/<service>/<version>`: it says the number. */
  | { readonly kind: 'fixed'; readonly branch: string; readonly version: Version }
  /** A branch `release/<service>/1.4.x`: fixes for a line that was left behind. */
  | {
      readonly kind: 'maintenance';
      readonly branch: string;
      readonly major: number;
      readonly minor: number;
    };

/** What kind of line a commit is on, which decides what kind of version it gets. */
export type Place =
  | LinePlace
  /** Any other branch, a pull request, or nothing that has a name: prereleases. */
  | { readonly kind: 'other'; readonly name: string };

/** What is checked out, before any service is looked at. */
export type Checkout =
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'pull-request'; readonly number: string; readonly target?: string }
  | { readonly kind: 'detached' };

export interface CheckoutSource {
  /** The commit that is checked out. */
  readonly head: string;
  /** The branch of the work tree; absent for a detached HEAD. */
  readonly branch?: string;
  /** What GitHub says was checked out: `refs/heads/main`. */
  readonly ref?: string;
  /** The commit that `ref` named. */
  readonly commit?: string;
  /** The branch that a pull request would go to. */
  readonly target?: string;
}

/**
 * GitHub's word counts as long as the work tree is at the commit that it speaks of; a workflow may have
 * checked out another one. Of a pull request it always counts: what is checked out is part of it.
 *
 * @example computeCheckout({ head: 'a…', ref: 'refs/pull/7/merge', commit: 'a…' }) // { kind: 'pull-request', number: '7' }
 */
export function computeCheckout({
  head,
  branch,
  ref = '',
  commit,
  target,
}: CheckoutSource): Checkout {
  const number = /^refs\/pull\/(?<number>\d+)\//.exec(ref)?.groups?.['number'];
  if (number !== undefined) {
    return { kind: 'pull-request', number, ...(target === undefined ? {} : { target }) };
  }
  const told = /^refs\/heads\/(?<name>.+)$/.exec(ref)?.groups?.['name'];
  const name = told !== undefined && commit === head ? told : branch;
  return name === undefined ? { kind: 'detached' } : { kind: 'branch', name };
}

/** The tag that was pushed, where it names the commit that is checked out. */
export function findPushedTag({
  head,
  ref = '',
  commit,
}: Pick<CheckoutSource, 'head' | 'ref' | 'commit'>): string | undefined {
  const name = /^refs\/tags\/(?<name>.+)$/.exec(ref)?.groups?.['name'];
  return commit === head ? name : undefined;
}

/** Which branches make releases. */
export interface BranchPlaces {
  readonly releaseBranches: readonly string[];
}

/**
 * What a branch makes of a service.
 *
 * @example computeBranchPlace('release/orders/1.6.0', 'orders', options) // { kind: 'fixed', version: '1.6.0', … }
 */
export function computeBranchPlace(
  branch: string,
  service: string,
  { releaseBranches }: BranchPlaces,
): Place {
  if (releaseBranches.includes(branch)) return { kind: 'release', branch };
  const prefix = `release/${service}/`;
  const said = branch.startsWith(prefix) ? branch.slice(prefix.length) : '';
  const version = tryParseVersion(said);
  if (version !== undefined) return { kind: 'fixed', branch, version };
  const line = /^(?<major>0|[1-9]\d*)\.(?<minor>0|[1-9]\d*)\.x$/.exec(said)?.groups;
  if (line !== undefined) {
    const [major, minor] = [Number(line['major']), Number(line['minor'])];
    return { kind: 'maintenance', branch, major, minor };
  }
  const queue = readQueue(branch);
  return { kind: 'other', name: queue === undefined ? branch : `queue-${queue.pull}` };
}

/** Where what is checked out would be merged, as far as somebody said it. */
export function findTarget(checkout: Checkout): string | undefined {
  if (checkout.kind === 'pull-request') return checkout.target;
  return checkout.kind === 'branch' ? readQueue(checkout.name)?.target : undefined;
}

/** The branch of a merge queue holds a whole hash; what people know is the pull request. */
function readQueue(branch: string): { readonly target: string; readonly pull: string } | undefined {
  const { target, pull } =
    /^gh-readonly-queue\/(?<target>.+)\/(?<pull>pr-\d+)-[0-9a-f]+$/.exec(branch)?.groups ?? {};
  return target === undefined || pull === undefined ? undefined : { target, pull };
}
