import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../manifest/index.js';
import { findSoakTrouble } from './index.js';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();
const window = { fromMs: Date.parse(at(10)), untilMs: Date.parse(at(20)) };
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
}

function findTrouble({
  created = 8,
  ready = ['True', 9],
  available = ['True', 9],
  restarts = 0,
  ended = 9,
}: Look): string | undefined {
  const owner = (uid: string) => ({ ownerReferences: [{ uid, controller: true }] });
  const namespace = 'shop';
  const objects = [
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
      metadata: { name: 'web-1', namespace, uid: 'r', ...owner('d') },
      spec: { template },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web-1-x',
        namespace,
        uid: 'p',
        labels,
        creationTimestamp: at(created),
        ...owner('r'),
      },
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
    },
  ] as unknown as readonly KubernetesObject[];
  return findSoakTrouble({ workloads: [workload], objects }, window);
}

describe('findSoakTrouble, in a window from 10:10 to 10:20', () => {
  test.each<[string, Look]>([
    ['nothing happened', {}],
    ['a restart before it', { restarts: 1, ended: 9 }],
    ['a restart after it', { restarts: 1, ended: 25 }],
    ['readiness lost after it', { ready: ['False', 25] }],
    ['not available after it', { available: ['False', 25] }],
    ['a pod that is new and became ready in it', { created: 12, ready: ['True', 13] }],
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
      'two restarts, the last one after it',
      { restarts: 2, ended: 25 },
      'Container web of web-1-x restarted at 2026-01-01T10:25:00Z',
    ],
    [
      'a restart of which nothing is known',
      { restarts: 1, ended: null },
      'Container web of web-1-x restarted at a time that nobody can tell',
    ],
    [
      'readiness lost in it',
      { ready: ['False', 15] },
      'Pod shop/web-1-x was not ready from 2026-01-01T10:15:00Z',
    ],
    [
      'readiness lost and found again',
      { ready: ['True', 15] },
      'Pod shop/web-1-x was not ready until 2026-01-01T10:15:00Z',
    ],
    [
      'a new pod that is not ready since',
      { created: 12, ready: ['False', 12] },
      'Pod shop/web-1-x was not ready from 2026-01-01T10:12:00Z',
    ],
    [
      'a Deployment that was not available',
      { available: ['True', 15] },
      'Deployment shop/web was not available until 2026-01-01T10:15:00Z',
    ],
  ])('%s', (_name, look, sentence) => {
    expect(findTrouble(look)).toBe(sentence);
  });

  test('a workload that is gone', () => {
    expect(findSoakTrouble({ workloads: [workload], objects: [] }, window)).toBe(
      'Deployment shop/web was deleted',
    );
  });
});
