/** What the message of a merge says that it brings. */
export interface PulledMerge {
  /** The branch that was merged. */
  readonly branch: string;
  /** Where that was fetched from; absent for a branch of the clone, or of its remote. */
  readonly from?: string;
}

const localMerge = /^Merge branch '(?<branch>[^']+)'(?: of (?<from>\S+))?(?: into [^\s']\S*)?$/;
const remoteMerge = /^Merge remote-tracking branch '[^/']+\/(?<branch>[^']+)'(?: into [^\s']\S*)?$/;

/**
 * Reads what git writes above a merge by itself, as `git pull` does. GitLab quotes the branch that it merges into, and
 * is left alone: its first parent is always the branch that everybody sees.
 *
 * @example tryParsePulledMerge("Merge branch 'main' of github.com:shop/orders") // { branch: 'main', from: 'github.com:shop/orders' }
 */
export function tryParsePulledMerge(message: string): PulledMerge | undefined {
  const [header = ''] = message.split('\n', 1);
  const { branch, from } = (localMerge.exec(header) ?? remoteMerge.exec(header))?.groups ?? {};
  if (branch === undefined) return undefined;
  return from === undefined ? { branch } : { branch, from };
}
