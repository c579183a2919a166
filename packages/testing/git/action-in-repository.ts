import type { InputReader, Report, Runtime } from '@slipway/flow/runtime';
import { systemClock } from '@slipway/io/clock';
import { readWith } from '../inputs/index.js';
import { createRecordingLogger } from '../logger/index.js';
import { createTestRepository, type TestRepository } from './test-repository.js';

type Texts = Readonly<Record<string, string>>;
type GitRuntime = Pick<
  Runtime,
  'logger' | 'clock' | 'signal' | 'workspace' | 'checkout' | 'openRegistry' | 'openGitHub'
>;

/** The parts of an action that needs a repository, and perhaps a registry or GitHub. */
export interface GitAction<Inputs, Result> {
  readonly readInputs: (read: InputReader) => Inputs;
  readonly run: (inputs: Inputs, runtime: GitRuntime) => Promise<Result>;
  readonly report: (result: Result) => Report;
}

/** What GitHub says was checked out, and the configuration that lies in the workspace. */
export interface Surroundings {
  readonly ref?: string;
  readonly commit?: string;
  readonly target?: string;
  readonly isAgain?: boolean;
  readonly config?: string;
  /** What the action may open; anything else is refused. */
  readonly runtime?: Partial<GitRuntime>;
}

/** An action and its repositories, which are removed together. */
export interface GitBench {
  open(): Promise<TestRepository>;
  /** The outputs of the action in a repository, which GitHub knows as `shop/orders`. */
  readonly outputsOf: (
    repository: TestRepository,
    inputs?: Texts,
    surroundings?: Surroundings,
  ) => Promise<Texts>;
  clear(): Promise<void>;
}

export function createGitBench<Inputs, Result>(action: GitAction<Inputs, Result>): GitBench {
  const repositories: TestRepository[] = [];
  return {
    open: async () => {
      const repository = await createTestRepository();
      repositories.push(repository);
      return repository;
    },
    outputsOf: async (repository, inputs = {}, { config, runtime, ...checkout } = {}) => {
      const files: Texts = config === undefined ? {} : { '.github/slipway.yml': config };
      const webUrl = 'https://github.com/shop/orders';
      const result = await action.run(readWith(action.readInputs, inputs, files), {
        logger: createRecordingLogger(),
        clock: systemClock,
        signal: new AbortController().signal,
        workspace: repository.folder,
        checkout: { repository: 'shop/orders', webUrl, ...checkout },
        openRegistry: () => Promise.reject(new Error('no registry is asked')),
        openGitHub: () => {
          throw new Error('GitHub is not asked');
        },
        ...runtime,
      });
      return action.report(result).outputs;
    },
    clear: async () => {
      await Promise.all(repositories.map((repository) => repository.remove()));
    },
  };
}
