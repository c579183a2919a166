import { describe, expect, test } from '@jest/globals';
import {
  baseScene,
  deployment,
  event,
  play,
  playToEnd,
  pod,
  unschedulable,
  waiting,
  workload,
  type Row,
  type Scene,
} from '@slipway/testing/rollout';
import type { KubernetesObject } from '../manifest/index.js';

const base = baseScene();
const sets = base.slice(1);

function object(apiVersion: string, kind: string, rest: object): KubernetesObject {
  const metadata = { name: 'catalog', namespace: 'shop', uid: kind, generation: 1 };
  return { apiVersion, kind, metadata, ...rest };
}

const set = workload('StatefulSet', { replicas: 1 }, { replicas: 1 });
const claimingPod = pod({
  of: 'StatefulSet',
  ...unschedulable('pod has unbound immediate PersistentVolumeClaims'),
  spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-catalog-0' } }] },
});

function aboutClaim(reason: string, message: string): KubernetesObject {
  const scene = { about: 'PersistentVolumeClaim', reason, message };
  const name = 'data-catalog-0';
  const involvedObject = { ...scene, kind: 'PersistentVolumeClaim', namespace: 'shop', name };
  return { ...event(scene), involvedObject: { ...involvedObject, uid: 'PersistentVolumeClaim' } };
}

const claim = {
  ...object('v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } }),
  metadata: { name: 'data-catalog-0', namespace: 'shop', uid: 'PersistentVolumeClaim' },
};
const noClass = 'storageclass.storage.k8s.io "fast" not found';

const route = object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
  spec: { parentRefs: [{ name: 'front' }] },
  status: {
    parents: [
      {
        parentRef: { name: 'front' },
        conditions: [
          { type: 'Accepted', status: 'True' },
          {
            type: 'ResolvedRefs',
            status: 'False',
            reason: 'BackendNotFound',
            message: 'service shop/catalogue not found',
          },
        ],
      },
    ],
  },
});

/** The Deployment, with what its container was asked to run and who manages that. */
function managed(
  image: string,
  managers: readonly (readonly [name: string, ownsImage: boolean])[],
): KubernetesObject {
  const fields = {
    'f:spec': {
      'f:template': {
        'f:spec': {
          'f:containers': {
            'k:{"name":"catalog"}': { 'f:image': {} },
          },
        },
      },
    },
  };
  const template = { spec: { containers: [{ name: 'catalog', image }] } };
  const before = deployment({ spec: { template } });
  return {
    ...before,
    metadata: {
      ...before.metadata,
      managedFields: managers.map(([manager, ownsImage]) => ({
        manager,
        operation: 'Apply',
        fieldsV1: ownsImage ? fields : { 'f:spec': { 'f:selector': {} } },
      })),
    },
  };
}

