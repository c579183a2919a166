import { SlipwayError } from '@slipway/core/errors';
import type { Commit, Tag } from '@slipway/core/version';
import type { Logger } from '../log/index.js';
import { toPathspecs, type PathPattern } from './path-pattern.js';
import { commitFormat, isHash, readCommits, readFields } from './read-commits.js';
import { formatWebUrl } from './remote-url.js';
import { runGit } from './run-git.js';

/** Commits that `to` reaches and `from` does not. */
export interface CommitRange {
  readonly from?: string;
  readonly to: string;
  /** Only commits that touch them; without any, all. */
  readonly paths?: readonly PathPattern[];
}

export interface GitRemote {
  readonly name: string;
  /** Where it can be read: `https://github.com/shop/orders`. */
  readonly webUrl?: string;
}

export interface OpenGitOptions {
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Opens the repository that a folder is in.
 *
 * @throws SlipwayError `history-incomplete` when it is none, or belongs to another user; `tool-missing` without git
 */
export async function openRepository(
  folder: string,
  options: OpenGitOptions,
): Promise<GitRepository> {
  const { stdout } = await runGit(folder, ['rev-parse', '--show-toplevel'], options);
  return new GitRepository(stdout.replace(/\n$/, ''), options);
}

/** A repository with a work tree, read through git. */
export class GitRepository {
  readonly root: string;
  readonly #options: OpenGitOptions;

  constructor(root: string, options: OpenGitOptions) {
    this.root = root;
    this.#options = options;
  }

  /** Whether older commits are cut off. */
  async isShallow(): Promise<boolean> {
    return (await this.#read(['rev-parse', '--is-shallow-repository'])).trim() === 'true';
  }

  /**
   * Fetches what a shallow clone left out, and the tags.
   *
   * @throws SlipwayError `history-incomplete` when that is not possible
   */
  async deepen(): Promise<void> {
    await this.#fetch(
      ['--unshallow', '--tags'],
      'this clone is shallow: older commits are cut off',
    );
    if (await this.isShallow()) throw refuse('the repository that it was cloned from is shallow');
  }

  /**
   * Fetches the tags.
   *
   * @throws SlipwayError `history-incomplete` when that is not possible
   */
  async fetchTags(): Promise<void> {
    await this.#fetch(['--tags'], 'this clone has no version tags');
  }

