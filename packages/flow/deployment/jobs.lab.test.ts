import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { openService, type TestService } from '@slipway/testing/service';
import { openStage, type Stage } from '@slipway/testing/stage';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('jobs', { account: [] });
});

afterAll(async () => {
  await stage.close();
});

interface TestJob {
  readonly name: string;
  readonly phase: 'migrations' | 'after-available' | 'smoke-test';
  readonly command: string;
  readonly ttlSeconds?: number;
}

/** A Job of the service’s own image: with each version its content is another. */
function formatJob({ name, phase, command, ttlSeconds }: TestJob): string {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      annotations: { 'slipway.dev/phase': phase, 'slipway.dev/migration': 'expand' },
    },
    spec: {
      backoffLimit: 0,
      ...(ttlSeconds === undefined ? {} : { ttlSecondsAfterFinished: ttlSeconds }),
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'job', image: 'app', command: ['/bin/sh', '-c', command] }],
        },
      },
    },
  };
  return `---\n${JSON.stringify(job)}\n`;
}

async function listJobs(service: TestService): Promise<readonly KubernetesObject[]> {
  const { namespace } = stage;
  const { items } = await stage.cluster.list(
    { apiVersion: 'batch/v1', kind: 'Job' },
    { namespace },
  );
  return items.filter(({ metadata }) => metadata.name.startsWith(service.name));
}

async function templateOf(service: TestService): Promise<unknown> {
  const { namespace } = stage;
  const identity = { apiVersion: 'apps/v1', kind: 'Deployment', name: service.name, namespace };
  return (await stage.cluster.get(identity))?.['spec'];
}

test('a migration completes before any workload is touched, once for each content', async () => {
  const service = openService(stage, 'ordered');
  const migrate = { name: 'ordered-migrate', phase: 'migrations', command: 'sleep 1' } as const;
  const extra = formatJob(migrate);
  const from = stage.logger.lines.length;

  await service.deploy('1.0.0', 'serve', { extra });
  const [first] = await listJobs(service);
  const again = await service.deploy('1.0.0', 'serve', { extra });
  const [same] = await listJobs(service);
  await service.deploy('1.1.0', 'serve', { extra });
  const [second, ...others] = await listJobs(service);

  expect(first?.metadata.name).toMatch(/^ordered-migrate-[0-9a-f]{8}$/);
  expect([again.status, same?.metadata.uid]).toEqual(['unchanged', first?.metadata.uid]);
  expect(second?.metadata.name).not.toBe(first?.metadata.name);
  expect(others).toEqual([]);
  const lines = stage.logger.lines.slice(from).filter((line) => line.includes('ordered'));
  const places = ['1 of 1 completions', 'created: Deployment'].map((text) =>
    lines.findIndex((line) => line.includes(text)),
  );
  expect(places[0]).toBeGreaterThan(0);
  expect(places[0]).toBeLessThan(places[1] ?? 0);
});

test('a migration that fails stops the release before its workloads, and may be tried again', async () => {
  const service = openService(stage, 'broken');
  await service.deploy('1.0.0', 'serve');
  const before = await templateOf(service);
  const command = 'echo "table orders is locked" >&2; exit 4';
  const extra = formatJob({ name: 'broken-migrate', phase: 'migrations', command });

  const bad = await service.deploy('1.1.0', 'serve', { extra });

  expect(bad).toMatchObject({ status: 'rolled-back', failure: { code: 'job-failed' } });
  expect(bad.evidence?.screen).toContain('table orders is locked');
  expect(await templateOf(service)).toEqual(before);
  const skipped = await service.deploy('1.2.0', 'serve', { extra, migrations: 'skip' });
  expect(skipped.status).toBe('succeeded');
  expect(await listJobs(service)).toEqual([]);
});

test('a Job that cleans itself up is not missed, and not run again', async () => {
  const service = openService(stage, 'clean');
  const job = { phase: 'migrations', command: 'true', ttlSeconds: 0 } as const;
  const extra = formatJob({ name: 'clean-migrate', ...job });
  await service.deploy('1.0.0', 'serve', { extra });
  while ((await listJobs(service)).length > 0) await service.context.clock.sleep(200);
  const events = (await service.kinds()).length;

  const again = await service.deploy('1.0.0', 'serve', { extra });

  expect(again.status).toBe('unchanged');
  expect(await service.kinds()).toHaveLength(events);
  expect(await listJobs(service)).toEqual([]);
});

test('smoke tests run at every deployment, and at a rollback; other Jobs do not come back', async () => {
  const service = openService(stage, 'proven');
  const extra = [
    formatJob({ name: 'proven-after', phase: 'after-available', command: 'true' }),
    formatJob({
      name: 'proven-smoke',
      phase: 'smoke-test',
      command: 'wget -q -O - http://proven/version | grep 1.0.0',
    }),
  ].join('');
  await service.deploy('1.0.0', 'serve', { extra });
  const names = (await listJobs(service)).map(({ metadata }) => metadata.name.slice(0, -9));

  const bad = await service.deploy('1.1.0', 'serve', { extra });

  expect(names).toEqual(['proven-after', 'proven-smoke']);
  expect(bad).toMatchObject({ status: 'rolled-back', failure: { code: 'smoke-test-failed' } });
  expect(bad.failure?.message).toMatch(
    /^the smoke test failed: Job jobs-\w+\/proven-smoke-[0-9a-f]{8} failed/,
  );
  expect((await listJobs(service)).map(({ metadata }) => metadata.name.slice(0, -9))).toEqual([
    'proven-smoke',
  ]);
  expect(await service.answer()).toBe('1.0.0-proven');
});

test('what runs after a release is available fails the release', async () => {
  const service = openService(stage, 'after');
  await service.deploy('1.0.0', 'serve');
  const extra = formatJob({ name: 'after-warm', phase: 'after-available', command: 'exit 2' });

  const bad = await service.deploy('1.1.0', 'serve', { extra });

  expect(bad).toMatchObject({ status: 'rolled-back', failure: { code: 'job-failed' } });
  expect((await service.kinds()).filter((kind) => kind.endsWith('1.1.0'))).toContain(
    'available 1.1.0',
  );
});
