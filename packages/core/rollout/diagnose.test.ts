import { expect, test } from '@jest/globals';
import {
  baseScene,
  deployment,
  ended,
  event,
  play,
  playToEnd,
  pod,
  running,
  waiting,
  workload,
  type PodScene,
  type Scene,
} from '@slipway/testing/rollout';
import type { KubernetesObject } from '../manifest/index.js';
import { diagnose } from './index.js';

const base = baseScene();
const sets = base.slice(1);
test('causes are told before effects, and what cannot heal before what may', () => {
  const scenes: readonly Scene[] = [
    [
      2,
      ...base,
      pod({ name: 'catalog-2', phase: 'Running', container: { state: running(2) } }),
      pod({
        container: { restarts: 2, state: waiting('CrashLoopBackOff'), last: ended(3, [1, 2]) },
      }),
      pod({ name: 'catalog-3', ...pulling('503') }),
    ],
  ];

  const codes = diagnose(play(scenes, 2).memory, 2000).map(
    ({ severity, code }) => `${severity} ${code}`,
  );

  expect(codes).toEqual([
    'terminal crash-loop',
    'transient image-pull-failed',
    'transient deadline-exceeded',
  ]);
});

test('events that were there, but happen again while we look, count whatever the clocks say', () => {
  const refused = (at: number, count: number): KubernetesObject =>
    event({ about: 'StatefulSet', reason: 'FailedCreate', message: 'is forbidden', at, count });
  const set = workload('StatefulSet', { replicas: 1 }, { replicas: 0 });

  const found = playToEnd([
    [0, set, refused(-600, 1)],
    [5, set, refused(-595, 2)],
  ]);

  expect(found.at).toBe(20);
});

test('without a readiness probe, to be ready is proven only after 5 s', () => {
  const done = [deployment({ updated: 3, total: 3 }), ...sets];
  const ready = pod({
    phase: 'Running',
    container: { ready: true, state: running(2), spec: { readinessProbe: undefined } },
  });
  const scenes: readonly Scene[] = [[2, ...done, ready]];

  const statuses = [2, 6, 7].map((at) => [...play(scenes, at).memory.statuses.values()][0]);

  expect(statuses.map((status) => status?.state)).toEqual([
    'in-progress',
    'in-progress',
    'available',
  ]);
  expect(statuses[0]?.message).toBe(
    '3 of 3 replicas available, but without a readiness probe: seeing whether they stay',
  );
});

test('a workload that still calls itself available while its container has crashed is not believed', () => {
  const done = [deployment({ updated: 3, total: 3 }), ...sets];
  const crashed = pod({
    phase: 'Running',
    container: {
      ready: false,
      state: waiting('CrashLoopBackOff', 'back-off'),
      spec: { readinessProbe: undefined },
    },
  });

  const { memory } = play([[2, ...done, crashed]], 9);

  expect([...memory.statuses.values()][0]?.state).toBe('in-progress');
});

function pulling(message: string, reason = 'ImagePullBackOff'): PodScene {
  return { container: { state: waiting(reason, message) } };
}
