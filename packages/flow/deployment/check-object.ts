import {
  explainImmutable,
  formatIdentity,
  identify,
  keepReplicas,
  textAt,
  type KubernetesObject,
} from '@slipway/core/manifest';
import { computeRollout } from '@slipway/core/rollout';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { ApplyObjectsOptions } from './apply-options.js';
import type { Autoscaled } from './autoscaled.js';
import { checkAdopted } from './check-adopted.js';
import { formatObjectKey } from './object-key.js';
import { isSameManaged } from './same-object.js';
import { tryAsk } from './try-ask.js';

/** An object that the server accepts, with what is there now and what would be there then. */
export interface CheckedObject {
  /** As it is to be applied. */
  readonly object: KubernetesObject;
  readonly before: KubernetesObject | undefined;
  /** Absent when the server cannot tell before an earlier phase is written. */
  readonly planned: KubernetesObject | undefined;
  readonly isForced: boolean;
  readonly isAutoscaled: boolean;
  readonly state: 'as-it-should-be' | 'to-be-written' | 'to-be-replaced' | 'has-run';
}

export interface CheckOptions extends ApplyObjectsOptions {
  /** Everything that is applied with it. */
  readonly all: readonly KubernetesObject[];
  readonly autoscaled: Autoscaled;
}

const nobody: ReadonlySet<string> = new Set();

/**
 * Asks the server, in a dry run, what would become of an object.
 *
 * @throws ClusterError when it would not take it
 */
export async function checkObject(
  cluster: Cluster,
  manifest: KubernetesObject,
  options: CheckOptions,
): Promise<CheckedObject> {
  const identity = identify(manifest);
  const before = await cluster.get(identity);
  if (before === undefined && options.ran?.has(formatObjectKey(identity)) === true) {
    const nothing = { before, planned: undefined, isForced: false, isAutoscaled: false };
    return { object: manifest, ...nothing, state: 'has-run' };
  }
  refuseLeaving(before);
  const isAutoscaled = options.autoscaled.targets.has(formatIdentity(identity));
  const object = isAutoscaled ? keepReplicas(manifest, before, options.fieldManager) : manifest;
  const { planned, isForced } = await ask(cluster, { object, before }, options);
  const checked = { object, before, planned, isForced, isAutoscaled };
  if (isToBeReplaced(before, options)) return { ...checked, state: 'to-be-replaced' };
  const isSame =
    before !== undefined && planned !== undefined && isSameManaged(before, planned) && !isForced;
  return { ...checked, state: isSame ? 'as-it-should-be' : 'to-be-written' };
}

/** What is applied to an object that is on its way out goes with it. */
function refuseLeaving(before: KubernetesObject | undefined): void {
  if (before?.metadata.deletionTimestamp === undefined) return;
  const title = formatIdentity(identify(before));
  const { finalizers } = before.metadata;
  const waits =
    Array.isArray(finalizers) && finalizers.length > 0
      ? `, and waits for its finalizers ${finalizers.join(', ')}`
      : '';
  throw new ClusterError('cluster-refused', `${title} is being deleted${waits}`, {
    fix: 'Wait until it is gone, or see to it that what its finalizers wait for happens; then deploy again.',
  });
}

/** A Job runs once: one that failed is made anew, and so is one that belongs to every deployment. */
function isToBeReplaced(
  before: KubernetesObject | undefined,
  { isRunAnew }: CheckOptions,
): boolean {
  if (before?.kind !== 'Job') return false;
  return isRunAnew === true || computeRollout(before).state === 'failed';
}

interface Question {
  readonly object: KubernetesObject;
  readonly before: KubernetesObject | undefined;
}

async function ask(
  cluster: Cluster,
  question: Question,
  options: CheckOptions,
): Promise<Pick<CheckedObject, 'planned' | 'isForced'>> {
  const { object, before } = question;
  const { fieldManager } = options;
  const answer = await tryAsk(() => cluster.apply(object, { fieldManager, dryRun: true }));
  if (!(answer instanceof ClusterError)) return { planned: answer, isForced: false };
  const { conflicts, dryRun, logger, deployers = nobody } = options;
  const error = await checkAdopted(
    cluster,
    { object, before, error: answer },
    { deployers, fieldManager },
  );
  if (!(error instanceof ClusterError)) return { planned: error, isForced: false };
  const isLeft = isLeftByAutoscaler(error, options);
  if (error.code === 'apply-conflict' && (conflicts === 'take' || isLeft)) {
    logger.warning(describeTaken(object, error));
    const planned = await cluster.apply(object, { fieldManager, dryRun: true, force: true });
    return { planned, isForced: true };
  }
  if (dryRun && isMadeBefore(object, options.all, error)) {
    logger.debug(`${formatIdentity(identify(object))} cannot be checked yet: ${error.message}`);
    return { planned: undefined, isForced: false };
  }
  throw explain(question, error);
}

function explain({ object, before }: Question, error: ClusterError): ClusterError {
  const change = before === undefined ? undefined : explainImmutable(before, object, error.message);
  if (change === undefined) return error;
  const { status, reason } = error;
  return new ClusterError('cluster-refused', change.sentence, {
    fix: change.fix,
    cause: error,
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
  });
}

/** Replicas that no autoscaler sets any more, by the name of the one who did. */
function isLeftByAutoscaler(
  { conflicts }: ClusterError,
  { autoscaled: { unlisted } }: CheckOptions,
): boolean {
  const isAboutReplicas = conflicts.every(
    ({ manager, field }) => manager === 'kube-controller-manager' && field === '.spec.replicas',
  );
  return conflicts.length > 0 && isAboutReplicas && unlisted.length === 0;
}

function describeTaken(object: KubernetesObject, { conflicts }: ClusterError): string {
  const fields = conflicts.map(({ manager, field }) => `${field} (${manager})`).join(', ');
  return `${formatIdentity(identify(object))}: taking over ${fields}`;
}

/** In a dry run nothing is there of what would have been made before: the namespace, the kind, or the role. */
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
  return all.some((other) => isDefinitionOf(other, object) || isMissingRole(other, error));
}

function isDefinitionOf(other: KubernetesObject, object: KubernetesObject): boolean {
  return (
    other.kind === 'CustomResourceDefinition' &&
    textAt(other, 'spec', 'names', 'kind') === object.kind
  );
}

/** Who may bind only roles whose rights they have is told so only once the role is there. */
function isMissingRole(
  { kind, metadata: { name } }: KubernetesObject,
  { message }: ClusterError,
): boolean {
  return ['Role', 'ClusterRole'].includes(kind) && message.includes(`"${name}" not found`);
}
