import {
  formatIdentity,
  identify,
  readFieldManagers,
  type KubernetesObject,
  type ObjectIdentity,
} from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { serviceOf } from './field-manager.js';
import { asAskedFor, diffObject, type TellDifference } from './object-diff.js';
import { formatObjectKey } from './object-key.js';

const pauseMs = 500;
const finalizerPatienceMs = 10_000;
const nobody: ReadonlySet<string> = new Set();

/** Never deleted by us: what is in them cannot be brought back by applying a bundle. */
const keptKinds: ReadonlySet<string> = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'PersistentVolume',
  'PersistentVolumeClaim',
]);

/** With it the author of a chart says what outlives the chart: `keep`. */
const resourcePolicy = 'helm.sh/resource-policy';

/** Whether an object of this kind goes when the bundle no longer has it. */
export function isPrunable({ kind }: Pick<ObjectIdentity, 'kind'>): boolean {
  return !keptKinds.has(kind);
}

export interface PruneOptions {
  /** Who applied the bundles. */
  readonly fieldManager: string;
  /** What was applied by bundles that may have been live; what is not in `keep` goes. */
  readonly inventory: readonly ObjectIdentity[];
  /** As in `ApplyObjectsOptions`. */
  readonly deployers?: ReadonlySet<string>;
  readonly keep: readonly ObjectIdentity[];
  /** As in `ApplyObjectsOptions`. */
  readonly tellDifference?: TellDifference;
  readonly dryRun: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Deletes what earlier bundles made and the current one does not have. Namespaces, custom resource definitions
 * and volumes stay, and so does what is no longer managed by us, what another service has too, and what is annotated
 * to be kept.
 *
 * @returns what was deleted (or would be, in a dry run)
 */
export async function pruneObjects(
  cluster: Cluster,
  options: PruneOptions,
): Promise<readonly ObjectIdentity[]> {
  const { inventory, keep, dryRun, logger, signal } = options;
  const kept = new Set(keep.map(formatObjectKey));
  // what was applied last is deleted first
  const candidates = new Map(
    inventory.toReversed().map((identity) => [formatObjectKey(identity), identity]),
  );
  const pruned: ObjectIdentity[] = [];
  const leaving: KubernetesObject[] = [];
  for (const [key, identity] of candidates) {
    if (kept.has(key) || !isPrunable(identity)) continue;
    signal.throwIfAborted();
    const object = await cluster.get(identity);
    if (object === undefined) continue;
    if (!isOurs(object, options)) {
      const { fieldManager } = options;
      logger.warning(`kept ${formatIdentity(identity)}: ${fieldManager} no longer manages it`);
      continue;
    }
    if (object.metadata.annotations?.[resourcePolicy] === 'keep') {
      logger.info(`kept ${formatIdentity(identity)}: ${resourcePolicy} says so`);
      continue;
    }
    const others = listOtherServices(object, options);
    if (others.length > 0) {
      await letGo(cluster, identity, options);
      logger.info(`kept ${formatIdentity(identity)}: it is also of ${others.join(', ')}`);
      continue;
    }
    if (await tryRemove(cluster, object, options)) {
      logger.info(`deleted${dryRun ? ' (dry run)' : ''}: ${formatIdentity(identity)}`);
      pruned.push(identity);
      const difference = diffObject(asAskedFor(object), undefined, ['live', 'planned']);
      if (difference !== undefined) options.tellDifference?.(difference);
      if (listFinalizers(object).length > 0) leaving.push(object);
    }
  }
  if (!dryRun) await awaitGone(cluster, leaving, options);
  return pruned;
}

/** What may not be deleted is told, and stays: a release that works is not taken back for what is left of another. */
async function tryRemove(
  cluster: Cluster,
  object: KubernetesObject,
  { dryRun, logger }: PruneOptions,
): Promise<boolean> {
  const { uid } = object.metadata;
  const identity = identify(object);
  try {
    return await cluster.remove(identity, { dryRun, ...(uid === undefined ? {} : { uid }) });
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code !== 'cluster-refused') throw error;
    logger.warning(`kept ${formatIdentity(identity)}: ${error.message}`);
    return false;
  }
}

function listFinalizers({ metadata: { finalizers } }: KubernetesObject): readonly unknown[] {
  return Array.isArray(finalizers) ? finalizers : [];
}

/** What a finalizer keeps is waited for a while: who removes it may be away for good. */
async function awaitGone(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  { clock, logger, signal }: PruneOptions,
): Promise<void> {
  const deadlineMs = clock.monotonicMs() + finalizerPatienceMs;
  for (const object of objects) {
    const identity = identify(object);
    for (;;) {
      const left = await cluster.get(identity);
      if (left === undefined || left.metadata.uid !== object.metadata.uid) break;
      if (clock.monotonicMs() >= deadlineMs) {
        const finalizers = listFinalizers(left).join(', ');
        logger.warning(
          `${formatIdentity(identity)} is still being deleted: it waits for its finalizers ${finalizers}`,
        );
        break;
      }
      await clock.sleep(pauseMs, signal);
    }
  }
}

/** The API forgets managers that own no field, as of an object that is only a name: that one counts as ours. */
function isOurs(
  object: KubernetesObject,
  { fieldManager, deployers = nobody }: PruneOptions,
): boolean {
  const managers = readFieldManagers(object).filter(({ subresource }) => subresource === undefined);
  const isOwn = managers.some(({ name }) => name === fieldManager || deployers.has(name));
  return managers.length === 0 || isOwn;
}

/** Services whose manifests have the object, too. */
function listOtherServices(
  object: KubernetesObject,
  { fieldManager }: PruneOptions,
): readonly string[] {
  return readFieldManagers(object)
    .filter(({ name }) => name !== fieldManager)
    .flatMap(({ name }) => serviceOf(name) ?? []);
}

/** Applying nothing of an object gives up the fields that were ours: those that others have stay. */
async function letGo(
  cluster: Cluster,
  { apiVersion, kind, name, namespace }: ObjectIdentity,
  { fieldManager, dryRun }: PruneOptions,
): Promise<void> {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  await cluster.apply({ apiVersion, kind, metadata }, { fieldManager, dryRun });
}
