import { readProbe, type Probe, type ProbeName } from './probe.js';
import {
  numberAt,
  recordAt,
  recordsAt,
  textAt,
  type JsonRecord,
  type KubernetesObject,
} from '../manifest/index.js';
import { perObject } from './per-object.js';

/** The end of one run of a container. */
export interface Termination {
  readonly exitCode: number;
  /** `Error`, `Completed`, `OOMKilled`, `StartError`, … */
  readonly reason: string;
  readonly message: string;
  /** Milliseconds by the cluster's clock; undefined when it never ran. */
  readonly startedMs: number | undefined;
  readonly finishedMs: number | undefined;
}

type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly kind: 'running'; readonly startedMs: number | undefined }
  | { readonly kind: 'terminated'; readonly end: Termination }
  | { readonly kind: 'unknown' };

/** A container of a pod: what was asked for and what became of it. */
export interface ContainerView {
  readonly role: 'container' | 'init container' | 'sidecar';
  readonly name: string;
  readonly image: string;
  readonly state: ContainerState;
  readonly last: Termination | undefined;
  readonly restartCount: number;
  readonly isReady: boolean;
  readonly hasReadinessProbe: boolean;
  readonly probes: Readonly<Record<ProbeName, Probe | undefined>>;
  readonly memoryLimit: string | undefined;
  /** Whether the kubelet starts it again when it ends with an error. */
  readonly isRestarted: boolean;
}

/** The containers that the pod's status speaks of; before a kubelet has the pod there are none. */
export const readContainers = perObject((pod): readonly ContainerView[] => {
  const isRestarted = textAt(pod, 'spec', 'restartPolicy') !== 'Never';
  const inits = joinStatuses(pod, 'initContainers', 'initContainerStatuses');
  const regular = joinStatuses(pod, 'containers', 'containerStatuses');
  return [
    ...inits.map(([spec, status]) => {
      const isSidecar = textAt(spec, 'restartPolicy') === 'Always';
      return readContainer(
        isSidecar ? 'sidecar' : 'init container',
        spec,
        status,
        isSidecar || isRestarted,
      );
    }),
    ...regular.map(([spec, status]) => readContainer('container', spec, status, isRestarted)),
  ];
});

function joinStatuses(
  pod: KubernetesObject,
  specs: string,
  statuses: string,
): readonly (readonly [spec: JsonRecord, status: JsonRecord])[] {
  const byName = new Map(recordsAt(pod, 'spec', specs).map((spec) => [textAt(spec, 'name'), spec]));
  return recordsAt(pod, 'status', statuses).map((status) => [
    byName.get(textAt(status, 'name')) ?? {},
    status,
  ]);
}

function readContainer(
  role: ContainerView['role'],
  spec: JsonRecord,
  status: JsonRecord,
  isRestarted: boolean,
): ContainerView {
  return {
    role,
    name: textAt(status, 'name') ?? 'unnamed',
    image: textAt(spec, 'image') ?? textAt(status, 'image') ?? 'unknown',
    state: readState(recordAt(status, 'state')),
    last: readTermination(recordAt(status, 'lastState', 'terminated')),
    restartCount: numberAt(status, 'restartCount') ?? 0,
    isReady: status['ready'] === true,
    hasReadinessProbe: recordAt(spec, 'readinessProbe') !== undefined,
    probes: {
      readiness: readProbe(recordAt(spec, 'readinessProbe')),
      liveness: readProbe(recordAt(spec, 'livenessProbe')),
      startup: readProbe(recordAt(spec, 'startupProbe')),
    },
    memoryLimit: textAt(spec, 'resources', 'limits', 'memory'),
    isRestarted,
  };
}

function readState(state: JsonRecord | undefined): ContainerState {
  const waiting = recordAt(state, 'waiting');
  if (waiting !== undefined) {
    const reason = textAt(waiting, 'reason') ?? 'Waiting';
    return { kind: 'waiting', reason, message: textAt(waiting, 'message') ?? '' };
  }
  const end = readTermination(recordAt(state, 'terminated'));
  if (end !== undefined) return { kind: 'terminated', end };
  const running = recordAt(state, 'running');
  if (running === undefined) return { kind: 'unknown' };
  return { kind: 'running', startedMs: readStamp(running, 'startedAt') };
}

function readTermination(record: JsonRecord | undefined): Termination | undefined {
  if (record === undefined) return undefined;
  return {
    exitCode: numberAt(record, 'exitCode') ?? 0,
    reason: textAt(record, 'reason') ?? 'Error',
    message: textAt(record, 'message') ?? '',
    startedMs: readStamp(record, 'startedAt'),
    finishedMs: readStamp(record, 'finishedAt'),
  };
}

/** A container that could not be started has the epoch as its start. */
function readStamp(record: JsonRecord, field: string): number | undefined {
  const stamp = Date.parse(textAt(record, field) ?? '');
  return stamp > 0 ? stamp : undefined;
}
