import { describe, expect, test } from '@jest/globals';
import { formatIdentity, identify, type KubernetesObject } from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import { takeOver } from './take-over.js';

function managed(kind: string, manager: string): KubernetesObject {
  const [apiVersion, spec] =
    kind === 'Deployment' ? ['apps/v1', { replicas: 2, selector: {} }] : ['v1', undefined];
  const fields =
    spec === undefined ? { 'f:data': {} } : { 'f:spec': { 'f:selector': {}, 'f:template': {} } };
  return {
    apiVersion,
    kind,
    metadata: {
      name: 'catalog',
      namespace: 'shop',
      managedFields: [{ manager, operation: 'Update', apiVersion, fieldsV1: fields }],
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

/** Objects in memory; a patch makes them Slipway’s, after `answers` have been given. */
async function open(
  objects: readonly KubernetesObject[],
  answers: ClusterError[] = [],
  change: Partial<KubernetesObject> = {},
  asked: readonly KubernetesObject[] = objects,
) {
  const memory = createClusterInMemory();
  for (const object of objects) await memory.create(object);
  const patched: string[] = [];
  const cluster: Cluster = {
    ...memory,
    list: () => Promise.resolve({ resourceVersion: '1', items: [] }),
    patch: async (identity) => {
      patched.push(formatIdentity(identity));
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
      const object = await memory.get(identity);
      if (object === undefined) throw new Error('not there');
      return { ...object, ...change };
    },
  };
  const logger = createRecordingLogger();
  const signal = new AbortController().signal;
  const identities = asked.map(identify);
  return {
    patched,
    logger,
    run: () => takeOver(cluster, identities, { fieldManager: 'slipway-catalog', logger, signal }),
  };
}

const conflict = (status: number) => new ClusterError('cluster-refused', 'changed', { status });
const objects = [managed('Deployment', 'tool'), managed('ConfigMap', 'tool')];

describe('takeOver', () => {
  test('takes workloads last, and tells it once', async () => {
    const { patched, logger, run } = await open(objects);

    await run();

    expect(patched).toEqual(['ConfigMap shop/catalog', 'Deployment shop/catalog']);
    expect(logger.lines).toEqual([
      'taken over from tool: ConfigMap shop/catalog, Deployment shop/catalog',
      'nothing but metadata was written: no pod was restarted by it',
    ]);
  });

  test('an object that is named twice is taken once', async () => {
    const { patched, run } = await open(objects, [], {}, [...objects, ...objects]);

    await run();

    expect(patched).toHaveLength(2);
  });

  test.each([409, 422])('an object that changed meanwhile (%d) is read again', async (status) => {
    const { patched, run } = await open(objects, [conflict(status), conflict(status)]);

    await run();

    expect(patched).toEqual([
      'ConfigMap shop/catalog',
      'ConfigMap shop/catalog',
      'ConfigMap shop/catalog',
      'Deployment shop/catalog',
    ]);
  });

  test('one that changes again and again ends it with the API’s own words', async () => {
    const { patched, run } = await open(
      objects,
      Array.from({ length: 5 }, () => conflict(409)),
    );

    await expect(run()).rejects.toMatchObject({ message: 'changed' });
    expect(patched).toHaveLength(5);
  });

  test('what else the API changed with it is told', async () => {
    const spec = { replicas: 2, selector: {}, template: { injected: true } };
    const { logger, run } = await open([managed('Deployment', 'kubectl')], [], { spec });

    await run();

    expect(logger.lines.at(-1)).toBe(
      '[warning] Deployment shop/catalog changed with it: pods may be restarted',
    );
  });

  test('nothing is written where nobody deployed anything', async () => {
    const { patched, logger, run } = await open([managed('ConfigMap', 'slipway-catalog')]);

    await run();

    expect([patched, logger.lines]).toEqual([[], []]);
  });
});
