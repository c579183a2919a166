import { expect, test } from '@jest/globals';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import type { Finding } from '@slipway/core/rollout';
import type { LogRequest } from '@slipway/io/cluster';
import { createClusterInMemory } from '@slipway/testing/cluster';
import {
  appliedAt,
  baseScene,
  deployment,
  ended,
  event,
  pod,
  waiting,
} from '@slipway/testing/rollout';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { collectEvidence, type Evidence } from './evidence.js';
import { redact } from './redact.js';

const workload = identify(deployment());

const finding: Finding = {
  severity: 'terminal',
  fault: 'candidate',
  code: 'crash-loop',
  object: workload,
  pod: 'catalog-1',
  container: 'catalog',
  reason: 'CrashLoopBackOff',
  sentence: 'Container catalog of Deployment shop/catalog exits with code 3 at every start',
  fix: 'Read its last log lines: the program itself gave up.',
  exitCode: 3,
  image: 'r.io/catalog:2',
};

const broken = pod({
  phase: 'Running',
  container: { restarts: 2, state: waiting('CrashLoopBackOff'), last: ended(3, [1, 2]) },
  spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
});

function aboutClaim(name: string): KubernetesObject {
  const said = event({ about: name, reason: 'ExternalProvisioning', message: 'waiting', at: 3 });
  const involvedObject = { kind: 'PersistentVolumeClaim', namespace: 'shop', name, uid: name };
  return { ...said, involvedObject };
}

const objects = [
  ...baseScene(),
  broken,
  event({ about: 'catalog-1', reason: 'SuccessfulPull', message: 'pulled', at: 9 }),
  event({ about: 'catalog-1', reason: 'BackOff', message: 'restarting', at: 4, count: 3 }),
  event({ about: 'catalog-1', reason: 'Unhealthy', message: 'of long ago', at: -600 }),
  aboutClaim('data'),
  aboutClaim('of-somebody-else'),
  event({ about: 'other', reason: 'BackOff', message: 'of somebody else' }),
];

async function collect(
  readLog: (request: LogRequest) => Promise<string>,
): Promise<{ readonly evidence: Evidence; readonly files: ReadonlyMap<string, string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-evidence-'));
  try {
    const evidence = await collectEvidence(
      { ...createClusterInMemory(), readLog },
      { finding, snapshot: { workloads: [workload], objects } },
      { title: 'catalog 1.2.0', folder: join(folder, 'catalog'), since: appliedAt },
    );
    const contents = await Promise.all(
      evidence.files.map(async (path) => [basename(path), await readFile(path, 'utf8')] as const),
    );
    const screen = evidence.screen.replace(folder, '<folder>');
    return { evidence: { ...evidence, screen }, files: new Map(contents) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a failure is told on one screen and saved in files', async () => {
  const { evidence, files } = await collect(({ previous }) =>
    Promise.resolve(previous ? 'the run before\n' : 'starting\n\u001b[31mno database\u001b[0m\n'),
  );

  expect(evidence.screen.split('\n')).toEqual([
    '✗ catalog 1.2.0 failed: crash-loop',
    'why    Container catalog of Deployment shop/catalog exits with code 3 at every start',
    'where  Deployment shop/catalog, pod catalog-1, container catalog, image r.io/catalog:2',
    'fix    Read its last log lines: the program itself gave up.',
    'saved  <folder>/catalog',
    'state',
    '  Deployment shop/catalog: 1 of 3 replicas updated',
    '    catalog-1 catalog: CrashLoopBackOff, 2 restarts',
    'log of catalog, last lines',
    '  starting',
    '  no database',
    'events, warnings first',
    '  12:00:04 BackOff ×3 Pod shop/catalog-1: restarting',
    '  12:00:03 ExternalProvisioning PersistentVolumeClaim shop/data: waiting',
    '  12:00:09 SuccessfulPull Pod shop/catalog-1: pulled',
  ]);
  expect([...files.keys()]).toEqual([
    'statuses.json',
    'events.txt',
    'log-catalog-1-catalog.txt',
    'log-catalog-1-catalog-previous.txt',
  ]);
  expect(files.get('events.txt')).toBe(
    '2026-01-01T12:00:04.000Z Warning BackOff x3 Pod shop/catalog-1: restarting\n2026-01-01T12:00:03.000Z Warning ExternalProvisioning x1 PersistentVolumeClaim shop/data: waiting\n2026-01-01T12:00:09.000Z Normal SuccessfulPull x1 Pod shop/catalog-1: pulled\n',
  );
  expect(files.get('log-catalog-1-catalog-previous.txt')).toBe('the run before\n');
});

test('stays on one screen, whatever there is to tell', async () => {
  const { evidence } = await collect(() =>
    Promise.resolve(
      Array.from({ length: 50 }, (_, index) => `${index} ${'x'.repeat(500)}`).join('\n'),
    ),
  );

  const lines = evidence.screen.split('\n');
  expect(lines.length).toBeLessThanOrEqual(40);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(lines.filter((line) => line.includes('xxx'))).toHaveLength(10);
});

test('a log that cannot be read is no failure of its own', async () => {
  const { evidence } = await collect(() => Promise.reject(new Error('forbidden')));

  expect(evidence.screen).toContain('  (the log cannot be read: forbidden)');
});

test.each([
  ['a password by name', 'DB_PASSWORD=hunter2 and more', 'DB_PASSWORD=<redacted> and more'],
  [
    'a password in JSON',
    '{"password": "hunter2", "user": "a"}',
    '{"password": <redacted>, "user": "a"}',
  ],
  [
    'a key whose value follows on other lines',
    'password:\n  valueFrom: db',
    'password:\n  valueFrom: db',
  ],
  [
    'what only names a secret',
    'secretName: db, token_file=/run/t',
    'secretName: db, token_file=/run/t',
  ],
  ['a URL', 'postgres://app:hunter2@db/shop', 'postgres://<redacted>@db/shop'],
  ['a header', 'Authorization: Bearer abc.def-123456', 'Authorization: <redacted>'],
  ['a web token', 'got eyJhbGciOi.eyJzdWIiOi.c2ln now', 'got <redacted> now'],
  ['nothing secret', 'GET http://db:5432/ took 3 ms', 'GET http://db:5432/ took 3 ms'],
])('%s in a log is not shown', (_name, line, shown) => {
  expect(redact(line)).toBe(shown);
});

test('a container that has not run yet has no log', async () => {
  const pulling = pod({ container: { state: waiting('ImagePullBackOff') } });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-evidence-'));

  const { screen } = await collectEvidence(
    createClusterInMemory(),
    { finding, snapshot: { workloads: [workload], objects: [...baseScene(), pulling] } },
    { title: 'catalog 1.2.0', folder, since: appliedAt },
  );
  await rm(folder, { recursive: true });

  expect(screen).not.toContain('\nlog of');
});
