import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dirname, delimiter } from 'node:path';
import { textAt, type ObjectIdentity } from '@slipway/core/manifest';
import { listGranted } from '@slipway/testing/rights';
import { openService } from '@slipway/testing/service';
import {
  namePruned,
  openShapes,
  shapes,
  type ShapeRun,
  type ShapeStage,
} from '@slipway/testing/shapes';
import type { DeploymentOutcome } from './index.js';

let opened: ShapeStage;
let runs: ReadonlyMap<string, Promise<ShapeRun>>;
let failing: DeploymentOutcome;

/** All at once, each in a namespace of its own; what fails is told by the test of its shape. */
beforeAll(async () => {
  opened = await openShapes();
  process.env['PATH'] = [dirname(opened.stage.kubectl), process.env['PATH']].join(delimiter);
  runs = new Map(shapes.map((shape) => [shape.name, opened.run(shape)]));
  failing = await openService(opened.stage, 'failing').deploy('1.0.0', 'crash');
  await Promise.allSettled(runs.values());
}, 300_000);

afterAll(async () => {
  await opened.close();
}, 60_000);

/** The cluster of one shape after all is done. */
async function read(name: string, identity: Omit<ObjectIdentity, 'namespace'>) {
  const run = await runs.get(name);
  const namespace = run?.place.namespace ?? '';
  return opened.stage.admin.get({ ...identity, namespace });
}

test('what the documentation grants is enough, and nothing of it is idle', () => {
  const granted = listGranted([
    'slipway-deploy',
    'slipway-identify',
    ...['slipway-deploy-roles', 'slipway-create-secrets', 'slipway-deploy-cluster'],
  ]);

  expect(failing.evidence?.screen).toContain('cannot open the database');
  expect([...granted].filter((right) => !opened.stage.used.has(right))).toEqual([]);
});

test('the definition of the operator is beyond what a client-side apply could note', async () => {
  const run = await runs.get('operator');
  const name = `engines.${run?.place.suffix}.shapes.example.com`;
  const type = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

  const definition = await opened.stage.admin.get({ ...type, name });

  expect(JSON.stringify(definition?.['spec']).length).toBeGreaterThan(262_144);
});

test('the webhook is asked', async () => {
  const run = await runs.get('webhook');
  const metadata = {
    name: 'denied',
    namespace: run?.place.namespace ?? '',
    labels: { deny: 'true' },
  };

  const denied = opened.stage.admin.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata });

  await expect(denied).rejects.toThrow('the label deny says no');
});

test('the volume of the StatefulSet is bound', async () => {
  const claim = await read('stateful', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name: 'data-db-0',
  });

  expect(textAt(claim, 'status', 'phase')).toBe('Bound');
});

describe.each(shapes)('$name', ({ name, removed }) => {
  test('is deployed, left alone, updated with what is gone deleted, and taken back', async () => {
    const run = await runs.get(name);

    const states = ['first', 'again', 'second', 'back', 'againAfterwards'] as const;
    expect(states.map((state) => run?.[state].failure?.message ?? run?.[state].status)).toEqual([
      'succeeded',
      'unchanged',
      'succeeded',
      'succeeded',
      'unchanged',
    ]);
    expect(namePruned(run?.second ?? { pruned: [] }).toSorted()).toEqual(removed.toSorted());
  });
});
