import {
  findDeployers,
  formatIdentity,
  identify,
  readFieldManagers,
  valueAt,
  type KubernetesObject,
  type ObjectIdentity,
} from '@slipway/core/manifest';
import { mapParallel } from '@slipway/core/parallel';
import type { Cluster } from '@slipway/io/cluster';
import { findAutoscaled } from './autoscaled.js';
import { atOnce } from './at-once.js';
import { ownName } from './field-manager.js';

/** What is live of a service that something else than Slipway deployed. */
export interface LiveService {
  /** In the order in which they were asked for; without those that are being deleted. */
  readonly objects: readonly KubernetesObject[];
  /** Field managers that deployed them and are done with it: their fields may be taken over. */
  readonly deployers: ReadonlySet<string>;
  /** Workloads whose replicas an autoscaler sets, as `formatIdentity` writes them. */
  readonly autoscaled: ReadonlySet<string>;
  /** Namespaces whose autoscalers may not be listed: there every workload counts as scaled by one. */
  readonly unlisted: readonly string[];
}

/**
 * Reads objects as they are live, and who deployed them.
 *
 * @throws ClusterError when an object may not be read
 */
export async function readLiveService(
  cluster: Cluster,
  identities: readonly ObjectIdentity[],
  signal: AbortSignal,
): Promise<LiveService> {
  const found = await mapParallel(atOnce, identities, (identity) => {
    signal.throwIfAborted();
    return readLiveObject(cluster, identity);
  });
  const objects = found.filter((object) => object !== undefined);
  return {
    objects,
    deployers: findDeployers(objects),
    ...(await describeScaling(cluster, objects)),
  };
}

/**
 * A live object with the record of who manages its fields; undefined when it is not there, or is being deleted.
 * Of one that has no record (made long ago, or somebody cleared it) the API makes one at the first server-side
 * apply, manager `before-first-apply`: here a dry run that asks for nothing.
 */
export async function readLiveObject(
  cluster: Cluster,
  identity: ObjectIdentity,
): Promise<KubernetesObject | undefined> {
  const object = await cluster.get(identity);
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return undefined;
  if (readFieldManagers(object).length > 0) return object;
  const { apiVersion, kind, name, namespace } = identity;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return cluster.apply({ apiVersion, kind, metadata }, { fieldManager: ownName, dryRun: true });
}

/** Where autoscalers may not be listed there may be one for anything: replicas that nobody owns stay as they are. */
async function describeScaling(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
): Promise<Pick<LiveService, 'autoscaled' | 'unlisted'>> {
  const scaled = objects.filter((object) => valueAt(object, 'spec', 'replicas') !== undefined);
  const { targets, unlisted } = await findAutoscaled(cluster, scaled);
  const unknown = scaled.filter(({ metadata }) => unlisted.includes(metadata.namespace ?? ''));
  const titles = unknown.map((object) => formatIdentity(identify(object)));
  return { autoscaled: new Set([...targets, ...titles]), unlisted };
}
