import type { Runtime } from '@slipway/flow/runtime';
import { systemClock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import type { RegistryClient } from '@slipway/io/registry';
import { toolsOnPath } from '../tools/index.js';

export interface RuntimeParts {
  readonly logger: Logger;
  /** Serves every registry that is opened, and stays open. */
  readonly client: RegistryClient;
  /** The workspace, and the folder for files of the job. */
  readonly folder: string;
}

/** The runtime of an action in a test; a cluster or GitHub that nobody gave is refused where it is opened. */
export function createTestRuntime(
  { logger, client, folder }: RuntimeParts,
  given: Partial<Runtime> = {},
): Runtime {
  return {
    logger,
    clock: systemClock,
    signal: new AbortController().signal,
    run: { repository: 'shop/system', runId: '1', attempt: 1, url: '', actor: 'ada' },
    checkout: {},
    workspace: folder,
    temporaryFolder: folder,
    stepFiles: new Map(),
    mask: () => undefined,
    redact: (text) => text,
    readSecretVariable: () => undefined,
    saveState: () => undefined,
    openRegistry: () => Promise.resolve({ ...client, close: () => undefined }),
    openTools: () => toolsOnPath,
    openCluster: () => Promise.reject(new Error('no cluster is asked')),
    openGitHub: () => {
      throw new Error('GitHub is not asked');
    },
    ...given,
  };
}