describe('what is no workload, and what others do: what cannot heal is told', () => {
  test.each<Row>([
    [
      'a claim of a pod whose storage class does not exist, after 30 s',
      [[1, set, claimingPod, aboutClaim('ProvisioningFailed', noClass)]],
      31,
      'volume-unbound candidate Unschedulable',
      `Pods of StatefulSet shop/catalog wait for PersistentVolumeClaim shop/data-catalog-0, which is not bound: ${noClass}`,
    ],
    [
      'a claim on its own that finds no storage class, after 30 s',
      [
        [
          1,
          claim,
          aboutClaim(
            'FailedBinding',
            'no persistent volumes available for this claim and no storage class is set',
          ),
        ],
      ],
      31,
      'volume-unbound candidate FailedBinding',
      'PersistentVolumeClaim shop/data-catalog-0 is not bound: no persistent volumes available for this claim and no storage class is set',
    ],
    [
      'a route that finds no backend, after 30 s',
      [[1, route]],
      31,
      'resource-failed candidate BackendNotFound',
      'HTTPRoute shop/catalog cannot work: front says service shop/catalogue not found',
    ],
    [
      'an autoscaler without its target, after 30 s',
      [
        [
          1,
          object('autoscaling/v2', 'HorizontalPodAutoscaler', {
            status: {
              conditions: [
                {
                  type: 'AbleToScale',
                  status: 'False',
                  reason: 'FailedGetScale',
                  message: 'deployments.apps "catalogue" not found',
                },
              ],
            },
          }),
        ],
      ],
      31,
      'resource-failed candidate FailedGetScale',
      'HorizontalPodAutoscaler shop/catalog cannot work: deployments.apps "catalogue" not found',
    ],
    [
      'a custom resource that is stalled, after 30 s',
      [
        [
          1,
          object('example.io/v1', 'Zone', {
            status: { conditions: [{ type: 'Stalled', status: 'True', message: 'no quota' }] },
          }),
        ],
      ],
      31,
      'resource-failed candidate Stalled',
      'Zone shop/catalog cannot work: no quota',
    ],
    [
      'another image while we watch, at once',
      [
        [0, managed('r.io/catalog:2', [['slipway', true]]), ...sets],
        [
          4,
          managed('r.io/catalog:3', [
            ['slipway', false],
            ['kubectl-set', true],
          ]),
          ...sets,
        ],
      ],
      4,
      'overtaken platform Overtaken',
      'Deployment shop/catalog was given another image by kubectl-set in the middle: container catalog is to run r.io/catalog:3',
    ],
    [
      'another image before we looked for the first time',
      [
        [
          0,
          managed('r.io/catalog:3', [
            ['slipway', false],
            ['kubectl-set', true],
          ]),
          ...sets,
        ],
      ],
      0,
      'overtaken platform Overtaken',
      'Deployment shop/catalog was given another image by kubectl-set in the middle: container catalog is to run r.io/catalog:3',
    ],
    [
      'another image that the same manager applied',
      [
        [0, managed('r.io/catalog:2', [['slipway', true]]), ...sets],
        [4, managed('r.io/catalog:3', [['slipway', true]]), ...sets],
      ],
      4,
      'overtaken platform Overtaken',
      'Deployment shop/catalog was given another image by slipway in the middle: container catalog is to run r.io/catalog:3',
    ],
  ])('%s', (_name, scenes, at, kind, sentence) => {
    expect(playToEnd(scenes)).toEqual({ severity: 'terminal', at, kind, sentence });
  });
});

describe('what is no workload, and what others do: what may heal is waited for', () => {
  test.each<[string, readonly Scene[], string | undefined]>([
    [
      'a claim that is bound once a pod has it, and none has',
      [[1, claim, aboutClaim('WaitForFirstConsumer', 'waiting for first consumer')]],
      undefined,
    ],
    [
      'a claim whose provisioner fails for now',
      [[1, set, claimingPod, aboutClaim('ProvisioningFailed', 'rpc error: quota of disks')]],
      'Pods of StatefulSet shop/catalog wait for PersistentVolumeClaim shop/data-catalog-0, which is not bound: rpc error: quota of disks',
    ],
    [
      'a restart or more replicas, by others',
      [
        [0, managed('r.io/catalog:2', [['slipway', true]]), ...sets],
        [
          4,
          managed('r.io/catalog:2', [
            ['slipway', true],
            ['kubectl-rollout', false],
          ]),
          ...sets,
        ],
      ],
      undefined,
    ],
    [
      'an image that others manage as well, because they say the same',
      [
        [
          0,
          managed('r.io/catalog:2', [
            ['slipway', true],
            ['kubectl', true],
          ]),
          ...sets,
        ],
      ],
      undefined,
    ],
    [
      'an image of a workload that nobody has applied with us',
      [[0, managed('r.io/catalog:2', [['test', true]]), ...sets]],
      undefined,
    ],
    [
      'a pod that is only being made',
      [[1, ...base, pod({ container: { state: waiting('ContainerCreating') } })]],
      undefined,
    ],
  ])('%s', (_name, scenes, sentence) => {
    const { severity, at, sentence: told } = playToEnd(scenes);

    expect({ at, sentence: told }).toEqual({ at: 120, sentence });
    expect(severity).not.toBe('terminal');
  });
});

test.each<[string, readonly KubernetesObject[], string]>([
  ['that no pod has yet is as far as it can be', [], 'available: bound once a pod has it'],
  ['that a pod has is waited for', [claimingPod], 'in-progress: not bound yet'],
])('a claim %s', (_name, more, expected) => {
  const waits = aboutClaim('WaitForFirstConsumer', 'waiting for first consumer');

  const { memory } = play([[0, claim, waits, ...more]], 1);

  const told = [...memory.statuses.values()].map(({ state, message }) => `${state}: ${message}`);
  expect(told).toEqual([expected]);
});
