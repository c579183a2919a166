import {
  identify,
  splitTurns,
  type KubernetesObject,
  type ObjectIdentity,
} from '@slipway/core/manifest';
import type { Snapshot } from '@slipway/core/rollout';
import { isBeforeOwn } from './adoption.js';
import { applyObjects } from './apply.js';
import type { AppliedObject, ApplyObjectsOptions } from './apply-options.js';
import { awaitRelease, awaitWorkloads } from './await-workloads.js';
import { createSecrets } from './bundle-secrets.js';
import type { DeploymentContext } from './context.js';
import { fieldManagerOf } from './field-manager.js';
import { readInventory } from './inventory.js';
import type { MakeLiveRequest } from './make-live-request.js';
import { pruneObjects } from './prune.js';
import { describeProblem, type Release, type ReleaseProblem } from './release-problem.js';
import { replaceStuckPods } from './replace-stuck-pods.js';
import type { Session } from './session.js';
import { takeOver } from './take-over.js';
import { listAutoscalers, type Steps } from './workloads.js';

/** A release whose workloads are all available. */
export interface RolledOut {
  readonly applied: readonly AppliedObject[];
  readonly pruned: readonly ObjectIdentity[];
  readonly snapshot: Snapshot;
}

export interface RollOutOptions {
  readonly steps: Steps;
  readonly release: Release;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
}

/**
 * Takes over what others deployed, applies in phases, and watches: first the migrations, which must complete before
 * any workload is touched, then everything. What earlier bundles had and this one has not goes at the end.
 */
export async function rollOut(
  context: DeploymentContext,
  session: Session,
  request: MakeLiveRequest,
  { steps, release, deadlineMs }: RollOutOptions,
): Promise<RolledOut | ReleaseProblem> {
  const { cluster, clock, logger, namespace } = context;
  const { bundle, conflicts, ran } = request;
  const { signal } = session;
  const fieldManager = fieldManagerOf(context.service);
  const inventory = request.prune ? await readInventory(context, session.state, request) : [];
  if (isBeforeOwn(session.state)) {
    const identities = [...bundle.objects.map(identify), ...inventory];
    await takeOver(cluster, identities, { fieldManager, logger, signal });
  }
  const keep = bundle.objects.map(identify);
  const prune = (identities: readonly ObjectIdentity[]): Promise<readonly ObjectIdentity[]> =>
    pruneObjects(cluster, {
      ...{ fieldManager, inventory: identities, keep, dryRun: false, clock, logger, signal },
      ...(request.tellDifference === undefined ? {} : { tellDifference: request.tellDifference }),
    });
  const options = { fieldManager, conflicts, dryRun: false, clock, logger, signal, ran } as const;
  const watch = { ...context, signal, release, deadlineMs };
  const title = `${bundle.config.version} to ${namespace}`;

  const prepared = [...(await createSecrets(cluster, bundle, { logger, signal }))];
  for (const turn of splitTurns(steps.preparation)) {
    const { applied } = await logger.group(`Apply ${title}`, () =>
      applyObjects(cluster, turn, options),
    );
    prepared.push(...applied);
    const migrated = await awaitWorkloads(watch, turn, applied);
    if (migrated.state === 'failed') return describeProblem(context, release, migrated);
  }
  const early = await prune(listAutoscalers(inventory));
  const released = await applyRelease(context, steps.release, options, title);
  if (request.intent === 'rollback') {
    await replaceStuckPods(cluster, steps.release, { clock, logger, signal });
  }
  const rollout = await awaitRelease(watch, steps, [...prepared, ...released]);
  if (rollout.state === 'failed') return describeProblem(context, release, rollout);
  const pruned = [...early, ...(await prune(inventory))];
  return { applied: [...prepared, ...released], pruned, snapshot: rollout.snapshot };
}

async function applyRelease(
  { cluster, logger }: DeploymentContext,
  objects: readonly KubernetesObject[],
  options: ApplyObjectsOptions,
  title: string,
): Promise<readonly AppliedObject[]> {
  if (objects.length === 0) return [];
  return logger.group(`Apply the workloads of ${title}`, async () => {
    return (await applyObjects(cluster, objects, options)).applied;
  });
}
