import { identify } from '@slipway/core/manifest';
import { liveAttempt, type LedgerState } from '@slipway/core/release';
import type { Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { formatObjectKey } from './object-key.js';
import { pullOwnBundle } from './own-bundle.js';
import { listWorkloads, withoutJobs } from './workloads.js';

type Context = Pick<DeploymentContext, 'cluster' | 'client' | 'ledger' | 'service' | 'namespace'>;

/**
 * The Jobs of a bundle that have run here, by the record: those that the live bundle has, too, and all of them
 * where this very bundle was available before. A Job that cleans itself up afterwards is not missed then, and not
 * run again. Where no workload of the live bundle is left, somebody emptied the namespace: nothing has run.
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
  const wasAvailable = state.attempts.some(
    ({ bundle: digest, liveSince }) => digest === bundle.digest && liveSince !== undefined,
  );
  const keys = new Set(objects.map(identify).map(formatObjectKey));
  return new Set(jobs.map(formatObjectKey).filter((key) => wasAvailable || keys.has(key)));
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
