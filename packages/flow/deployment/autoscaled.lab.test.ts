import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { numberAt } from '@slipway/core/manifest';
import { openService, type TestService } from '@slipway/testing/service';
import { openStage, type Stage } from '@slipway/testing/stage';
import { rollBack } from './index.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('scaled', { account: [] });
});

afterAll(async () => {
  await stage.close();
});

interface Scaling {
  readonly replicas?: number;
  /** Without metrics an autoscaler still goes up to its least. */
  readonly least?: number;
}

/** A worker beside the service, and what scales it. */
function formatWorker(name: string, { replicas, least }: Scaling): string {
  const labels = { app: name };
  const worker = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'web', image: 'app' }] },
      },
    },
  };
  const scaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: {
      minReplicas: least,
      maxReplicas: 5,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
    },
  };
  const objects = least === undefined ? [worker] : [worker, scaler];
  return objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('');
}

async function readReplicas(name: string): Promise<number | undefined> {
  const { namespace } = stage;
  const identity = { apiVersion: 'apps/v1', kind: 'Deployment', name, namespace };
  return numberAt(await stage.cluster.get(identity), 'spec', 'replicas');
}

async function awaitReplicas(service: TestService, name: string, wanted: number): Promise<void> {
  while ((await readReplicas(name)) !== wanted) await service.context.clock.sleep(200);
}

test('what an autoscaler set stays through deployments and a rollback, until it is gone', async () => {
  const service = openService(stage, 'scaled');
  const scaled = formatWorker('worker', { replicas: 1, least: 2 });
  await service.deploy('1.0.0', 'serve', { extra: scaled });
  await awaitReplicas(service, 'worker', 2);
  const seen: (number | undefined)[] = [];
  const look = async (): Promise<void> => void seen.push(await readReplicas('worker'));

  const again = await service.deploy('1.0.0', 'serve', { extra: scaled });
  await look();
  await service.deploy('1.1.0', 'serve', { extra: scaled });
  await look();
  await rollBack(service.context, {
    to: '1.0.0',
    reason: 'to see what stays',
    hold: false,
    timeoutMs: 60_000,
  });
  await look();
  await service.deploy('1.2.0', 'serve', { extra: formatWorker('worker', { replicas: 1 }) });
  await look();

  expect(again.status).toBe('unchanged');
  expect(seen).toEqual([2, 2, 2, 1]);
});

test('replicas that were ours are handed over without falling to one', async () => {
  const service = openService(stage, 'handed');
  await service.deploy('1.0.0', 'serve', { extra: formatWorker('handed-over', { replicas: 2 }) });

  await service.deploy('1.1.0', 'serve', { extra: formatWorker('handed-over', { least: 1 }) });
  const replicas = await readReplicas('handed-over');
  const again = await service.deploy('1.1.0', 'serve', {
    extra: formatWorker('handed-over', { least: 1 }),
  });

  expect(replicas).toBe(2);
  expect(again.status).toBe('unchanged');
});
