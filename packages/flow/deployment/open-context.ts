import { join } from 'node:path';
import type { Repository } from '@slipway/core/image-ref';
import type { RegistryOptions } from '@slipway/io/registry';
import { openLedger } from '../ledger/index.js';
import type { ClusterInputs, Runtime } from '../runtime/index.js';
import type { DeploymentContext } from './context.js';
import { openSession } from './session.js';

export interface DeploymentPlace {
  readonly service: string;
  readonly namespace: string;
  readonly environment: string;
  readonly registry: RegistryOptions;
  readonly cluster: ClusterInputs;
  readonly ledger: Repository;
}

/** Opens the registry and the cluster of a deployment; the runtime closes them. */
export async function openDeployment(
  runtime: Runtime,
  place: DeploymentPlace,
): Promise<DeploymentContext> {
  const { clock, logger, signal, run, temporaryFolder } = runtime;
  const { service, namespace, environment, ledger: repository } = place;
  const client = await runtime.openRegistry(place.registry, { outlivesSignal: true });
  return {
    service,
    namespace,
    client,
    cluster: await runtime.openCluster(place.cluster, { outlivesSignal: true }),
    ledger: openLedger({ client, clock, logger, repository, environment }),
    clock,
    logger,
    signal,
    run,
    evidenceFolder: join(temporaryFolder, 'slipway-evidence'),
  };
}

const beganState = 'slipway-began';
const endedState = 'slipway-ended';

/** Remembers for the post step that a deployment began, and that this process lived to see its end. */
export async function rememberEnd<T>(runtime: Runtime, work: () => Promise<T>): Promise<T> {
  runtime.saveState(beganState, 'true');
  try {
    return await work();
  } finally {
    runtime.saveState(endedState, 'true');
  }
}

/**
 * For the post step: a deployment whose process was killed is recorded as abandoned now, and not only by the
 * next run. Where the process saw its end there is nothing to do.
 */
export async function finishKilled(
  runtime: Runtime,
  place: DeploymentPlace,
  state: (name: string) => string | undefined,
): Promise<void> {
  if (state(beganState) !== 'true' || state(endedState) === 'true') return;
  const context = await openDeployment(runtime, place);
  const { state: recorded } = await context.ledger.read();
  if (recorded.inProgress === undefined) return;
  const session = await openSession(context); // marks it
  await session.close();
}
