import { join } from 'node:path';
import { parseRepository } from '@slipway/core/image-ref';
import type { DeploymentContext } from '@slipway/flow/deployment';
import { openLedger } from '@slipway/flow/ledger';
import { systemClock } from '@slipway/io/clock';
import type { Stage } from '../stage/index.js';

export interface TestContextOptions {
  readonly service: string;
  readonly namespace: string;
  /** For files. */
  readonly folder: string;
}

type TestSurroundings = Pick<Stage, 'registryHost'> &
  Pick<DeploymentContext, 'cluster' | 'client' | 'logger'>;

/** What a deployment works with on a stage: a ledger of the service’s own, and the stage’s cluster and registry. */
export function createTestContext(
  { cluster, client, logger, registryHost }: TestSurroundings,
  { service, namespace, folder }: TestContextOptions,
): DeploymentContext {
  const repository = parseRepository(`${registryHost}/${namespace}/${service}-ledger`);
  return {
    service,
    namespace,
    cluster,
    client,
    ledger: openLedger({ client, clock: systemClock, logger, repository, environment: 'test' }),
    clock: systemClock,
    logger,
    signal: new AbortController().signal,
    evidenceFolder: join(folder, 'evidence'),
    run: { repository: 'shop/app', runId: '1', attempt: 1, url: '', actor: 'ada' },
  };
}
