import { isDeepStrictEqual } from 'node:util';
import {
  fieldsToLeave,
  formatIdentity,
  identify,
  planTakeOver,
  type KubernetesObject,
  type ObjectIdentity,
} from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { readLiveObject, readLiveService, type LiveService } from './live-service.js';
import { formatObjectKey } from './object-key.js';
import { listWorkloads } from './workloads.js';

const attempts = 5;

export interface TakeOverOptions {
  /** Whose the fields are then. */
  readonly fieldManager: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Makes the fields of whoever deployed these objects before Slipway’s own, as if Slipway had applied them: what
 * its next apply does not have then disappears. Only metadata is written, so that nothing is restarted.
 * What is Slipway’s already is passed over, so that a run that was killed in the middle can be gone on with.
 *
 * @throws ClusterError when the API refuses it
 */
export async function takeOver(
  cluster: Cluster,
  identities: readonly ObjectIdentity[],
  { fieldManager, logger, signal }: TakeOverOptions,
): Promise<void> {
  const each = new Map(identities.map((identity) => [formatObjectKey(identity), identity]));
  const live = await readLiveService(cluster, [...each.values()], signal);
  if (live.deployers.size === 0) return;
  const taken: string[] = [];
  const moved: string[] = [];
  for (const object of workloadsLast(live.objects)) {
    signal.throwIfAborted();
    const result = await takeObject(cluster, object, { ...live, fieldManager });
    if (result === 'nothing to take') continue;
    const title = formatIdentity(identify(object));
    taken.push(title);
    if (result === 'moved') moved.push(title);
  }
  if (taken.length === 0) return;
  logger.info(`taken over from ${[...live.deployers].join(', ')}: ${taken.join(', ')}`);
  if (moved.length === 0)
    logger.info('nothing but metadata was written: no pod was restarted by it');
  else logger.warning(`${moved.join(', ')} changed with it: pods may be restarted`);
}

/** The workloads tell who deployed: as long as one of them is not taken over, the rest can still be told apart. */
function workloadsLast(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const workloads = new Set(listWorkloads(objects).map(formatIdentity));
  const isWorkload = (object: KubernetesObject): boolean =>
    workloads.has(formatIdentity(identify(object)));
  return [...objects.filter((each) => !isWorkload(each)), ...objects.filter(isWorkload)];
}

/** @returns `moved` when the write changed more than metadata, as an admission webhook may */
async function takeObject(
  cluster: Cluster,
  object: KubernetesObject,
  { deployers, autoscaled, fieldManager }: LiveService & Pick<TakeOverOptions, 'fieldManager'>,
): Promise<'taken' | 'moved' | 'nothing to take'> {
  const identity = identify(object);
  const leave = fieldsToLeave(autoscaled.has(formatIdentity(identity)));
  let current: KubernetesObject | undefined = object;
  for (let attempt = 1; ; attempt += 1) {
    const patch = current && planTakeOver(current, { from: deployers, to: fieldManager, leave });
    if (patch === undefined) return 'nothing to take';
    try {
      const after = await cluster.patch(identity, patch, { fieldManager });
      return isDeepStrictEqual(contentOf(after), contentOf(current)) ? 'taken' : 'moved';
    } catch (error) {
      if (!isChanged(error) || attempt === attempts) throw error;
      current = await readLiveObject(cluster, identity);
    }
  }
}

/** The generation does not tell: a Deployment’s moves with its annotations. */
function contentOf(object: KubernetesObject | undefined): unknown {
  return { ...object, metadata: undefined, status: undefined };
}

/** Also a step of the patch that does not fit any more: of the two the API tells that first. */
function isChanged(error: unknown): boolean {
  return error instanceof ClusterError && (error.status === 409 || error.status === 422);
}
