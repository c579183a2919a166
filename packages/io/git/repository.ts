import type { Tag } from '@slipway/core/version';
import {
  commitFormat,
  isHash,
  readCommits,
  readFields,
  type LoggedCommit,
} from './read-commits.js';
import { readRefs, type Refs } from './refs.js';
import { openRemote, type GitRemote, type OpenGitOptions } from './remote.js';
import { runGit, streamGit } from './run-git.js';

/** Commits that `to` reaches and none of `without` does. */
export interface CommitRange {
  readonly to: string;
  readonly without?: readonly string[];
}

export interface LogOptions {
  /** Of a merge only its first parent counts, as the way on and for what it changes. */
  readonly isFirstParent: boolean;
  /** Whether the changed paths are asked for; a merge has none unless `isFirstParent`. */
  readonly hasPaths: boolean;
  /** Folders and files outside of which no path is asked for; empty: everywhere. Every commit is told all the same. */
  readonly roots: readonly string[];
}

/** Whatever a user's settings are, the answer is the same. */
const settings = [
  ...['-c', 'log.showRoot=true', '-c', 'log.follow=false'],
  ...['-c', 'core.warnAmbiguousRefs=false'],
];
const logOptions = [
  ...['-z', '--no-show-signature', '--no-color', '--no-decorate', '--encoding=UTF-8', commitFormat],
];
const pathOptions = [
  ...['--name-only', '--no-renames', '--no-relative', '--ignore-submodules=none', '-O/dev/null'],
];

/**
 * Opens the repository that a folder is in.
 *
 * @throws SlipwayError `history-incomplete` when it is none, or belongs to another user; `tool-missing` without git
 */
export async function openRepository(
  folder: string,
  options: OpenGitOptions,
): Promise<GitRepository> {
  const args = ['rev-parse', '--is-shallow-repository', '--show-toplevel'];
  const { stdout } = await runGit(folder, args, options);
  const { shallow, root = '' } =
    /^(?<shallow>true|false)\n(?<root>[^]+)\n$/.exec(stdout)?.groups ?? {};
  return new GitRepository(root, shallow === 'true', options);
}

/** A repository with a work tree, read through git. */
export class GitRepository {
  readonly root: string;
  readonly #options: OpenGitOptions;
  #isShallow: boolean;

  constructor(root: string, isShallow: boolean, options: OpenGitOptions) {
    this.root = root;
    this.#isShallow = isShallow;
    this.#options = options;
  }

  /** Whether older commits are cut off. */
  get isShallow(): boolean {
    return this.#isShallow;
  }

  /** All refs at once. */
  async readRefs(): Promise<Refs> {
    const { stdout } = await this.#run(['show-ref', '--head', '--dereference'], [1]);
    return readRefs(stdout);
  }

