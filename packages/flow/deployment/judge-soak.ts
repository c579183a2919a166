import { SlipwayError, describeError } from '@slipway/core/errors';
import { formatIdentity } from '@slipway/core/manifest';
import type { Attempt } from '@slipway/core/release';
import { findSoakTrouble } from '@slipway/core/rollout';
import { applyObjects } from './apply.js';
import type { Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { fieldManagerOf } from './field-manager.js';
import { fetchSnapshot } from './fetch-snapshot.js';
import { listWorkloads, withoutJobs } from './workloads.js';

/** What became of a soak that nobody waited for. */
export type SoakVerdict =
  | { readonly state: 'held' }
  /** It is not over; nothing is wrong so far. */
  | { readonly state: 'open'; readonly until: Date }
  | { readonly state: 'broken'; readonly failure: SlipwayError }
  /** What runs is not what the bundle says, or nobody can tell what happened: nothing is proven. */
  | { readonly state: 'unclear'; readonly why: string };

/** The clocks of runner and cluster differ, and the first moments after a rollout are restless. */
const maxGraceMs = 60_000;

/**
 * Judges the soak of a verified release from what the cluster still tells of that time: no restart, no readiness
 * lost. Its window begins when the release became available, less a grace of a tenth of it, at most a minute.
 * Only what is certain condemns: a release that a drained node, an autoscaler or a person got in the way of is not
 * settled, and not quarantined.
 */
export async function judgeSoak(
  {
    service,
    cluster,
    clock,
    logger,
    signal,
  }: Pick<DeploymentContext, 'service' | 'cluster' | 'clock' | 'logger' | 'signal'>,
  bundle: Bundle,
  attempt: Attempt,
): Promise<SoakVerdict> {
  const { soakMs } = bundle.config.verification;
  const startMs = Date.parse(attempt.liveSince ?? attempt.startedAt);
  const untilMs = startMs + soakMs;
  const graceMs = Math.min(maxGraceMs, soakMs / 10);
  const objects = withoutJobs(bundle.objects);
  const snapshot = await fetchSnapshot(cluster, listWorkloads(objects));
  const nowMs = clock.now().getTime();
  const window = { fromMs: startMs + graceMs, untilMs, nowMs, graceMs };
  const trouble = soakMs === 0 ? undefined : findSoakTrouble(snapshot, window);
  if (trouble?.isCertain === true) return { state: 'broken', failure: failSoak(trouble.sentence) };
  if (nowMs < untilMs) return { state: 'open', until: new Date(untilMs) };
  if (trouble !== undefined) return { state: 'unclear', why: trouble.sentence };
  const fieldManager = fieldManagerOf(service);
  const dry = { fieldManager, conflicts: 'take', dryRun: true, clock, logger, signal } as const;
  try {
    const { applied } = await applyObjects(cluster, objects, dry);
    const drifted = applied.filter(({ change }) => change !== 'unchanged');
    if (drifted.length === 0) return { state: 'held' };
    const names = drifted.map(({ identity }) => formatIdentity(identity)).join(', ');
    return { state: 'unclear', why: `not as the bundle has it: ${names}` };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SlipwayError)) throw error;
    return { state: 'unclear', why: describeError(error) };
  }
}

function failSoak(trouble: string): SlipwayError {
  return new SlipwayError('soak-failed', `${trouble}, within the soak`, {
    fix: 'The release came up but did not stay up: look at the log of the container.',
  });
}
