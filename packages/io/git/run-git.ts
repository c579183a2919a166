import { SlipwayError } from '@slipway/core/errors';
import { CommandError, runCommand, streamCommand, type CommandResult } from '../command/index.js';

export interface GitOptions {
  readonly signal: AbortSignal;
  /** Exit codes that are an answer and not an error; 0 always is. */
  readonly acceptExitCodes?: readonly number[];
  /** Written to standard input. */
  readonly input?: string;
  /** Variables for `--config-env`: a secret never appears in a list of processes. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Git's own words in English, no question at a terminal, the repository of the folder and no other, and the
 * commits themselves: what replaces or grafts them is in one clone and not in the next.
 */
const environment: Readonly<Record<string, string | undefined>> = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_FLUSH: '0', // else each commit of a log is written by itself, which takes a third of its time
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null',
  GIT_DIR: undefined,
  GIT_CONFIG: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_ALTERNATE_OBJECT_DIRECTORIES: undefined,
  GIT_SHALLOW_FILE: undefined,
  GIT_NAMESPACE: undefined,
  GIT_PREFIX: undefined,
  GIT_ATTR_SOURCE: undefined,
  GIT_REPLACE_REF_BASE: undefined,
  GIT_LITERAL_PATHSPECS: undefined,
  GIT_GLOB_PATHSPECS: undefined,
  GIT_NOGLOB_PATHSPECS: undefined,
  GIT_ICASE_PATHSPECS: undefined,
  GIT_TRACE: undefined,
};

/** Grafts are not read, and git warns of that each time. */
const quiet = ['-c', 'advice.graftFileDeprecated=false'];

/**
 * Runs git in a folder.
 *
 * @throws SlipwayError `tool-missing` without git; `history-incomplete` when git cannot read the repository
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  options: GitOptions,
): Promise<CommandResult> {
  const { signal, acceptExitCodes = [], input, variables } = options;
  try {
    return await runCommand(['git', ...quiet, '-C', folder, ...args], {
      env: { ...environment, ...variables },
      signal,
      acceptExitCodes,
      ...(input === undefined ? {} : { input }),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof CommandError ? explain(error, folder) : error;
  }
}

/**
 * What git writes, piece by piece; git is ended when the reader has read enough.
 *
 * @throws SlipwayError as `runGit` does
 */
export async function* streamGit(
  folder: string,
  args: readonly string[],
  { signal }: Pick<GitOptions, 'signal'>,
): AsyncGenerator<string, void, undefined> {
  try {
    yield* streamCommand(['git', ...quiet, '-C', folder, ...args], { env: environment, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof CommandError ? explain(error, folder) : error;
  }
}

function explain(error: CommandError, folder: string): SlipwayError {
  if (error.kind === 'not-found') {
    return new SlipwayError('tool-missing', 'git is needed to read the history', {
      cause: error,
      fix: 'Install git in a step before the checkout: without it actions/checkout brings no history.',
    });
  }
  const dubious = /dubious ownership in repository at '(?<root>.+)'/.exec(error.stderr)?.groups;
  if (dubious !== undefined) {
    const root = dubious['root'] ?? folder;
    return new SlipwayError(
      'history-incomplete',
      `git does not read ${root}: the folder belongs to another user`,
      { fix: `Run before this step: git config --global --add safe.directory ${root}` },
    );
  }
  if (error.stderr.includes('not a git repository')) {
    return new SlipwayError('history-incomplete', `${folder} is not a Git repository`, {
      fix: 'Check it out before this step: actions/checkout with fetch-depth: 0, and git installed.',
    });
  }
  if (error.stderr.includes('must be run in a work tree')) {
    return new SlipwayError('history-incomplete', `${folder} is a bare clone, without any files`, {
      fix: 'Check the repository out before this step: actions/checkout with fetch-depth: 0.',
    });
  }
  return new SlipwayError('history-incomplete', 'git cannot read the history', {
    cause: error,
    fix: 'Check the repository out with all its history: actions/checkout with fetch-depth: 0.',
  });
}
