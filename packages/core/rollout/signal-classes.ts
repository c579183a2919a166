import type { FailureCode } from '../errors/index.js';

/** When a signal is no longer waited for. Absent rules never apply: then only the deadline decides. */
export interface Patience {
  /** Once it was there so long without a break; 0: at once. */
  readonly afterMs?: number;
  /** Once it was tried and failed so often. */
  readonly attempts?: number;
  /** `afterMs` counts anew whenever the workload gets a step further. */
  readonly isResetByProgress?: boolean;
}

const seconds = 1000;

/** One way in which a rollout shows that something is wrong. */
export interface SignalClass {
  /** `terminal`: at once or nearly. `likely`: once it has lasted. `transient`: only the deadline decides. */
  readonly class: 'terminal' | 'likely' | 'transient';
  readonly code: FailureCode;
  /** What the API shows; for people. */
  readonly shows: string;
  readonly patience: Patience;
  /** When it counts as lost; for people. */
  readonly lost: string;
}

const never = 'only by the deadline, which it then explains';

/**
 * Every signal that the diagnosis knows, with how long it may last; the table of `docs/rollout-status.md` is
 * made of it.
 */
export const signalClasses = {
  'image-name': {
    class: 'terminal',
    code: 'image-not-found',
    shows: '`InvalidImageName`, `ErrImageNeverPull`',
    patience: { afterMs: 0 },
    lost: 'at once',
  },
  'image-missing': {
    class: 'terminal',
    code: 'image-not-found',
    shows:
      '`ErrImagePull`, `ImagePullBackOff`: not found, manifest unknown, no match for the platform',
    // a registry may show a push late: the kubelet asks again after 10 s
    patience: { attempts: 2, afterMs: 25 * seconds },
    lost: 'when the kubelet’s second attempt says the same (after 10 s), or after 25 s',
  },
  'image-denied': {
    class: 'likely',
    code: 'image-pull-denied',
    shows: 'the same: unauthorized, denied, forbidden',
    patience: { afterMs: 30 * seconds },
    lost: 'after 30 s',
  },
  'image-failing': {
    class: 'transient',
    code: 'image-pull-failed',
    shows: 'the same: 429, 5xx, time-outs, TLS, connections, names that are not found',
    patience: {},
    lost: never,
  },
  'config-missing': {
    class: 'terminal',
    code: 'config-missing',
    shows: '`CreateContainerConfigError` that names a ConfigMap, Secret or key',
    patience: { afterMs: 12 * seconds },
    lost: 'after 12 s',
  },
  'config-made': {
    class: 'transient',
    code: 'config-missing',
    shows: 'the same, of a Secret that an ExternalSecret, SealedSecret or Certificate makes',
    patience: {},
    lost: never,
  },
  'config-unread': {
    class: 'transient',
    code: 'container-cannot-start',
    shows: '`CreateContainerConfigError`: failed to sync the cache',
    patience: {},
    lost: never,
  },
  'volume-missing': {
    class: 'terminal',
    code: 'config-missing',
    shows: '`FailedMount` or `Unschedulable` that names a ConfigMap, Secret or claim',
    patience: { afterMs: 30 * seconds },
    lost: 'after 30 s',
  },
  'volume-unbound': {
    class: 'likely',
    code: 'volume-unbound',
    shows: 'a claim whose storage class does not exist, or that has none and finds no volume',
    patience: { afterMs: 30 * seconds },
    lost: 'after 30 s',
  },
  'volume-late': {
    class: 'transient',
    code: 'volume-unbound',
    shows: 'a claim that is not bound for another reason',
    patience: {},
    lost: never,
  },
  'pod-unprepared': {
    class: 'transient',
    code: 'container-cannot-start',
    shows: '`FailedMount`, `FailedAttachVolume`, `FailedCreatePodSandBox` for another reason',
    patience: {},
    lost: never,
  },
  'start-refused': {
    class: 'terminal',
    code: 'container-cannot-start',
    shows: '`CreateContainerError`, `RunContainerError`, `StartError`',
    patience: { attempts: 2, afterMs: 15 * seconds },
    lost: 'at the second attempt, or after 15 s',
  },
  'config-wrong': {
    class: 'terminal',
    code: 'container-cannot-start',
    shows: '`CreateContainerConfigError` that names nothing that is missing',
    patience: { afterMs: 12 * seconds },
    lost: 'after 12 s',
  },
  crash: {
    class: 'terminal',
    code: 'crash-loop',
    shows:
      'a container that ends, or that a liveness or startup probe kills, with no good run of 10 s',
    // three failed runs are two restarts
    patience: { attempts: 3 },
    lost: 'when it ends again after its second restart',
  },
  'crash-final': {
    class: 'terminal',
    code: 'crash-loop',
    shows: 'a container that ends with an error and is not started again',
    patience: { afterMs: 0 },
    lost: 'at once',
  },
  'crash-of-job': {
    class: 'transient',
    code: 'crash-loop',
    shows: 'the same in a Job, which counts its failures itself',
    patience: {},
    lost: 'by the Job’s `backoffLimit`',
  },
  'job-failed': {
    class: 'terminal',
    code: 'job-failed',
    shows: 'a Job with the condition `Failed`, a Pod of phase `Failed`',
    patience: { afterMs: 0 },
    lost: 'at once',
  },
  'pods-refused': {
    class: 'likely',
    code: 'pods-refused',
    shows:
      '`FailedCreate`: a quota, a LimitRange, Pod Security, a webhook or policy, no such service account',
    patience: { afterMs: 15 * seconds, isResetByProgress: true },
    lost: 'after 15 s without a step',
  },
  'pods-refused-late': {
    class: 'transient',
    code: 'pods-refused',
    shows: '`FailedCreate` for another reason',
    patience: {},
    lost: never,
  },
  unschedulable: {
    class: 'transient',
    code: 'unschedulable',
    shows: '`Unschedulable`: too little room, while nodes may come',
    patience: {},
    lost: never,
  },
  'unschedulable-for-good': {
    class: 'likely',
    code: 'unschedulable',
    shows: '`Unschedulable`: no node matches, or the autoscaler says that it cannot help',
    patience: { afterMs: 60 * seconds },
    lost: 'after 60 s',
  },
  unready: {
    class: 'transient',
    code: 'deadline-exceeded',
    shows: 'a container that runs and is not ready',
    patience: {},
    lost: never,
  },
  'progress-deadline': {
    class: 'terminal',
    code: 'deadline-exceeded',
    shows: '`ProgressDeadlineExceeded`',
    patience: { afterMs: 0, isResetByProgress: true },
    lost: 'at once; what else is wrong explains it',
  },
  'progress-deadline-before': {
    class: 'likely',
    code: 'deadline-exceeded',
    shows: 'the same, of before the change',
    patience: { afterMs: 10 * seconds, isResetByProgress: true },
    lost: 'after 10 s without a step',
  },
  obstacle: {
    class: 'likely',
    code: 'deadline-exceeded',
    shows: 'a StatefulSet that waits for a pod of the former revision which is not ready',
    patience: { afterMs: 60 * seconds, isResetByProgress: true },
    lost: 'after 60 s without a step',
  },
  'resource-failed': {
    class: 'likely',
    code: 'resource-failed',
    shows:
      'a route that is not accepted or finds no backend, an autoscaler without its target, a condition `Stalled`',
    patience: { afterMs: 30 * seconds },
    lost: 'after 30 s',
  },
  paused: {
    class: 'terminal',
    code: 'apply-conflict',
    shows: 'a workload that is paused or suspended',
    patience: { afterMs: 15 * seconds },
    lost: 'after 15 s',
  },
  absent: {
    class: 'terminal',
    code: 'apply-conflict',
    shows: 'an object that was deleted',
    patience: { afterMs: 15 * seconds },
    lost: 'after 15 s',
  },
  overtaken: {
    class: 'terminal',
    code: 'overtaken',
    shows: 'a workload into which somebody else put another image',
    patience: { afterMs: 0 },
    lost: 'at once, and nothing is rolled back',
  },
} as const satisfies Readonly<Record<string, SignalClass>>;

export type SignalName = keyof typeof signalClasses;
