import { createTestRepository, type TestRepository } from '@slipway/testing/git';
import { readWith } from '@slipway/testing/inputs';
import { createRecordingLogger } from '@slipway/testing/logger';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

export type Texts = Readonly<Record<string, string>>;

/** Repositories that are removed together. */
export interface Shelf {
  open(): Promise<TestRepository>;
  clear(): Promise<void>;
}

export function createShelf(): Shelf {
  const repositories: TestRepository[] = [];
  return {
    open: async () => {
      const repository = await createTestRepository();
      repositories.push(repository);
      return repository;
    },
    clear: async () => {
      await Promise.all(repositories.map((repository) => repository.remove()));
    },
  };
}

/** What GitHub says was checked out, and the configuration that lies in the workspace. */
export interface Surroundings {
  readonly ref?: string;
  readonly commit?: string;
  readonly config?: string;
}

/** The outputs of the action in a repository. */
export async function outputsOf(
  repository: TestRepository,
  inputs: Texts = {},
  { config, ...checkout }: Surroundings = {},
): Promise<Texts> {
  const files: Texts = config === undefined ? {} : { '.github/slipway.yml': config };
  const result = await run(readWith(readInputs, inputs, files), {
    logger: createRecordingLogger(),
    signal: new AbortController().signal,
    workspace: repository.folder,
    checkout: { repository: 'shop/orders', webUrl: 'https://github.com/shop/orders', ...checkout },
  });
  return report(result).outputs;
}
