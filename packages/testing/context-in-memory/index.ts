import { parseRepository } from '@slipway/core/image-ref';
import type { DeploymentContext } from '@slipway/flow/deployment';
import { openLedger } from '@slipway/flow/ledger';
import { createSteppedClock } from '../clock/index.js';
import { createClusterInMemory } from '../cluster/index.js';
import { createRecordingLogger, type RecordingLogger } from '../logger/index.js';
import { createRegistryInMemory } from '../registry-in-memory/index.js';

/** What a deployment of `catalog` to `shop` works with, nothing of it real: what runs there nobody watches. */
export interface ContextInMemory extends DeploymentContext {
  readonly logger: RecordingLogger;
}

export async function createContextInMemory(): Promise<ContextInMemory> {
  const [service, namespace] = ['catalog', 'shop'];
  const cluster = createClusterInMemory();
  for (const name of ['kube-system', namespace]) {
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const logger = createRecordingLogger();
  const [clock, { client }] = [createSteppedClock(), createRegistryInMemory()];
  const repository = parseRepository('memory.example.com/shop/catalog-ledger');
  return {
    service,
    namespace,
    cluster,
    client,
    ledger: openLedger({ client, clock, logger, repository, environment: 'test' }),
    clock,
    logger,
    signal: new AbortController().signal,
    run: { repository: 'acme/shop', runId: '7', attempt: 1, url: '', actor: 'ada' },
    evidenceFolder: '/nowhere',
  };
}
