import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../manifest/index.js';
import { findSoakTrouble, type SoakTrouble } from './index.js';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();
const ms = (minute: number): number => Date.parse(at(minute));
const window = { fromMs: ms(10), untilMs: ms(20), nowMs: ms(30), graceMs: 120_000 };
const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const labels = { app: 'web' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web' }] } };

interface Look {
  readonly created?: number;
  readonly ready?: readonly [status: 'True' | 'False', minute: number];
  readonly available?: readonly [status: 'True' | 'False', minute: number];
  readonly restarts?: number;
  /** The minute in which the container ended last; null: nobody can tell. */
  readonly ended?: number | null;
  /** Another pod, that was there before and stays ready. */
  readonly isBesideSteady?: boolean;
  /** The minute in which it is looked at; long after the window unless told. */
  readonly now?: number;
}

const ownedBy = (uid: string, kind: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'web', uid, controller: true }],
});

function findTrouble({
  created = 8,
  ready = ['True', 9],
  available = ['True', 9],
  restarts = 0,
  ended = 9,
  isBesideSteady = false,
  now = 30,
}: Look): SoakTrouble | undefined {
  const namespace = 'shop';
  const objects: readonly KubernetesObject[] = [
    {
      ...workload,
      metadata: { name: 'web', namespace, uid: 'd', generation: 1 },
      spec: { template },
      status: {
        observedGeneration: 1,
        conditions: [
          { type: 'Available', status: available[0], lastTransitionTime: at(available[1]) },
        ],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web-1', namespace, uid: 'r', ...ownedBy('d', 'Deployment') },
      spec: { template },
    },
    pod('web-1-x', {
      creationTimestamp: at(created),
      status: {
        conditions: [{ type: 'Ready', status: ready[0], lastTransitionTime: at(ready[1]) }],
        containerStatuses: [
          {
            name: 'web',
            restartCount: restarts,
            ...(restarts === 0 || ended === null
              ? {}
              : { lastState: { terminated: { exitCode: 1, finishedAt: at(ended) } } }),
          },
        ],
      },
    }),
    ...(isBesideSteady
      ? [
          pod('web-1-y', {
            creationTimestamp: at(8),
            status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(9) }] },
          }),
        ]
      : []),
  ];
  return findSoakTrouble({ workloads: [workload], objects }, { ...window, nowMs: ms(now) });
}

function pod(
  name: string,
  { creationTimestamp, status }: { readonly creationTimestamp: string; readonly status: object },
) {
  const metadata = { name, namespace: 'shop', uid: name, labels, creationTimestamp };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, ...ownedBy('r', 'ReplicaSet') },
    status,
  };
}

describe('findSoakTrouble, in a window from 10:10 to 10:20', () => {
  test.each<[string, Look]>([
    ['nothing happened', {}],
    ['a restart before it', { restarts: 1, ended: 9 }],
    ['a restart after it', { restarts: 1, ended: 25 }],
    ['readiness lost after it', { ready: ['False', 25] }],
    ['not available after it', { available: ['False', 25] }],
    ['a pod that is new and became ready in it', { created: 12, ready: ['True', 13] }],
    [
      'a pod that is new and is still starting, while it lasts',
      { created: 12, ready: ['False', 12], now: 13 },
    ],
    [
      'a pod that is new and was still starting when it ended',
      { created: 19, ready: ['False', 19], now: 21 },
    ],
    [
      'an autoscaler that wanted more pods',
      { created: 12, ready: ['True', 13], available: ['True', 13], isBesideSteady: true },
    ],
  ])('%s: no trouble', (_name, look) => {
    expect(findTrouble(look)).toBeUndefined();
  });

  test.each<[string, Look, string]>([
    [
      'a restart in it',
      { restarts: 1, ended: 15 },
      'Container web of web-1-x restarted at 2026-01-01T10:15:00Z',
    ],
    [
      'two restarts, the last one in it',
      { restarts: 2, ended: 15 },
      'Container web of web-1-x restarted at 2026-01-01T10:15:00Z',
    ],
    [
      'readiness lost in it',
      { ready: ['False', 15] },
      'Pod shop/web-1-x was not ready from 2026-01-01T10:15:00Z',
    ],
    [
      'readiness lost in it, told while it lasts',
      { ready: ['False', 15], now: 16 },
      'Pod shop/web-1-x was not ready from 2026-01-01T10:15:00Z',
    ],
    [
      'readiness lost and found again',
      { ready: ['True', 15] },
      'Pod shop/web-1-x was not ready until 2026-01-01T10:15:00Z',
    ],
    [
      'readiness lost, and not available for it',
      { ready: ['True', 15], available: ['True', 15] },
      'Pod shop/web-1-x was not ready until 2026-01-01T10:15:00Z',
    ],
  ])('%s: certain', (_name, look, sentence) => {
    expect(findTrouble(look)).toEqual({ isCertain: true, sentence });
  });

  test.each<[string, Look, string]>([
    [
      'restarts of the days after it, of which only the last is known',
      { restarts: 2, ended: 25 },
      'Container web of web-1-x restarted 2 times, the last time at 2026-01-01T10:25:00Z',
    ],
    [
      'a restart of which nothing is known',
      { restarts: 1, ended: null },
      'Container web of web-1-x restarted at a time that nobody can tell',
    ],
    [
      'a new pod that never became ready',
      { created: 12, ready: ['False', 12] },
      'Pod shop/web-1-x was not ready from 2026-01-01T10:12:00Z',
    ],
    [
      'a node was drained: its pod was replaced, and nothing else was there',
      { created: 12, ready: ['True', 13], available: ['True', 13] },
      'Deployment shop/web was not available until 2026-01-01T10:13:00Z',
    ],
    [
      'more pods wanted than came',
      { available: ['False', 15] },
      'Deployment shop/web was not available from 2026-01-01T10:15:00Z',
    ],
  ])('%s: uncertain', (_name, look, sentence) => {
    expect(findTrouble(look)).toEqual({ isCertain: false, sentence });
  });

  test('a workload that is gone: nobody can tell when', () => {
    expect(findSoakTrouble({ workloads: [workload], objects: [] }, window)).toEqual({
      isCertain: false,
      sentence: 'Deployment shop/web was deleted',
    });
  });
});
