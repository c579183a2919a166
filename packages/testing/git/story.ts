import type { TestCommit, TestRepository } from './test-repository.js';

/** Something that happened in a repository. */
export type Step =
  /** A commit on the current branch, with a file of its own; a `name` lets later steps find it. */
  | string
  | (TestCommit & { readonly name?: string })
  /** At the newest commit, or at a named one; with a message it is annotated. */
  | { readonly tag: string; readonly at?: string; readonly annotation?: string }
  /** Goes to a branch; a new one begins where HEAD is, or at `from`. */
  | { readonly branch: string; readonly from?: string }
  /** Goes to a branch whose first commit has no parent. */
  | { readonly orphan: string }
  /** Leaves all branches. */
  | { readonly detach: string }
  | { readonly git: readonly [string, ...string[]] };

type CommitStep = Extract<Step, string | { readonly message: string }>;

/**
 * Makes a repository out of what happened. Where a commit is wanted, a name stands for its hash, as a merge of a
 * branch does.
 *
 * @returns the hash of each named commit
 * @example await playStory(repository, ['feat: a', { tag: 'v1.0.0' }, { message: 'fix: b', name: 'b' }])
 */
export async function playStory(
  repository: TestRepository,
  steps: readonly Step[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const resolve = (name: string): string => names.get(name) ?? name;
  let waiting: CommitStep[] = [];
  const commit = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const hashes = await repository.commit(...waiting.map((step) => resolveMerges(step, resolve)));
    for (const [index, step] of waiting.entries()) {
      const { name } = typeof step === 'string' ? {} : step;
      if (name !== undefined) names.set(name, hashes[index] ?? '');
    }
    waiting = [];
  };
  for (const step of steps) {
    if (isCommit(step)) {
      waiting.push(step);
    } else {
      await commit();
      await play(repository, step, resolve);
    }
  }
  await commit();
  return names;
}

function isCommit(step: Step): step is CommitStep {
  return typeof step === 'string' || 'message' in step;
}

function resolveMerges(step: CommitStep, resolve: (name: string) => string): string | TestCommit {
  if (typeof step === 'string' || step.merges === undefined) return step;
  return { ...step, merges: step.merges.map(resolve) };
}

async function play(
  repository: TestRepository,
  step: Exclude<Step, CommitStep>,
  resolve: (name: string) => string,
): Promise<void> {
  if ('tag' in step) {
    const { tag, at = 'HEAD', annotation } = step;
    await repository.tag(tag, resolve(at), annotation);
  } else if ('branch' in step) {
    const { branch, from } = step;
    await repository.switch(branch, from === undefined ? undefined : resolve(from));
  } else if ('orphan' in step) {
    await repository.begin(step.orphan);
  } else if ('detach' in step) {
    await repository.detach(
      (await repository.git('rev-parse', `${resolve(step.detach)}^{commit}`)).trim(),
    );
  } else {
    await repository.git(...step.git);
  }
}
