import { describe, expect, test } from '@jest/globals';
import {
  baseScene,
  deployment,
  ended,
  event,
  playToEnd,
  pod,
  refusal,
  replicaSet,
  stamp,
  unschedulable,
  waiting,
  withPod,
  workload,
  type Row,
  type Scene,
} from '@slipway/testing/rollout';

const base = baseScene();
const sets = base.slice(1);
const quota =
  'pods "catalog-new-" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=3, limited: pods=3';

const jobFailure = {
  type: 'Failed',
  status: 'True',
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
};

describe('workloads and nodes: what cannot heal is told', () => {
  test.each<Row>([
    [
      'a quota that is used up, after 15 s',
      [
        [
          1,
          deployment({ updated: 0, total: 3 }),
          replicaSet('new', [refusal(quota)]),
          ...sets.slice(1),
        ],
      ],
      16,
      'pods-refused platform FailedCreate',
      'Deployment shop/catalog may not create its pods: exceeded quota: pods, requested: pods=1, used: pods=3, limited: pods=3',
    ],
    [
      'a webhook that refuses, told only by an event',
      [
        [
          1,
          workload('StatefulSet', { replicas: 1 }, { replicas: 0 }),
          event({
            about: 'StatefulSet',
            reason: 'FailedCreate',
            message:
              'create Pod catalog-0 in StatefulSet catalog failed error: admission webhook "policy" denied the request: no limits',
          }),
        ],
      ],
      16,
      'pods-refused candidate FailedCreate',
      'StatefulSet shop/catalog may not create its pods: admission webhook "policy" denied the request: no limits',
    ],
    [
      'a node selector that no node has, after 60 s',
      withPod(unschedulable("1 node(s) didn't match Pod's node affinity/selector")),
      62,
      'unschedulable candidate Unschedulable',
      "Pods of Deployment shop/catalog find no node: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'too few nodes, and an autoscaler that cannot help, after 60 s',
      withPod(
        unschedulable('1 Insufficient cpu'),
        event({ about: 'catalog-1', reason: 'NotTriggerScaleUp', message: 'max size reached' }),
      ),
      62,
      'unschedulable platform Unschedulable',
      'Pods of Deployment shop/catalog find no node: 0/1 nodes are available: 1 Insufficient cpu',
    ],
    [
      'a Secret to mount that does not exist, after 30 s',
      withPod(
        { container: { state: waiting('ContainerCreating') } },
        event({
          about: 'catalog-1',
          reason: 'FailedMount',
          message: 'MountVolume.SetUp failed for volume "tls" : secret "tls" not found',
        }),
      ),
      32,
      'config-missing candidate FailedMount',
      'Pods of Deployment shop/catalog need Secret shop/tls, which does not exist',
    ],
    [
      'a progress deadline, explained by what else is wrong',
      [
        [
          1,
          deployment({ conditions: [lateSince(1)] }),
          ...sets,
          pod(unschedulable('1 Insufficient memory')),
        ],
      ],
      1,
      'unschedulable platform Unschedulable',
      'Pods of Deployment shop/catalog find no node: 0/1 nodes are available: 1 Insufficient memory; Deployment shop/catalog made no progress within 600 s: 1 of 3 replicas updated',
    ],
    [
      'a progress deadline alone',
      [[1, deployment({ conditions: [lateSince(1)] }), ...sets]],
      1,
      'deadline-exceeded candidate ProgressDeadlineExceeded',
      'Deployment shop/catalog made no progress within 600 s: 1 of 3 replicas updated',
    ],
    [
      'a Job that failed, with the exit code of its pod',
      [
        [
          1,
          workload('Job', {}, { conditions: [jobFailure] }),
          pod({ of: 'Job', phase: 'Failed', container: { state: ended(4, [1, 1]) } }),
        ],
      ],
      1,
      'job-failed candidate BackoffLimitExceeded 4',
      'Job shop/catalog failed: Job has reached the specified backoff limit (container catalog exited with code 4)',
    ],
    [
      'a DaemonSet whose newest pods crash',
      [
        [
          1,
          workload('DaemonSet', {}, { desiredNumberScheduled: 3, updatedNumberScheduled: 1 }),
          pod({
            of: 'DaemonSet',
            container: { restarts: 2, state: waiting('CrashLoopBackOff'), last: ended(1, [1, 2]) },
          }),
        ],
      ],
      1,
      'crash-loop candidate CrashLoopBackOff 1',
      'Container catalog of DaemonSet shop/catalog exits with code 1 at every start (2 restarts in 1 s)',
    ],
    [
      'a StatefulSet that waits for a broken pod of the revision before, after 60 s',
      [
        [
          1,
          workload('StatefulSet', { replicas: 3 }, { replicas: 3, updatedReplicas: 0 }),
          pod({ of: 'StatefulSet', name: 'catalog-2', revision: 'old', phase: 'Running' }),
        ],
      ],
      61,
      'deadline-exceeded platform BlockedByFormerPod',
      'StatefulSet shop/catalog does not go on: it waits for pod catalog-2 of the revision before, which is not ready',
    ],
    [
      'a Deployment that somebody deleted, after 15 s',
      [[0, ...base], [3]],
      18,
      'apply-conflict platform NotFound',
      'Deployment shop/catalog was deleted by somebody else',
    ],
    [
      'a Deployment that is paused, after 15 s',
      [[0, deployment({ spec: { paused: true } }), ...sets]],
      15,
      'apply-conflict platform Paused',
      'Deployment shop/catalog is paused: it takes no change',
    ],
  ])('%s', (_name, scenes, at, kind, sentence) => {
    expect(playToEnd(scenes)).toEqual({ severity: 'terminal', at, kind, sentence });
  });
});

