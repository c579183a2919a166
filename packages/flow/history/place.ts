import { tryParseVersion, type Version } from '@slipway/core/version';

/** What kind of line a commit is on, which decides what kind of version it gets. */
export type Place =
  /** Where releases are made. */
  | { readonly kind: 'release' }
  /** A branch `release/<service>/<version>`: it says the number. */
  | { readonly kind: 'fixed'; readonly branch: string; readonly version: Version }
  /** A branch `release/<service>/1.4.x`: fixes for a line that was left behind. */
  | { readonly kind: 'maintenance'; readonly branch: string; readonly line: string }
  /** Any other branch, a pull request, or nothing that has a name: prereleases. */
  | { readonly kind: 'other'; readonly name: string };

/** What is checked out, before any service is looked at. */
export type Checkout =
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'pull-request'; readonly number: string }
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
}

/**
 * GitHub's word counts as long as the work tree is at the commit that it speaks of; a workflow may have
 * checked out another one. Of a pull request it always counts: what is checked out is part of it.
 *
 * @example computeCheckout({ head: 'a…', ref: 'refs/pull/7/merge', commit: 'a…' }) // { kind: 'pull-request', number: '7' }
 */
export function computeCheckout({ head, branch, ref = '', commit }: CheckoutSource): Checkout {
  const number = /^refs\/pull\/(?<number>\d+)\//.exec(ref)?.groups?.['number'];
  if (number !== undefined) return { kind: 'pull-request', number };
  const told = /^refs\/heads\/(?<name>.+)$/.exec(ref)?.groups?.['name'];
  const name = told !== undefined && commit === head ? told : branch;
  return name === undefined ? { kind: 'detached' } : { kind: 'branch', name };
}

/**
 * @param isOnReleaseLine whether the commit lies on the first-parent line of a release branch: asked where
 *   nobody knows a branch
 * @example computePlace({ kind: 'branch', name: 'release/orders/1.6.0' }, 'orders', options) // { kind: 'fixed', version: '1.6.0', … }
 */
export function computePlace(
  checkout: Checkout,
  service: string,
  options: { readonly releaseBranches: readonly string[]; readonly isOnReleaseLine: boolean },
): Place {
  if (checkout.kind === 'pull-request') return { kind: 'other', name: `pr-${checkout.number}` };
  if (checkout.kind === 'detached') {
    return options.isOnReleaseLine ? { kind: 'release' } : { kind: 'other', name: 'detached' };
  }
  const { name: branch } = checkout;
  if (options.releaseBranches.includes(branch)) return { kind: 'release' };
  const prefix = `release/${service}/`;
  const said = branch.startsWith(prefix) ? branch.slice(prefix.length) : '';
  const version = tryParseVersion(said);
  if (version !== undefined) return { kind: 'fixed', branch, version };
  const { line } = /^(?<line>(?:0|[1-9]\d*)\.(?:0|[1-9]\d*))\.x$/.exec(said)?.groups ?? {};
  if (line !== undefined) return { kind: 'maintenance', branch, line };
  return { kind: 'other', name: nameQueue(branch) };
}

/** The branch of a merge queue holds a whole hash; what people know is the pull request. */
function nameQueue(branch: string): string {
  const queue = /^gh-readonly-queue\/.+\/(?<pull>pr-\d+)-[0-9a-f]+$/.exec(branch)?.groups;
  return queue === undefined ? branch : `queue-${queue['pull']}`;
}
