import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { checkAdopted } from './check-adopted.js';

const object = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'catalog', namespace: 'shop' },
};
const managedBy = (manager: string): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, managedFields: [{ manager, fieldsV1: {} }] },
});
const conflictWith = (...managers: readonly string[]): ClusterError =>
  new ClusterError('apply-conflict', 'conflict', {
    status: 409,
    conflicts: managers.map((manager) => ({ manager, field: `.${manager}` })),
  });
const refused = (message: string, status = 422, reason = 'Invalid'): ClusterError =>
  new ClusterError('cluster-refused', message, { status, reason });
const exists = refused('exists', 409, 'AlreadyExists');
const probes = refused('may not specify more than 1 handler type');

interface Answers {
  /** To a server-side apply that takes every field. */
  readonly forced?: ClusterError;
  /** To making the object anew. */
  readonly anew?: ClusterError;
}

test.each<[string, ClusterError, Answers, string]>([
  ['only deployers are in the way', conflictWith('helm', 'kubectl'), {}, 'accepted'],
  [
    'a controller is in the way too',
    conflictWith('helm', 'argocd-controller'),
    {},
    'Deployment shop/catalog has fields that others manage: .argocd-controller belongs to argocd-controller',
  ],
  ['old fields do not go with new ones', probes, { anew: exists }, 'accepted'],
  ['both at once', conflictWith('helm'), { forced: probes, anew: exists }, 'accepted'],
  ['the manifest itself is wrong', probes, { anew: refused('no such field') }, 'no such field'],
  ['a field can never change', refused('selector is immutable'), {}, 'selector is immutable'],
  ['admission says no', refused('policy', 403, 'Forbidden'), {}, 'policy'],
  [
    'making it anew may not be asked',
    probes,
    { anew: new ClusterError('cluster-denied', 'no right', { status: 403 }) },
    'may not specify more than 1 handler type',
  ],
])('%s', async (_name, error, { forced, anew = exists }, expected) => {
  const answer = (refusal: ClusterError | undefined): Promise<KubernetesObject> =>
    refusal === undefined ? Promise.resolve(object) : Promise.reject(refusal);
  const asked: unknown[] = [];
  const cluster: Cluster = {
    ...createClusterInMemory(),
    apply: (_object, options) => {
      asked.push(options.dryRun);
      return answer(forced);
    },
    create: (_object, options) => {
      asked.push(options?.dryRun);
      return answer(anew);
    },
  };

  const result = await checkAdopted(
    cluster,
    { object, before: managedBy('helm'), error },
    { deployers: new Set(['helm', 'kubectl']), fieldManager: 'slipway-catalog' },
  );

  expect(result instanceof ClusterError ? result.message : 'accepted').toBe(expected);
  expect(asked.every((isDryRun) => isDryRun === true)).toBe(true);
});

test.each([
  ['an object that nobody deployed before', managedBy('slipway-catalog')],
  ['an object that is not there', undefined],
])('%s is refused as it is', async (_name, before) => {
  const error = conflictWith('helm');

  const result = await checkAdopted(
    createClusterInMemory(),
    { object, before, error },
    { deployers: new Set(['helm']), fieldManager: 'slipway-catalog' },
  );

  expect(result).toBe(error);
});
