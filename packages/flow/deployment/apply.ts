import {
  formatIdentity,
  identify,
  phases,
  readFieldManagers,
  textAt,
  type KubernetesObject,
  type ObjectIdentity,
  type Phase,
} from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { describeRefusals, type Refusal } from './apply-refusals.js';
import { fieldManager } from './field-manager.js';
import { formatObjectKey } from './object-key.js';
import { isSameObject } from './same-object.js';
import { awaitEstablished } from './await-established.js';
import { checkAdopted } from './check-adopted.js';

export interface AppliedObject {
  readonly identity: ObjectIdentity;
  readonly change: 'created' | 'configured' | 'unchanged';
  /** Absent for kinds that have none. */
  readonly generation?: number;
}

export interface ApplyObjectsOptions {
  /** What to do about fields that other field managers own. */
  readonly conflicts: 'fail' | 'take';
  /** Ask the server about every phase, and write nothing. */
  readonly dryRun: boolean;
  readonly logger: Logger;
  /** Aborted when nothing may be written any more: the run was cancelled, or the lock lost. */
  readonly signal: AbortSignal;
  /** In a dry run before an adoption: managers whose fields will be ours by then, and stand in nobody’s way. */
  readonly deployers?: ReadonlySet<string>;
}

/**
 * Applies objects server-side, phase by phase; the server checks a whole phase before anything of it is written.
 *
 * @example
 * await applyObjects(cluster, bundle.objects, { conflicts: 'fail', dryRun: false, logger, signal })
 * // { applied: [{ identity: Deployment shop/catalog, change: 'configured', generation: 4 }] }
 * @throws ClusterError with all that is wrong in a phase: `cluster-refused`, `apply-conflict`, `cluster-denied`
 */
export async function applyObjects(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  options: ApplyObjectsOptions,
): Promise<{ readonly applied: readonly AppliedObject[] }> {
  const applied: AppliedObject[] = [];
  for (const phase of phases(objects)) {
    const checked = await checkPhase(cluster, phase, objects, options);
    for (const object of checked) {
      applied.push(await applyChecked(cluster, object, options));
    }
    if (!options.dryRun) await awaitEstablished(cluster, phase.objects, options.signal);
  }
  return { applied };
}

/** An object that the server accepts, with what is there now and what would be there then. */
interface CheckedObject {
  readonly object: KubernetesObject;
  readonly before: KubernetesObject | undefined;
  /** Absent when the server cannot tell before an earlier phase is written. */
  readonly planned: KubernetesObject | undefined;
  readonly isForced: boolean;
}

const nobody: ReadonlySet<string> = new Set();

async function checkPhase(
  cluster: Cluster,
  phase: Phase,
  all: readonly KubernetesObject[],
  options: ApplyObjectsOptions,
): Promise<readonly CheckedObject[]> {
  const checked: CheckedObject[] = [];
  const refusals: Refusal[] = [];
  for (const object of phase.objects) {
    options.signal.throwIfAborted();
    try {
      checked.push(await checkObject(cluster, object, all, options));
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code === 'cluster-unreachable') throw error;
      refusals.push({ identity: identify(object), error });
    }
  }
  if (refusals.length > 0) throw describeRefusals(phase, refusals);
  return checked;
}

async function checkObject(
  cluster: Cluster,
  object: KubernetesObject,
  all: readonly KubernetesObject[],
  { conflicts, dryRun, logger, deployers = nobody }: ApplyObjectsOptions,
): Promise<CheckedObject> {
  const before = await cluster.get(identify(object));
  try {
    const planned = await cluster.apply(object, { fieldManager, dryRun: true });
    return { object, before, planned, isForced: false };
  } catch (thrown) {
    if (!(thrown instanceof ClusterError)) throw thrown;
    const error = await checkAdopted(cluster, { object, before, error: thrown }, deployers);
    if (!(error instanceof ClusterError))
      return { object, before, planned: error, isForced: false };
    if (error.code === 'apply-conflict' && conflicts === 'take') {
      logger.warning(describeTaken(object, error));
      const planned = await cluster.apply(object, { fieldManager, dryRun: true, force: true });
      return { object, before, planned, isForced: true };
    }
    if (dryRun && isMadeBefore(object, all, error)) {
      logger.debug(`${formatIdentity(identify(object))} cannot be checked yet: ${error.message}`);
      return { object, before, planned: undefined, isForced: false };
    }
    throw error;
  }
}

