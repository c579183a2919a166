import { invalidInput } from '@slipway/core/errors';
import type { Cluster } from '@slipway/io/cluster';
import type { RegistryClient } from '@slipway/io/registry';
import type { DeploymentPlace } from '../deployment/index.js';
import { openLedger, resolveLedgerRepository, type RecordPlace } from '../ledger/index.js';
import type { Runtime } from '../runtime/index.js';
import type { PlannedService } from './plan-redeploy.js';

/**
 * Refuses to take a kubeconfig that leads to the source: it would be written to behind its record's back. The
 * namespace is the same by then, so that it is the cluster that tells them apart; the record knows its uid.
 *
 * @throws SlipwayError `invalid-input`
 */
export async function refuseSamePlace(
  runtime: Runtime,
  services: readonly PlannedService[],
  target: Pick<DeploymentPlace, 'registry' | 'cluster'>,
): Promise<void> {
  const [first] = services;
  if (first === undefined) return;
  const client = await runtime.openRegistry(target.registry, { outlivesSignal: true });
  const cluster = await runtime.openCluster(target.cluster, { outlivesSignal: true });
  const [source, here] = await Promise.all([
    fetchRecordedCluster(runtime, client, first.source),
    fetchClusterUid(cluster),
  ]);
  if (source === undefined || source !== here) return;
  const from = first.source.environment;
  throw invalidInput([
    {
      subject: 'context',
      given: cluster.context,
      expected: `the cluster of ${first.target.environment}; it leads to that of ${from}, which is only read`,
      fix: 'Check kubeconfig and context, and the environment’s context in the system file.',
    },
  ]);
}

/** The cluster that the newest event of a record was written for. */
async function fetchRecordedCluster(
  { clock, logger }: Runtime,
  client: RegistryClient,
  place: RecordPlace,
): Promise<string | undefined> {
  const repository = resolveLedgerRepository(place);
  const { environment } = place;
  const ledger = openLedger({ client, clock, logger, repository, environment });
  return (await ledger.read()).lease?.clusterUid;
}

async function fetchClusterUid(cluster: Cluster): Promise<string | undefined> {
  const namespace = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
  return namespace?.metadata.uid;
}
