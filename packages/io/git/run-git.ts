import { SlipwayError } from '@slipway/core/errors';
import { CommandError, runCommand, type CommandResult } from '../command/index.js';

export interface GitOptions {
  readonly signal: AbortSignal;
  /** Exit codes that are an answer and not an error; 0 always is. */
  readonly acceptExitCodes?: readonly number[];
}

/** Git's own words in English, no question at a terminal, and the repository of the folder and no other. */
const environment = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
};

/**
 * Runs git in a folder.
 *
 * @throws SlipwayError `tool-missing` without git; `history-incomplete` when git cannot read the repository
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  { signal, acceptExitCodes = [] }: GitOptions,
): Promise<CommandResult> {
  try {
    return await runCommand(['git', '-C', folder, ...args], {
      env: environment,
      signal,
      acceptExitCodes,
    });
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
  return new SlipwayError('history-incomplete', 'git cannot read the history', {
    cause: error,
    fix: 'Check the repository out with all its history: actions/checkout with fetch-depth: 0.',
  });
}