  /** Where it is fetched from: `origin`, else the first one; undefined when there is none. */
  async tryFindRemote(): Promise<GitRemote | undefined> {
    const args = ['config', '--null', '--get-regexp', '^remote\\..*\\.url$'];
    const { stdout } = await this.#run(args, [1]);
    const remotes = readFields(stdout).map((field) => {
      const [key = '', url = ''] = field.split('\n');
      return { name: key.replace(/^remote\.(.*)\.url$/, '$1'), webUrl: formatWebUrl(url) };
    });
    const found = remotes.find(({ name }) => name === 'origin') ?? remotes[0];
    if (found === undefined) return undefined;
    const { name, webUrl } = found;
    return { name, ...(webUrl === undefined ? {} : { webUrl }) };
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

  /** The commit that a ref, hash or tag names, as it is; undefined when there is none. */
  async tryReadCommit(ref: string): Promise<Commit | undefined> {
    const hash = await this.tryResolve(ref);
    return hash === undefined ? undefined : (await this.#log(['--max-count=1'], { to: hash }))[0];
  }

  /** The commits of the branches that there are, of this clone or as they were fetched. */
  async listBranches(names: readonly string[]): Promise<readonly string[]> {
    const remote = (await this.tryFindRemote())?.name ?? 'origin';
    const refsOf = (name: string): readonly string[] => [
      `refs/heads/${name}`,
      `refs/remotes/${remote}/${name}`,
    ];
    const format = '--format=%(refname)%00%(objectname)%00';
    const text = await this.#read(['for-each-ref', format, ...names.flatMap(refsOf)]);
    const fields = readFields(text.replaceAll('\0\n', '\0'));
    const hashOf = (ref: string): string | undefined => {
      const at = fields.indexOf(ref);
      return at === -1 ? undefined : fields[at + 1];
    };
    return names.flatMap((name) =>
      refsOf(name)
        .flatMap((ref) => hashOf(ref) ?? [])
        .slice(0, 1),
    );
  }

  /** All tags, with the commits that they name, through however many tag objects. */
  async listTags(): Promise<readonly Tag[]> {
    const { stdout } = await this.#run(['show-ref', '--tags', '--dereference'], [1]);
    const tags = new Map<string, string>();
    for (const line of stdout.split('\n')) {
      const { hash, name } =
        /^(?<hash>[0-9a-f]+) refs\/tags\/(?<name>.+?)(?:\^\{\})?$/.exec(line)?.groups ?? {};
      if (hash !== undefined && name !== undefined) tags.set(name, hash); // the peeled line is the later one
    }
    return [...tags].map(([name, hash]) => ({ name, hash }));
  }

  /** The names of the tags that a commit contains. */
  async listMergedTagNames(commit: string): Promise<ReadonlySet<string>> {
    const format = '--format=%(refname:strip=2)%00';
    const text = await this.#read(['for-each-ref', `--merged=${commit}`, format, 'refs/tags']);
    return new Set(readFields(text.replaceAll('\0\n', '\0')));
  }

  /** The commits of the first-parent line, oldest first; of a merge counts what it changes on that line. */
  async listFirstParentCommits(range: CommitRange): Promise<readonly Commit[]> {
    const commits = await this.#log(['--first-parent'], range);
    return commits.toReversed();
  }

  /** All commits, those of merged branches too, children before their parents. */
  async listCommits(range: CommitRange): Promise<readonly Commit[]> {
    return this.#log(['--topo-order'], range);
  }

  /** The hashes of the commits that touch the paths by themselves: no merges. */
  async listTouchingHashes(range: CommitRange): Promise<ReadonlySet<string>> {
    return new Set(await this.#listHashes(['--full-history', '--no-merges'], range));
  }

  /** The hashes of the first-parent line. */
  async listFirstParentHashes(range: CommitRange): Promise<ReadonlySet<string>> {
    return new Set(await this.#listHashes(['--first-parent'], range));
  }

  /** The newest commit of the first-parent line; undefined when there is none in the range. */
  async tryFindLastCommit(range: CommitRange): Promise<string | undefined> {
    return (await this.#listHashes(['--first-parent', '--max-count=1'], range))[0];
  }

  /** Whether any commit of the range touches its paths. */
  async hasCommits(range: CommitRange): Promise<boolean> {
    return (await this.#listHashes(['--max-count=1'], range)).length > 0;
  }

  /** The newest commit that both contain; undefined when they share none. */
  async tryFindMergeBase(a: string, b: string): Promise<string | undefined> {
    const { exitCode, stdout } = await this.#run(['merge-base', a, b], [1]);
    return exitCode === 0 ? stdout.trim() : undefined;
  }

  async #log(options: readonly string[], range: CommitRange): Promise<readonly Commit[]> {
    const how = ['-z', '--no-show-signature', '--no-color', '--encoding=UTF-8', commitFormat];
    return readCommits(await this.#read(['log', ...how, ...options, ...formatRange(range)]));
  }

  async #listHashes(options: readonly string[], range: CommitRange): Promise<readonly string[]> {
    const text = await this.#read(['rev-list', ...options, ...formatRange(range)]);
    return text.split('\n').filter((line) => line !== '');
  }

  async #fetch(options: readonly string[], why: string): Promise<void> {
    const remote = await this.tryFindRemote();
    if (remote === undefined) throw refuse(`${why}, and it has no remote to fetch them from`);
    const { logger, signal } = this.#options;
    logger.info(`${why}; they are fetched from ${remote.name}`);
    const how = ['--quiet', '--no-recurse-submodules', ...options];
    try {
      await runGit(this.root, ['fetch', ...how, remote.name], { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw refuse(`${why}, and they cannot be fetched from ${remote.name}`, error);
    }
  }

  async #read(args: readonly string[]): Promise<string> {
    return (await this.#run(args)).stdout;
  }

  async #run(
    args: readonly string[],
    acceptExitCodes: readonly number[] = [],
  ): Promise<{ readonly exitCode: number; readonly stdout: string }> {
    return runGit(this.root, args, { signal: this.#options.signal, acceptExitCodes });
  }
}

function formatRange({ from, to, paths = [] }: CommitRange): readonly string[] {
  return [to, ...(from === undefined ? [] : [`^${from}`]), '--', ...toPathspecs(paths)];
}

function refuse(message: string, cause?: unknown): SlipwayError {
  return new SlipwayError('history-incomplete', message, {
    ...(cause === undefined ? {} : { cause }),
    fix: 'Give actions/checkout fetch-depth: 0, so that it brings all commits and tags.',
  });
}
