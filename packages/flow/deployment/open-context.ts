import { join } from 'node:path';
import type { Secret } from '@slipway/core/secret';
import type { RegistryOptions } from '@slipway/io/registry';
import {
  openLedger,
  readRecordPlace,
  resolveLedgerRepository,
  type RecordPlace,
} from '../ledger/index.js';
import { openMirror } from '../mirror/index.js';
import {
  isLaptop,
  parseName,
  readClusterInputs,
  readRegistryInputs,
  type ClusterInputs,
  type EnvironmentChoice,
  type InputReader,
  type Runtime,
  type ServiceChoice,
} from '../runtime/index.js';
import type { DeploymentContext } from './context.js';
import { pullBundle } from './bundle-artifact.js';
import { openSession } from './session.js';

/** Where a service is deployed, and where its record is. */
export interface DeploymentPlace extends RecordPlace {
  readonly namespace: string;
  readonly registry: RegistryOptions;
  readonly cluster: ClusterInputs;
}

/** What every action takes that deploys a service or looks at what is deployed. */
export function readDeploymentPlace(
  read: InputReader,
  service: ServiceChoice,
  environment: EnvironmentChoice,
  images: 'required' | 'optional' = 'required',
): DeploymentPlace {
  return {
    ...readRecordPlace(read, service, environment, images),
    namespace: read.required('namespace', parseName, environment.settings?.namespace),
    registry: readRegistryInputs(read),
    cluster: readClusterInputs(read, environment),
  };
}

/** Opens the registry and the cluster of a deployment; the runtime closes them. */
export async function openDeployment(
  runtime: Runtime,
  place: DeploymentPlace,
  { token }: { readonly token?: Secret } = {},
): Promise<DeploymentContext> {
  const { clock, logger, signal, run, temporaryFolder, checkout } = runtime;
  const { service, namespace, environment } = place;
  const repository = resolveLedgerRepository(place);
  const client = await runtime.openRegistry(place.registry, { outlivesSignal: true });
  const { commit } = checkout;
  const mirror =
    token === undefined || commit === undefined || isLaptop(run)
      ? undefined
      : openMirror({
          github: runtime.openGitHub(token),
          logger,
          service,
          environment,
          isProduction: place.isProduction,
          run,
          commit,
          findCommit: async (digest) =>
            (await pullBundle(client, repository, digest)).config.commit,
        });
  return {
    service,
    namespace,
    isProduction: place.isProduction,
    ...(mirror === undefined ? {} : { mirror }),
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
  options: { readonly token?: Secret } = {},
): Promise<void> {
  if (state(beganState) !== 'true' || state(endedState) === 'true') return;
  const context = await openDeployment(runtime, place, options);
  const { state: recorded } = await context.ledger.read();
  if (recorded.inProgress === undefined) return;
  const session = await openSession(context); // marks it
  await session.close();
}
