import { identify, readFieldManagers, type KubernetesObject } from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import { describeConflict } from './apply-refusals.js';
import { tryAsk } from './try-ask.js';

/** An object that the server refuses as long as others own its fields. */
export interface RefusedObject {
  readonly object: KubernetesObject;
  readonly before: KubernetesObject | undefined;
  readonly error: ClusterError;
}

export interface Adopting {
  /** Managers whose fields will be ours. */
  readonly deployers: ReadonlySet<string>;
  readonly fieldManager: string;
}

/**
 * What a refusal comes to once the fields of `deployers` are ours, asked in dry runs. Their conflicts are none
 * then. And where their old fields do not go with our new ones (a probe of another kind, a value that now comes
 * from a Secret), the object is right if the server would make it anew.
 *
 * @returns the object as it would be, or the error that is left
 */
export async function checkAdopted(
  cluster: Cluster,
  { object, before, error }: RefusedObject,
  { deployers, fieldManager }: Adopting,
): Promise<KubernetesObject | ClusterError> {
  const managers = before === undefined ? [] : readFieldManagers(before);
  if (!managers.some(({ name }) => deployers.has(name))) return error;
  if (error.code !== 'apply-conflict') return checkAnew(cluster, object, error);
  const conflicts = error.conflicts.filter(({ manager }) => !deployers.has(manager));
  if (conflicts.length > 0) return describeConflict(identify(object), conflicts, error);
  const forced = await tryAsk(() =>
    cluster.apply(object, { fieldManager, dryRun: true, force: true }),
  );
  return forced instanceof ClusterError ? checkAnew(cluster, object, forced) : forced;
}

/** That it exists is the last thing of which the server complains. */
async function checkAnew(
  cluster: Cluster,
  object: KubernetesObject,
  error: ClusterError,
): Promise<KubernetesObject | ClusterError> {
  const isAboutContent = error.status === 422 && !error.message.includes('immutable');
  if (!isAboutContent) return error;
  const made = await tryAsk(() => cluster.create(object, { dryRun: true }));
  if (!(made instanceof ClusterError)) return made;
  if (made.reason === 'AlreadyExists') return object;
  return made.code === 'cluster-denied' ? error : made;
}
