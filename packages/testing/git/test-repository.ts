import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';

/** A commit to make; unless told, it changes a file of its own. */
export interface TestCommit {
  readonly message: string;
  /** Path → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Paths that are not there any more. */
  readonly deletes?: readonly string[];
  /** Path → where a symbolic link leads. */
  readonly links?: Readonly<Record<string, string>>;
  /** Path → the commit of a submodule. */
  readonly submodules?: Readonly<Record<string, string>>;
  /** The commits that it merges, beside the branch that it is made on. */
  readonly merges?: readonly string[];
}

/**
 * A real repository, made with git in a temporary folder. Its commits are one minute apart from
 * 2026-01-01T00:00:00Z on, so that the same story has the same hashes.
 */
export interface TestRepository {
  readonly folder: string;
  /** Commits to the current branch; a text is a commit with that message. Their hashes. */
  commit(...commits: readonly (string | TestCommit)[]): Promise<readonly string[]>;
  /** Goes to a branch, and makes it, from `from` or where HEAD is, when it is not there. */
  switch(branch: string, from?: string): Promise<void>;
  detach(at: string): Promise<void>;
  /** Goes to a branch that has no commit yet: the next one has no parent. */
  begin(branch: string): Promise<void>;
  /** Lightweight; with a message annotated. */
  tag(name: string, at?: string, message?: string): Promise<void>;
  git(...args: readonly string[]): Promise<string>;
  /** A clone of it, over the file protocol, which keeps `--depth` true. */
  clone(...args: readonly string[]): Promise<TestRepository>;
  /** Removes it with all its clones. */
  remove(): Promise<void>;
}

const environment = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
};
const startSeconds = 1_767_225_600; // 2026-01-01T00:00:00Z

/** An empty repository on the branch `main`. */
export async function createTestRepository(): Promise<TestRepository> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'slipway-git-')));
  const folder = join(root, 'origin');
  await runGit(root, ['init', '--quiet', '--initial-branch=main', folder]);
  return new Repository(root, folder);
}

class Repository implements TestRepository {
  readonly folder: string;
  readonly #root: string;
  #made = 0;

  constructor(root: string, folder: string) {
    this.#root = root;
    this.folder = folder;
  }

  async commit(...commits: readonly (string | TestCommit)[]): Promise<readonly string[]> {
    const branch = (await this.git('symbolic-ref', 'HEAD')).trim();
    const isBorn = (await this.git('for-each-ref', branch)) !== '';
    const told = commits.map((commit) =>
      typeof commit === 'string' ? { message: commit } : commit,
    );
    const script = told.map((commit, index) => {
      this.#made += 1;
      const from = index === 0 && isBorn ? `from ${branch}^0\n` : '';
      return formatCommit(branch, commit, from, this.#made);
    });
    const { stdout } = await runGit(this.folder, ['fast-import', '--quiet'], script.join(''));
    return stdout.trim().split('\n');
  }

  async switch(branch: string, from = 'HEAD'): Promise<void> {
    const ref = `refs/heads/${branch}`;
    const isThere = (await this.git('for-each-ref', ref)) !== '';
    if (!isThere) await this.git('update-ref', ref, (await this.git('rev-parse', from)).trim());
    await this.git('symbolic-ref', 'HEAD', ref);
  }

  async detach(at: string): Promise<void> {
    await this.git('update-ref', '--no-deref', 'HEAD', at);
  }

  async begin(branch: string): Promise<void> {
    await this.git('symbolic-ref', 'HEAD', `refs/heads/${branch}`);
  }

  async tag(name: string, at = 'HEAD', message?: string): Promise<void> {
    await this.git('tag', ...(message === undefined ? [] : ['-m', message]), name, at);
  }

  async git(...args: readonly string[]): Promise<string> {
    return (await runGit(this.folder, args)).stdout;
  }

  async clone(...args: readonly string[]): Promise<TestRepository> {
    const folder = await mkdtemp(join(this.#root, 'clone-'));
    await runGit(this.#root, ['clone', '--quiet', ...args, `file://${this.folder}`, folder]);
    return new Repository(this.#root, folder);
  }

  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}

/** In the language of git-fast-import(1): hundreds of commits cost one process. */
function formatCommit(branch: string, commit: TestCommit, from: string, number: number): string {
  const { message, files, merges = [], deletes = [], links = {}, submodules = {} } = commit;
  const changed = Object.entries(files ?? { [`file-${number}`]: `${number}\n` });
  return [
    `commit ${branch}\nmark :${number}\n`,
    `committer ada <ada@example.com> ${startSeconds + number * 60} +0000\n`,
    formatData(message),
    from,
    ...merges.map((hash) => `merge ${hash}\n`),
    ...deletes.map((path) => `D ${formatPath(path)}\n`),
    ...changed.map(([path, text]) => `M 100644 inline ${formatPath(path)}\n${formatData(text)}`),
    ...Object.entries(links).map(
      ([path, target]) => `M 120000 inline ${formatPath(path)}\n${formatData(target)}`,
    ),
    ...Object.entries(submodules).map(([path, hash]) => `M 160000 ${hash} ${formatPath(path)}\n`),
    `\nget-mark :${number}\n`,
  ].join('');
}

function formatPath(path: string): string {
  return JSON.stringify(path);
}

function formatData(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

async function runGit(
  folder: string,
  args: readonly string[],
  input = '',
): Promise<{ readonly stdout: string }> {
  return runCommand(['git', '-C', folder, ...args], { env: environment, input });
}
