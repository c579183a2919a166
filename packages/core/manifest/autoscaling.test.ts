import { describe, expect, test } from '@jest/globals';
import { keepReplicas, readScaleTargets } from './autoscaling.js';
import type { KubernetesObject } from './kubernetes-object.js';

const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas: 3, paused: false },
};

function live(replicas: number, manager: string): KubernetesObject {
  const fieldsV1 = { 'f:spec': { 'f:replicas': {} } };
  return {
    ...deployment,
    metadata: {
      ...deployment.metadata,
      managedFields: [{ manager, operation: 'Apply', apiVersion: 'apps/v1', fieldsV1 }],
    },
    spec: { replicas, paused: false },
  };
}

describe('replicas that an autoscaler sets', () => {
  test.each([
    ['ours so far: the live value, or the API would fall back to 1', live(8, 'slipway'), 8],
    ['somebody else’s: not asked for', live(8, 'kube-controller-manager'), undefined],
    ['not there yet: what the manifest begins with', undefined, 3],
  ])('%s', (_case, before, replicas) => {
    const { spec } = keepReplicas(deployment, before, 'slipway');

    expect(spec).toEqual({ paused: false, ...(replicas === undefined ? {} : { replicas }) });
  });

  test('by which autoscalers', () => {
    const scaler = (apiVersion: string, kind: string, scaleTargetRef: object) => ({
      apiVersion,
      kind,
      metadata: { name: 'scaler', namespace: 'shop' },
      spec: { scaleTargetRef },
    });

    const targets = readScaleTargets([
      scaler('autoscaling/v2', 'HorizontalPodAutoscaler', { kind: 'StatefulSet', name: 'queue' }),
      scaler('keda.sh/v1alpha1', 'ScaledObject', { name: 'web' }),
      scaler('example.com/v1', 'ScaledObject', { name: 'other' }),
      deployment,
    ]);

    expect(targets).toEqual(['StatefulSet shop/queue', 'Deployment shop/web']);
  });
});
