import type { Digest } from '@slipway/core/image-ref';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { mapParallel } from '@slipway/core/parallel';
import { liveAttempt, type Attempt, type LedgerState } from '@slipway/core/release';
import { atOnce } from './at-once.js';
import type { Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { formatObjectKey } from './object-key.js';
import { pullOwnBundle, tryPullOwnBundle } from './own-bundle.js';
import { listWorkloads, withoutJobs } from './workloads.js';

type Context = Pick<DeploymentContext, 'cluster' | 'client' | 'ledger' | 'service' | 'namespace'>;

/**
 * The Jobs of a bundle that have run here, by the record: those that the live bundle has, too, those of what was
 * available since and is left (a way back undoes no migration), and all of them where this very bundle was available
 * before. A Job that is not there any more is not missed then, and not run again. Where no workload of the live bundle
 * is left, somebody emptied the namespace: nothing has run.
 *
 * @returns keys as `formatObjectKey` writes them
 */
export async function findRanJobs(
  context: Context,
  state: LedgerState,
  bundle: Bundle,
): Promise<ReadonlySet<string>> {
  const jobs = bundle.objects.filter(({ kind }) => kind === 'Job').map(identify);
  const live = liveAttempt(state);
  if (jobs.length === 0 || live === undefined) return new Set();
  const isLive = live.bundle === bundle.digest;
  const { objects } = isLive ? bundle : await pullOwnBundle(context, live.bundle);
  if (!(await isAnyThere(context, listWorkloads(withoutJobs(objects))))) return new Set();
  const available = state.attempts.filter(({ liveSince }) => liveSince !== undefined);
  const wasAvailable = available.some(({ bundle: digest }) => digest === bundle.digest);
  const first = available.findLastIndex(({ bundle: digest }) => digest === live.bundle);
  const since = available.slice(0, Math.max(0, first)); // newest first
  const left = wasAvailable ? [] : await pullLeft(context, since, live.bundle);
  const keys = new Set([...objects, ...left].map(identify).map(formatObjectKey));
  return new Set(jobs.map(formatObjectKey).filter((key) => wasAvailable || keys.has(key)));
}

/** Of a release that was left only its Jobs matter: where its bundle is gone, they may run again. */
async function pullLeft(
  context: Context,
  since: readonly Attempt[],
  live: Digest,
): Promise<readonly KubernetesObject[]> {
  const digests = new Set(since.map(({ bundle }) => bundle).filter((digest) => digest !== live));
  const bundles = await mapParallel(atOnce, [...digests], (digest) =>
    tryPullOwnBundle(context, digest),
  );
  return bundles.flatMap((bundle) => bundle?.objects ?? []);
}

async function isAnyThere(
  { cluster }: Context,
  identities: ReturnType<typeof listWorkloads>,
): Promise<boolean> {
  // what runs no pods all the time, such as CronJobs, says nothing of an empty namespace
  if (identities.length === 0) return true;
  for (const identity of identities) {
    if ((await cluster.get(identity)) !== undefined) return true;
  }
  return false;
}
