import { SlipwayError } from '@slipway/core/errors';
import { splitTurns, type KubernetesObject } from '@slipway/core/manifest';
import type { Snapshot } from '@slipway/core/rollout';
import { applyObjects } from './apply.js';
import { awaitWorkloads } from './await-workloads.js';
import type { DeploymentContext } from './context.js';
import { fieldManagerOf } from './field-manager.js';
import { findFirstProblem } from './first-problem.js';
import { describeProblem, type Release, type ReleaseProblem } from './release-problem.js';
import { describeSilence } from './describe-silence.js';
import { runSmokeTest } from './smoke-test.js';
import type { Steps } from './workloads.js';

export interface VerifyOptions {
  readonly steps: Steps;
  readonly release: Release;
  /** For the Jobs, on the monotonic clock. */
  readonly deadlineMs: number;
  /** What was seen when the release became available. */
  readonly snapshot: Snapshot;
}

/**
 * Finds out whether a release that is available does what it should: the Jobs that run once it is there, then its
 * smoke tests, Jobs and HTTP request side by side.
 *
 * @returns undefined when it does
 */
export async function verifyRelease(
  context: DeploymentContext,
  options: VerifyOptions,
): Promise<ReleaseProblem | undefined> {
  const { steps } = options;
  const after = await runJobs(context, options, steps.afterAvailable);
  if (after !== undefined) return describeProblem(context, options.release, after);
  return findFirstProblem(context.signal, [
    (signal) => askOverHttp({ ...context, signal }, options),
    (signal) => runSmokeJobs({ ...context, signal }, options),
  ]);
}

async function runSmokeJobs(
  context: DeploymentContext,
  options: VerifyOptions,
): Promise<ReleaseProblem | undefined> {
  const failed = await runJobs(context, options, options.steps.smokeTests);
  if (failed === undefined) return undefined;
  const { message, fix } = failed.failure;
  const code = 'smoke-test-failed';
  return describeProblem(context, options.release, {
    failure: new SlipwayError(code, `the smoke test failed: ${message}`, {
      cause: failed.failure,
      ...(fix === undefined ? {} : { fix }),
    }),
    finding: { ...failed.finding, code },
    snapshot: failed.snapshot,
  });
}

/** Makes Jobs anew and waits for them, turn by turn. */
async function runJobs(
  context: DeploymentContext,
  { release, deadlineMs }: VerifyOptions,
  jobs: readonly KubernetesObject[],
) {
  const { service, cluster, clock, logger, signal } = context;
  const fieldManager = fieldManagerOf(service);
  const options = { fieldManager, conflicts: 'take', dryRun: false, isRunAnew: true } as const;
  for (const turn of splitTurns(jobs)) {
    const { applied } = await applyObjects(cluster, turn, { ...options, clock, logger, signal });
    const result = await awaitWorkloads({ ...context, release, deadlineMs }, turn, applied);
    if (result.state === 'failed') return result;
  }
  return undefined;
}

async function askOverHttp(
  context: DeploymentContext,
  { release, snapshot }: VerifyOptions,
): Promise<ReleaseProblem | undefined> {
  const { cluster, clock, logger, namespace, signal } = context;
  const { smokeTest } = release.bundle.config.verification;
  if (smokeTest === undefined) return undefined;
  const { timeoutMs, ...request } = smokeTest;
  const result = await runSmokeTest(cluster, {
    ...request,
    namespace,
    deadlineMs: clock.monotonicMs() + timeoutMs,
    clock,
    logger,
    signal,
  });
  if (result.state === 'passed') return undefined;
  const failure = new SlipwayError('smoke-test-failed', result.sentence, {
    fix: 'The release runs but does not answer as it should: look at its log, or at the smoke test’s path.',
  });
  const finding = describeSilence(snapshot, failure, 'SmokeTestFailed');
  if (finding === undefined) return { failure, fault: 'candidate' };
  return describeProblem(context, release, { failure, finding, snapshot });
}