describe('workloads and nodes: what may heal is waited for', () => {
  test.each<[string, readonly Scene[], string | undefined]>([
    [
      'a node that an autoscaler brings',
      withPod(
        unschedulable('1 Insufficient cpu'),
        event({
          about: 'catalog-1',
          reason: 'TriggeredScaleUp',
          message: 'pod triggered scale-up',
        }),
      ),
      'Pods of Deployment shop/catalog find no node: 0/1 nodes are available: 1 Insufficient cpu',
    ],
    [
      'a node that is restarting',
      withPod(unschedulable('1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }')),
      'Pods of Deployment shop/catalog find no node: 0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }',
    ],
    [
      'a volume that is still attached elsewhere',
      withPod(
        { container: { state: waiting('ContainerCreating') } },
        event({ about: 'catalog-1', reason: 'FailedAttachVolume', message: 'Multi-Attach error' }),
      ),
      'Pods of Deployment shop/catalog cannot mount a volume: Multi-Attach error',
    ],
    [
      'a quota that lets pods in one by one',
      [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120].map((at): Scene => [
        at,
        deployment({ replicas: 20, updated: at / 10, total: 20 }),
        replicaSet('new', [refusal(quota)]),
      ]),
      'Deployment shop/catalog may not create its pods: exceeded quota: pods, requested: pods=1, used: pods=3, limited: pods=3',
    ],
    [
      'broken pods of the revision before',
      [
        [
          0,
          ...base,
          pod({
            revision: 'old',
            container: { restarts: 9, state: waiting('CrashLoopBackOff'), last: ended(1, [1, 2]) },
          }),
        ],
      ],
      undefined,
    ],
    [
      'broken pods while the change is not observed',
      [
        [
          0,
          deployment({ observed: 1, conditions: [lateSince(-60), refusal(quota)] }),
          replicaSet('old'),
          pod({
            revision: 'old',
            container: { restarts: 9, state: waiting('CrashLoopBackOff'), last: ended(1, [1, 2]) },
          }),
        ],
      ],
      undefined,
    ],
    [
      'pods that are being deleted or were evicted',
      [
        [
          0,
          ...base,
          pod({
            deleted: true,
            container: { restarts: 9, state: waiting('CrashLoopBackOff'), last: ended(1, [1, 2]) },
          }),
          pod({
            name: 'catalog-2',
            phase: 'Failed',
            reason: 'Evicted',
            container: { state: ended(137, [1, 2]) },
          }),
        ],
      ],
      undefined,
    ],
    [
      'a progress deadline of the change before, until the next step',
      [
        [0, deployment({ conditions: [lateSince(-60)] }), ...sets],
        [3, deployment({ updated: 2 }), ...sets],
      ],
      undefined,
    ],
    [
      'events of before the apply',
      [
        [
          0,
          workload('StatefulSet', { replicas: 1 }, { replicas: 0 }),
          event({ about: 'StatefulSet', reason: 'FailedCreate', message: 'is forbidden', at: -60 }),
        ],
      ],
      undefined,
    ],
    [
      'a refusal that is over',
      [
        [
          0,
          workload('StatefulSet', { replicas: 2 }, { replicas: 1 }),
          event({ about: 'StatefulSet', reason: 'FailedCreate', message: 'is forbidden', at: 3 }),
          event({ about: 'StatefulSet', reason: 'SuccessfulCreate', message: 'created', at: 4 }),
        ],
      ],
      undefined,
    ],
    [
      'a Job that tries again',
      [
        [
          0,
          workload('Job', {}, { active: 1, failed: 1 }),
          pod({
            of: 'Job',
            phase: 'Failed',
            container: { state: ended(4, [1, 1]) },
            spec: { restartPolicy: 'Never' },
          }),
        ],
      ],
      'Container catalog of Job shop/catalog exited with code 4',
    ],
  ])('%s', (_name, scenes, sentence) => {
    const { severity, at, sentence: told } = playToEnd(scenes);

    expect({ at, sentence: told }).toEqual({ at: 120, sentence });
    expect(severity).not.toBe('terminal');
  });
});

function lateSince(seconds: number): object {
  return {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    lastUpdateTime: stamp(seconds),
  };
}
