import type { GitBench, Surroundings } from './action-in-repository.js';
import { playStory, type Step } from './story.js';

type Texts = Readonly<Record<string, string>>;

/** A history, and what its newest commit is. */
export interface HistoryCase {
  readonly name: string;
  readonly story: readonly Step[];
  readonly inputs?: Texts;
  readonly config?: string;
  /** What GitHub says was checked out; without it only git knows. */
  readonly ref?: string;
  /** The branch that a pull request would go to, as GitHub tells it. */
  readonly target?: string;
  /** `1.4.1-dev.1.#`: `#` stands for the beginning of a hash. */
  readonly version: string;
  readonly level: string;
  /** The tags that may move, with spaces between them. */
  readonly tags: string;
  /** Its titles and entries without hashes: `Features: a`. */
  readonly changelog: readonly string[];
}

export type HistoryAnswer = Pick<HistoryCase, 'version' | 'level' | 'tags' | 'changelog'>;

/** Makes the history with real git, and asks an action for the version of what is checked out. */
export async function answerCase(
  bench: GitBench,
  { story, inputs, config, ref, target }: HistoryCase,
): Promise<HistoryAnswer> {
  const repository = await bench.open();
  await playStory(repository, story);
  const head = (await repository.git('rev-parse', 'HEAD')).trim();
  const surroundings: Surroundings = {
    ...(config === undefined ? {} : { config }),
    ...(ref === undefined ? {} : { ref, commit: head }),
    ...(target === undefined ? {} : { target }),
  };
  const outputs = await bench.outputsOf(repository, inputs, surroundings);
  await repository.remove();
  return {
    version: (outputs['version'] ?? '').replace(/\.g?[0-9a-f]{8}$/, '.#'),
    level: outputs['level'] ?? '',
    tags: (outputs['moving-tags'] ?? '').replaceAll('\n', ' '),
    changelog: summarizeChangelog(outputs['changelog'] ?? ''),
  };
}

function summarizeChangelog(markdown: string): readonly string[] {
  let title = '';
  return markdown.split('\n').flatMap((line) => {
    title = /^### (?<title>.+)$/.exec(line)?.groups?.['title'] ?? title;
    const entry = /^- (?<entry>.+) \(\[[0-9a-f]+\]\(.+\)\)$/.exec(line)?.groups?.['entry'];
    return entry === undefined ? [] : [`${title}: ${entry}`];
  });
}
