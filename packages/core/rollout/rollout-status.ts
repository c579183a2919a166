import { numberAt, textAt, valueAt, type KubernetesObject } from '../manifest/index.js';
import { conditionMessage, conditionOf, hasCondition } from './conditions.js';
import { ruleOf } from './kinds.js';
import { available, failed, inProgress, type RolloutStatus } from './status.js';

/**
 * The state of an object by what it says about itself: first whether its controller has seen the newest
 * change, then the conditions that mean the same for every kind, then the rules of its kind, in the order of
 * kstatus (cli-utils) and `kubectl rollout status`. Where it is not of one mind with them,
 * `test/reliability/status-differences.ts` says why.
 *
 * @example computeRollout(deployment) // { state: 'in-progress', reason: 'LessUpdated', message: '2 of 3 replicas updated' }
 */
export function computeRollout(object: KubernetesObject): RolloutStatus {
  if (object.metadata.deletionTimestamp !== undefined)
    return inProgress('Terminating', 'being deleted');
  const rule = ruleOf(object);
  const generation = object.metadata.generation ?? 0;
  const observed = numberAt(object, 'status', 'observedGeneration');
  const mustObserve = rule?.isObserving === true && generation > 0;
  if (observed === undefined ? mustObserve : observed < generation) {
    return inProgress('NotObserved', 'the change is not observed yet');
  }
  return computeByStandard(object) ?? (rule?.compute ?? computeByReady)(object);
}

/** What every controller may say by kstatus’ contract. */
function computeByStandard(object: KubernetesObject): RolloutStatus | undefined {
  if (hasCondition(object, 'Reconciling')) {
    return inProgress('Reconciling', conditionMessage(object, 'Reconciling') ?? 'being reconciled');
  }
  if (!hasCondition(object, 'Stalled')) return undefined;
  const reason = textAt(conditionOf(object, 'Stalled'), 'reason') ?? 'Stalled';
  return failed(reason, conditionMessage(object, 'Stalled') ?? 'stalled');
}

/** A kind without rules of its own. */
function computeByReady(object: KubernetesObject): RolloutStatus {
  const ready = valueAt(conditionOf(object, 'Ready'), 'status');
  if (ready === undefined || ready === 'True') return available('ready');
  return inProgress('NotReady', conditionMessage(object, 'Ready') ?? 'not ready');
}
