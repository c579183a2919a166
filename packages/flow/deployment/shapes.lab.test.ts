import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { textAt } from '@slipway/core/manifest';
import { mapParallel } from '@slipway/core/parallel';
import { listGranted } from '@slipway/testing/rights';
import { openService, type TestService } from '@slipway/testing/service';
import {
  namePruned,
  openShapes,
  shapes,
  type ShapeRun,
  type ShapeStage,
} from '@slipway/testing/shapes';
import type { DeploymentOutcome } from './index.js';

let opened: ShapeStage;
let runs: ReadonlyMap<string, PromiseSettledResult<ShapeRun>>;
let failing: DeploymentOutcome;

const atOnce = 4;

/** Some at a time, each in a namespace of its own; what fails is told by the test of its shape. */
beforeAll(async () => {
  opened = await openShapes();
  const [results, failed] = await Promise.all([
    mapParallel(atOnce, shapes, async (shape) => {
      const [end] = await Promise.allSettled([opened.run(shape)]);
      return [shape.name, end] as const;
    }),
    goBack(openService(opened.stage, 'failing')),
  ]);
  runs = new Map(results);
  failing = failed;
}, 300_000);

afterAll(async () => {
  await opened.close();
}, 60_000);

/** A StatefulSet does not go back by itself. */
async function goBack(service: TestService): Promise<DeploymentOutcome> {
  const extra = `---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: db, image: app }] }
`;
  await service.deploy('1.0.0', 'serve', { extra });
  return service.deploy('1.1.0', 'crash', { extra });
}

function runOf(name: string): ShapeRun {
  const end = runs.get(name);
  if (end?.status === 'fulfilled') return end.value;
  throw end?.reason;
}

test('what the documentation grants is enough, and nothing of it is idle', () => {
  const granted = listGranted([
    'slipway-deploy',
    'slipway-identify',
    ...['slipway-deploy-roles', 'slipway-create-secrets', 'slipway-deploy-cluster'],
  ]);

  expect(failing.status).toBe('rolled-back');
  expect(failing.evidence?.screen).toContain('cannot open the database');
  const { used, denied } = opened.stage.rights;
  expect([...granted].filter((right) => !used.has(right))).toEqual([]);
  expect([...denied]).toEqual([]);
});

test('the definition of the operator is beyond what a client-side apply could note', async () => {
  const { place } = runOf('operator');
  const name = `engines.${place.suffix}.shapes.example.com`;
  const type = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

  const definition = await opened.stage.admin.get({ ...type, name });

  expect(JSON.stringify(definition?.['spec']).length).toBeGreaterThan(262_144);
});

test('the webhook is asked', async () => {
  const { namespace } = runOf('webhook').place;
  const metadata = { name: 'denied', namespace, labels: { deny: 'true' } };

  const denied = opened.stage.admin.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata });

  await expect(denied).rejects.toThrow('the label deny says no');
});

test('the volume of the StatefulSet is bound', async () => {
  const { namespace } = runOf('stateful').place;
  const type = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };

  const claim = await opened.stage.admin.get({ ...type, name: 'data-db-0', namespace });

  expect(textAt(claim, 'status', 'phase')).toBe('Bound');
});

describe.each(shapes)('$name', ({ name, removed }) => {
  test('is deployed, left alone, updated with what is gone deleted, and taken back', () => {
    const run = runOf(name);

    const states = ['first', 'again', 'second', 'back', 'againAfterwards'] as const;
    expect(states.map((state) => run[state].failure?.message ?? run[state].status)).toEqual([
      'succeeded',
      'unchanged',
      'succeeded',
      'succeeded',
      'unchanged',
    ]);
    expect(namePruned(run.second).toSorted()).toEqual(removed.toSorted());
  });
});