function describeTaken(object: KubernetesObject, { conflicts }: ClusterError): string {
  const fields = conflicts.map(({ manager, field }) => `${field} (${manager})`).join(', ');
  return `${formatIdentity(identify(object))}: taking over ${fields}`;
}

/** In a dry run nothing is there of what would have been made before: the namespace, or the kind. */
function isMadeBefore(
  object: KubernetesObject,
  all: readonly KubernetesObject[],
  error: ClusterError,
): boolean {
  if (error.status !== 404) return false;
  const { namespace } = object.metadata;
  if (namespace !== undefined && error.message.includes(`namespaces "${namespace}" not found`)) {
    return true;
  }
  return all.some(
    (other) =>
      other.kind === 'CustomResourceDefinition' &&
      textAt(other, 'spec', 'names', 'kind') === object.kind,
  );
}

async function applyChecked(
  cluster: Cluster,
  { object, before, planned, isForced }: CheckedObject,
  { dryRun, logger, signal }: ApplyObjectsOptions,
): Promise<AppliedObject> {
  signal.throwIfAborted();
  const after = dryRun
    ? planned
    : await cluster.apply(object, { fieldManager, ...(isForced ? { force: true } : {}) });
  const identity = identify(object);
  const change = computeChange(before, after);
  logger.info(`${change}${dryRun ? ' (dry run)' : ''}: ${formatIdentity(identity)}`);
  const generation = after?.metadata.generation;
  return { identity, change, ...(generation === undefined ? {} : { generation }) };
}

function computeChange(
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
): AppliedObject['change'] {
  if (before === undefined || after === undefined) return 'created';
  return isSameObject(before, after) ? 'unchanged' : 'configured';
}

/** Never deleted by us: what is in them cannot be brought back by applying a bundle. */
const keptKinds: ReadonlySet<string> = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'PersistentVolume',
  'PersistentVolumeClaim',
]);

export interface PruneOptions {
  /** What was applied by bundles that may have been live; what is not in `keep` goes. */
  readonly inventory: readonly ObjectIdentity[];
  /** As in `ApplyObjectsOptions`. */
  readonly deployers?: ReadonlySet<string>;
  readonly keep: readonly ObjectIdentity[];
  readonly dryRun: boolean;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Deletes what earlier bundles made and the current one does not have. Namespaces, custom resource definitions
 * and volumes stay, and so does what is no longer managed by us.
 *
 * @returns what was deleted (or would be, in a dry run)
 */
export async function pruneObjects(
  cluster: Cluster,
  { inventory, keep, dryRun, logger, signal, deployers = nobody }: PruneOptions,
): Promise<readonly ObjectIdentity[]> {
  const kept = new Set(keep.map(formatObjectKey));
  // what was applied last is deleted first
  const candidates = new Map(
    inventory.toReversed().map((identity) => [formatObjectKey(identity), identity]),
  );
  const pruned: ObjectIdentity[] = [];
  for (const [key, identity] of candidates) {
    if (kept.has(key) || keptKinds.has(identity.kind)) continue;
    signal.throwIfAborted();
    const object = await cluster.get(identity);
    if (object === undefined) continue;
    if (!isOurs(object, deployers)) {
      logger.warning(`kept ${formatIdentity(identity)}: ${fieldManager} no longer manages it`);
      continue;
    }
    const { uid } = object.metadata;
    if (await cluster.remove(identity, { dryRun, ...(uid === undefined ? {} : { uid }) })) {
      logger.info(`deleted${dryRun ? ' (dry run)' : ''}: ${formatIdentity(identity)}`);
      pruned.push(identity);
    }
  }
  return pruned;
}

/** The API forgets managers that own no field, as of an object that is only a name: that one counts as ours. */
function isOurs(object: KubernetesObject, deployers: ReadonlySet<string>): boolean {
  const managers = readFieldManagers(object).filter(({ subresource }) => subresource === undefined);
  const isOwn = managers.some(({ name }) => name === fieldManager || deployers.has(name));
  return managers.length === 0 || isOwn;
}
