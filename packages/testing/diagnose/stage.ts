import {
  formatRepository,
  parsePinnedReference,
  type PinnedReference,
} from '@slipway/core/image-ref';
import { createRegistryClient, type RegistryClient } from '@slipway/io/registry';
import { systemClock } from '@slipway/io/clock';
import { readLabFolder } from '@slipway/lab/parts';
import { openStage, type Stage } from '../stage/index.js';
import { startMoodyRegistry, type MoodyRegistry } from './moody-registry.js';

/** What all rows share: two images, and a registry with moods in front of the one that holds them. */
export interface DiagnoseStage {
  readonly stage: Stage;
  readonly registry: MoodyRegistry;
  /** Reaches both registries. */
  readonly client: RegistryClient;
  readonly first: PinnedReference;
  readonly second: PinnedReference;
  /** An image that no registry has. */
  readonly nowhere: PinnedReference;
  /** An image that is pulled through the registry with moods, under the name of a row. */
  readonly throughMoods: (row: string) => PinnedReference;
  close(): Promise<void>;
}

export async function openDiagnoseStage(name: string): Promise<DiagnoseStage> {
  const stage = await openStage(name);
  const { registryHost, repository, logger } = stage;
  const registry = await startMoodyRegistry(registryHost, repository.path, readLabFolder());
  const client = await createRegistryClient({
    credentials: [],
    plainHttp: [registryHost, registry.host],
    logger,
    clock: systemClock,
    signal: new AbortController().signal,
  });
  const first = await stage.push({ version: '1.0.0', behaviour: 'serve' });
  const second = await stage.push({ version: '1.1.0', behaviour: 'serve' });
  return {
    stage,
    registry,
    client,
    first,
    second,
    nowhere: parsePinnedReference(`${formatRepository(repository)}@sha256:${'0'.repeat(64)}`),
    throughMoods: (row) => parsePinnedReference(`${registry.host}/${row}/app@${second.digest}`),
    close: async () => {
      await registry.close();
      await stage.close();
    },
  };
}