  /** Where it is fetched from: `origin`, else the first one; undefined when there is none. */
  async tryFindRemote(): Promise<GitRemote | undefined> {
    const args = ['config', '--null', '--get-regexp', '^remote\\..*\\.(url|fetch|tagopt)$'];
    const { stdout } = await this.#run(args, [1]);
    const told = readFields(stdout).map((field) => {
      const [key = '', ...value] = field.split('\n');
      const { name = '', what = '' } = /^remote\.(?<name>.*)\.(?<what>.*)$/.exec(key)?.groups ?? {};
      return { name, what, value: value.join('\n') };
    });
    const remotes = told
      .filter(({ what }) => what === 'url')
      .map(({ name, value: url }) => {
        const of = told.filter((each) => each.name === name);
        return { name, url, bringsAllTags: bringsAllTags(of) };
      });
    const found = remotes.find(({ name }) => name === 'origin') ?? remotes[0];
    return found && openRemote(this.root, found, this.#options);
  }

  /** The branch that is checked out; undefined for a detached HEAD. */
  async tryReadBranch(): Promise<string | undefined> {
    const { exitCode, stdout } = await this.#run(['symbolic-ref', '--quiet', 'HEAD'], [1]);
    return exitCode === 0 ? stdout.trim().replace(/^refs\/heads\//, '') : undefined;
  }

  /** The commit that a ref, hash or tag names; undefined when there is none. */
  async tryResolve(ref: string): Promise<string | undefined> {
    if (ref.startsWith('-')) return undefined;
    const args = ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`];
    const { stdout } = await this.#run(args, [1, 128]);
    return isHash(stdout.trim()) ? stdout.trim() : undefined;
  }

  /** The commit that a ref, hash or tag names, as it is and without its paths; undefined when there is none. */
  async tryReadCommit(ref: string): Promise<LoggedCommit | undefined> {
    if (ref.startsWith('-')) return undefined;
    const args = ['log', ...logOptions, '--no-patch', '--max-count=1', `${ref}^{commit}`, '--'];
    const { stdout } = await this.#run(args, [128]);
    for await (const commit of readCommits([stdout])) return commit;
    return undefined;
  }

  /** The commits of a range, newest first, children before their parents, as git finds them. */
  streamCommits(
    range: CommitRange,
    { isFirstParent, hasPaths, roots }: LogOptions,
  ): AsyncGenerator<LoggedCommit, void, undefined> {
    const how = isFirstParent
      ? ['--first-parent', '--diff-merges=first-parent', '--sparse']
      : ['--topo-order', '--diff-merges=off'];
    const within = isFirstParent ? roots.map((root) => `:(top,literal)${root}`) : [];
    const paths = hasPaths ? pathOptions : ['--no-patch'];
    const args = [
      ...settings,
      'log',
      ...logOptions,
      ...how,
      ...paths,
      ...formatRange(range),
      '--',
      ...within,
    ];
    return readCommits(streamGit(this.root, args, this.#options));
  }

  async listHashes(range: CommitRange): Promise<readonly string[]> {
    return this.#listLines(['rev-list', ...formatRange(range), '--']);
  }

  /** Whether a range has commits without parents. */
  async hasRoots(range: CommitRange): Promise<boolean> {
    const args = ['rev-list', '--max-parents=0', '--max-count=1', ...formatRange(range), '--'];
    return (await this.#listLines(args)).length > 0;
  }

  /** The commits without parents that a commit contains: in a shallow clone where it is cut off. */
  async listRoots(commit: string): Promise<readonly string[]> {
    return this.#listLines(['rev-list', '--max-parents=0', commit, '--']);
  }

  /** The paths that differ between two commits. */
  async listChanged(from: string, to: string): Promise<readonly string[]> {
    const args = ['diff-tree', '-z', '-r', '--no-color', ...pathOptions, from, to, '--'];
    return readFields((await this.#run(args)).stdout);
  }

  /**
   * Those of some commits that a commit does not contain; what this clone does not have is none of its ancestors,
   * unless the clone is shallow.
   */
  async listUnreached(commits: readonly string[], from: string): Promise<ReadonlySet<string>> {
    const check = ['cat-file', '--batch-check=%(objectname) %(objecttype)'];
    const checked = await this.#run(check, [], `${commits.join('\n')}\n`);
    const known = commits.filter((commit) => checked.stdout.includes(`${commit} commit\n`));
    const input = [...known, `^${from}`].join('\n');
    const { stdout } = await this.#run(['rev-list', '--stdin'], [], `${input}\n`);
    const outside = new Set(stdout.split('\n'));
    const inside = new Set(known.filter((commit) => !outside.has(commit)));
    return new Set(commits.filter((commit) => !inside.has(commit)));
  }

  /** Those of some objects that this clone has and that are no commits: files and folders. */
  async listOthers(hashes: readonly string[]): Promise<ReadonlySet<string>> {
    if (hashes.length === 0) return new Set();
    const { stdout } = await runGit(
      this.root,
      ['cat-file', '--batch-check=%(objectname) %(objecttype)'],
      {
        signal: this.#options.signal,
        input: `${hashes.join('\n')}\n`,
        variables: { GIT_NO_LAZY_FETCH: '1' },
      },
    );
    const found = stdout.matchAll(/^(?<hash>[0-9a-f]+) (?:blob|tree)$/gm);
    return new Set([...found].map(({ groups }) => groups?.['hash'] ?? ''));
  }

  /** The names of the tags that begin like this and contain a commit. */
  async listTagsWith(commit: string, prefixes: readonly string[]): Promise<ReadonlySet<string>> {
    const refs = prefixes.map((prefix) => `refs/tags/${prefix}*`);
    const format = '--format=%(refname:strip=2)';
    return new Set(
      await this.#listLines(['for-each-ref', `--contains=${commit}`, format, ...refs]),
    );
  }

  /**
   * The files that are not as the commit that is checked out has them, or that it does not have; what git ignores is
   * left out.
   *
   * @param paths relative to the root
   * @param without what below them is not looked at
   */
  async listUncommitted(
    paths: readonly string[],
    without: readonly string[],
  ): Promise<readonly string[]> {
    const within = paths.map((path) => `:(top,literal)${path}`);
    const outside = without.map((path) => `:(top,exclude,literal)${path}`);
    const options = ['--porcelain=v1', '-z', '--no-renames', '--untracked-files=all'];
    const args = ['-c', 'core.fsmonitor=false', 'status', ...options, '--', ...within, ...outside];
    const { stdout } = await this.#run(args);
    return readFields(stdout).map((field) => field.slice('XY '.length));
  }

  /** Makes tags, which other steps look for; one that is there stays as it is. */
  async addTags(tags: readonly Tag[]): Promise<void> {
    const lines = tags.map(({ name, hash }) => `create refs/tags/${name}\0${hash}\0`);
    const { tags: known } = await this.readRefs();
    const names = new Set(known.map(({ name }) => name));
    const missing = lines.filter((_line, index) => !names.has(tags[index]?.name ?? ''));
    await this.#run(['update-ref', '--stdin', '-z'], [], missing.join(''));
  }

  /** After a fetch. */
  async refresh(): Promise<void> {
    const { stdout } = await this.#run(['rev-parse', '--is-shallow-repository']);
    this.#isShallow = stdout.trim() === 'true';
  }

  async #listLines(args: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await this.#run(args);
    return stdout.split('\n').filter((line) => line !== '');
  }

  async #run(
    args: readonly string[],
    acceptExitCodes: readonly number[] = [],
    input?: string,
  ): Promise<{ readonly exitCode: number; readonly stdout: string }> {
    const { signal } = this.#options;
    const given = input === undefined ? {} : { input };
    return runGit(this.root, [...settings, ...args], { signal, acceptExitCodes, ...given });
  }
}

/** Git brings the tags of what it fetches; all of them where it is told to, or fetches all branches. */
function bringsAllTags(
  settings: readonly { readonly what: string; readonly value: string }[],
): boolean {
  const option = settings.findLast(({ what }) => what === 'tagopt')?.value;
  const refs = settings.filter(({ what }) => what === 'fetch').map(({ value }) => value);
  if (option === '--tags' || refs.some((ref) => /^\+?refs\/(?:tags\/)?\*:/.test(ref))) return true;
  return option !== '--no-tags' && refs.some((ref) => /^\+?refs\/heads\/\*:/.test(ref));
}

function formatRange({ to, without = [] }: CommitRange): readonly string[] {
  return [to, ...without.map((hash) => `^${hash}`)];
}
