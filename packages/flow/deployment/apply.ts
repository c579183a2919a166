import {
  formatIdentity,
  identify,
  nameServiceAccounts,
  phases,
  withoutReplicas,
  type KubernetesObject,
  type Phase,
} from '@slipway/core/manifest';
import { mapParallel } from '@slipway/core/parallel';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import { describeRefusals, type Refusal } from './apply-refusals.js';
import type { AppliedObject, ApplyObjectsOptions } from './apply-options.js';
import { atOnce } from './at-once.js';
import { findAutoscaled, type Autoscaled } from './autoscaled.js';
import { awaitEstablished } from './await-established.js';
import { checkObject, type CheckedObject } from './check-object.js';
import { asAskedFor, diffObject } from './object-diff.js';
import { isSameObject } from './same-object.js';

/**
 * Applies objects server-side, phase by phase; the server checks a whole phase before anything of it is written,
 * and what is as it should be is not written again.
 *
 * @example
 * await applyObjects(cluster, bundle.objects, { fieldManager, conflicts: 'fail', dryRun: false, clock, logger, signal })
 * // { applied: [{ identity: Deployment shop/catalog, change: 'configured' }] }
 * @throws ClusterError with all that is wrong in a phase: `cluster-refused`, `apply-conflict`, `cluster-denied`
 */
export async function applyObjects(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  options: ApplyObjectsOptions,
): Promise<{ readonly applied: readonly AppliedObject[] }> {
  const applied: AppliedObject[] = [];
  const autoscaled = await findAutoscaled(cluster, objects);
  for (const phase of phases(nameServiceAccounts(objects))) {
    const checked = await checkPhase(cluster, phase, { ...options, all: objects, autoscaled });
    const written = await applyPhase(cluster, checked, options);
    applied.push(...written.map(({ applied: each }) => each));
    tellDifferences(checked, written, options);
    if (!options.dryRun) {
      const changed = written.filter(({ applied: { change } }) => change !== 'unchanged');
      await awaitEstablished(
        cluster,
        changed.flatMap(({ after }) => after ?? []),
        options,
      );
    }
  }
  return { applied };
}

function tellDifferences(
  checked: readonly CheckedObject[],
  written: readonly Written[],
  { tellDifference }: ApplyObjectsOptions,
): void {
  if (tellDifference === undefined) return;
  for (const [index, { object, before, planned }] of checked.entries()) {
    if (written[index]?.applied.change === 'unchanged') continue;
    const after = asAskedFor(planned) ?? object;
    const difference = diffObject(asAskedFor(before), after, ['live', 'planned']);
    if (difference !== undefined) tellDifference(difference);
  }
}

async function checkPhase(
  cluster: Cluster,
  phase: Phase,
  options: ApplyObjectsOptions & {
    readonly all: readonly KubernetesObject[];
    readonly autoscaled: Autoscaled;
  },
): Promise<readonly CheckedObject[]> {
  const answers = await mapParallel(
    atOnce,
    phase.objects,
    async (object): Promise<CheckedObject | Refusal> => {
      options.signal.throwIfAborted();
      try {
        return await checkObject(cluster, object, options);
      } catch (error) {
        if (!(error instanceof ClusterError) || error.code === 'cluster-unreachable') throw error;
        return { identity: identify(object), error };
      }
    },
  );
  const refusals = answers.filter(isRefusal);
  if (refusals.length > 0) throw describeRefusals(phase, refusals);
  return answers.filter((answer): answer is CheckedObject => !isRefusal(answer));
}

function isRefusal(answer: CheckedObject | Refusal): answer is Refusal {
  return 'error' in answer;
}

interface Written {
  readonly applied: AppliedObject;
  /** As it is now; absent where it is not there. */
  readonly after: KubernetesObject | undefined;
}

/** What was done is told in the order of the objects, also where it ends in the middle. */
async function applyPhase(
  cluster: Cluster,
  checked: readonly CheckedObject[],
  options: ApplyObjectsOptions,
): Promise<readonly Written[]> {
  const results = new Map<CheckedObject, Written>();
  try {
    await mapParallel(atOnce, checked, async (each) => {
      options.signal.throwIfAborted();
      results.set(each, await applyChecked(cluster, each, options));
    });
  } finally {
    for (const each of checked) {
      const result = results.get(each);
      if (result !== undefined) tell(result.applied, options);
    }
  }
  return checked.flatMap((each) => results.get(each) ?? []);
}

function tell({ identity, change, hasRun }: AppliedObject, options: ApplyObjectsOptions): void {
  const { dryRun, logger } = options;
  const how = hasRun === true ? ' (it has run)' : dryRun ? ' (dry run)' : '';
  logger.info(`${change}${how}: ${formatIdentity(identity)}`);
}

async function applyChecked(
  cluster: Cluster,
  checked: CheckedObject,
  { dryRun, fieldManager }: ApplyObjectsOptions,
): Promise<Written> {
  const { object, before, planned, state } = checked;
  const identity = identify(object);
  if (state === 'has-run') {
    return { applied: { identity, change: 'unchanged', hasRun: true }, after: undefined };
  }
  const isDone = state === 'as-it-should-be';
  const after = dryRun ? planned : isDone ? before : await write(cluster, checked, fieldManager);
  const isNew = before === undefined || after === undefined;
  const isSame = !isNew && state !== 'to-be-replaced' && isSameObject(before, after);
  const change = isNew ? 'created' : isSame ? 'unchanged' : 'configured';
  return { applied: { identity, change }, after };
}

async function write(
  cluster: Cluster,
  checked: CheckedObject,
  fieldManager: string,
): Promise<KubernetesObject> {
  const { object, before, state, isForced, isAutoscaled } = checked;
  const uid = before?.metadata.uid;
  if (state === 'to-be-replaced') {
    await cluster.remove(identify(object), uid === undefined ? {} : { uid });
  }
  const options = { fieldManager, ...(isForced ? { force: true } : {}) };
  try {
    return await cluster.apply(object, options);
  } catch (error) {
    if (!isAutoscaled || !isAboutReplicas(error)) throw error;
    return cluster.apply(withoutReplicas(object), options); // it scaled since we looked: they are its own now
  }
}

function isAboutReplicas(error: unknown): boolean {
  if (!(error instanceof ClusterError) || error.code !== 'apply-conflict') return false;
  return error.conflicts.every(({ field }) => field === '.spec.replicas');
}
