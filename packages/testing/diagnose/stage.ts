import {
  formatRepository,
  parsePinnedReference,
  type PinnedReference,
} from '@slipway/core/image-ref';
import { identify } from '@slipway/core/manifest';
import { createRegistryClient, type RegistryClient } from '@slipway/io/registry';
import { systemClock } from '@slipway/io/clock';
import { openLab, type Lab } from '@slipway/lab/parts';
import { openStage, type Stage } from '../stage/index.js';
import { externalSecrets, gadgets } from './definitions.js';
import { startMoodyRegistry, type MoodyRegistry } from './moody-registry.js';

/** What all rows share: two images, and a registry with moods in front of the one that holds them. */
export interface DiagnoseStage {
  readonly stage: Stage;
  readonly lab: Lab;
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

/** @param log takes a line about what is prepared, where that takes long */
export async function openDiagnoseStage(
  name: string,
  log: (line: string) => void = () => undefined,
): Promise<DiagnoseStage> {
  const lab = await openLab({ log });
  const stage = await openStage(name);
  const { registryHost, repository, logger } = stage;
  const registry = await startMoodyRegistry(registryHost, repository.path, (host) =>
    lab.admitRegistry(host),
  );
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
    lab,
    registry,
    client,
    first,
    second,
    nowhere: parsePinnedReference(`${formatRepository(repository)}@sha256:${'0'.repeat(64)}`),
    throughMoods: (row) => parsePinnedReference(`${registry.host}/${row}/app@${second.digest}`),
    close: async () => {
      await registry.close();
      // rows share them, so none can take them away
      for (const definition of [externalSecrets, gadgets]) {
        await stage.admin.remove(identify(definition));
      }
      await stage.close();
      await lab.close();
    },
  };
}
