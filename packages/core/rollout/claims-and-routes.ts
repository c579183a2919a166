import {
  numberAt,
  recordAt,
  recordsAt,
  textAt,
  type JsonRecord,
  type KubernetesObject,
} from '../manifest/index.js';
import { conditionMessage, conditionOf, hasCondition } from './conditions.js';
import { available, failed, inProgress, type RolloutStatus } from './status.js';

export function computeClaim(object: KubernetesObject): RolloutStatus {
  const phase = textAt(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Bound') return available('bound');
  if (phase === 'Lost') return failed('Lost', 'its volume is gone');
  return inProgress('NotBound', 'not bound yet');
}

/** Only a load balancer has anything to wait for: its address. */
export function computeService(object: KubernetesObject): RolloutStatus {
  if (textAt(object, 'spec', 'type') !== 'LoadBalancer') return available('there');
  return computeAddress(object);
}

/** The address under which a Service or an Ingress is reached from outside. */
export function computeAddress(object: KubernetesObject): RolloutStatus {
  const [first] = recordsAt(object, 'status', 'loadBalancer', 'ingress');
  const address = textAt(first, 'ip') ?? textAt(first, 'hostname');
  return address === undefined
    ? inProgress('NoAddress', 'no load balancer has given it an address yet')
    : available(`reached at ${address}`);
}

/** Every parent that the route names must take it, and find what it leads to. */
export function computeRoute(object: KubernetesObject): RolloutStatus {
  const wanted = recordsAt(object, 'spec', 'parentRefs').length;
  const parents = recordsAt(object, 'status', 'parents').filter((parent) =>
    isCurrent(parent, object),
  );
  for (const type of ['Accepted', 'ResolvedRefs']) {
    for (const parent of parents) {
      const condition = recordsAt(parent, 'conditions').find((each) => each['type'] === type);
      if (condition?.['status'] !== 'False') continue;
      const name = textAt(recordAt(parent, 'parentRef'), 'name') ?? 'its parent';
      const reason = textAt(condition, 'reason') ?? type;
      return failed(reason, `${name} says ${textAt(condition, 'message') ?? reason}`);
    }
  }
  const taken = parents.filter((parent) =>
    recordsAt(parent, 'conditions').some(
      (each) => each['type'] === 'Accepted' && each['status'] === 'True',
    ),
  ).length;
  const message = `taken by ${taken} of ${wanted} ${wanted === 1 ? 'parent' : 'parents'}`;
  return taken < wanted ? inProgress('NotAccepted', message) : available(message);
}

function isCurrent(parent: JsonRecord, { metadata }: KubernetesObject): boolean {
  const { generation = 0 } = metadata;
  return recordsAt(parent, 'conditions').every(
    (condition) => (numberAt(condition, 'observedGeneration') ?? generation) >= generation,
  );
}

/** A gateway has addresses and listeners once it is programmed. */
export function computeGateway(object: KubernetesObject): RolloutStatus {
  if (hasCondition(object, 'Programmed')) return available('programmed');
  const why = conditionMessage(object, 'Programmed') ?? conditionMessage(object, 'Accepted');
  return inProgress('NotProgrammed', why ?? 'no controller has taken it yet');
}

/** An autoscaler without metrics leaves the replicas as they are: told, and no failure. */
export function computeAutoscaler(object: KubernetesObject): RolloutStatus {
  // version 1 has no conditions
  if (object.apiVersion === 'autoscaling/v1') return available('there');
  const able = conditionOf(object, 'AbleToScale');
  if (able?.['status'] === 'False') {
    const message = textAt(able, 'message') ?? 'it cannot scale';
    const reason = textAt(able, 'reason') ?? 'NotAbleToScale';
    return reason === 'FailedGetScale' ? failed(reason, message) : inProgress(reason, message);
  }
  const active = conditionOf(object, 'ScalingActive');
  if (able === undefined || active === undefined)
    return inProgress('NotObserved', 'no controller has taken it yet');
  if (active['status'] === 'True') return available('able to scale');
  const reason = textAt(active, 'reason') ?? 'NoMetrics';
  return available(`it scales nothing for now: ${textAt(active, 'message') ?? reason}`, reason);
}

export function computeDefinition(object: KubernetesObject): RolloutStatus {
  const names = conditionOf(object, 'NamesAccepted');
  if (names?.['status'] === 'False') {
    const reason = textAt(names, 'reason') ?? 'NamesNotAccepted';
    return failed(reason, textAt(names, 'message') ?? 'its names are not accepted');
  }
  if (hasCondition(object, 'Established')) return available('established');
  const established = conditionOf(object, 'Established');
  const reason = textAt(established, 'reason') ?? 'Installing';
  return reason === 'Installing' || established?.['status'] !== 'False'
    ? inProgress('NotEstablished', 'not established yet')
    : failed(reason, conditionMessage(object, 'Established') ?? reason);
}
