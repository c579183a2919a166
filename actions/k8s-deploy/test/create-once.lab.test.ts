import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatReference, formatRepository } from '@slipway/core/image-ref';
import { recordAt } from '@slipway/core/manifest';
import { SlipwayError } from '@slipway/core/errors';
import {
  deploy,
  openDeployment,
  pullBundle,
  rollBack,
  type Bundle,
  type DeploymentContext,
} from '@slipway/flow/deployment';
import type { Report } from '@slipway/flow/runtime';
import { createCanary, findSecrets, formatFinding, searchRegistry } from '@slipway/testing/canary';
import { readWith } from '@slipway/testing/inputs';
import { createTestRuntime } from '@slipway/testing/runtime';
import { openStage, type Stage } from '@slipway/testing/stage';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run, type Result } from '../src/run.js';

const first = createCanary();
const second = createCanary();
const secrets = [first, second].map((text, index) => ({ name: `value ${index + 1}`, text }));
const masked: string[] = [];

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('create-once', { account: ['slipway-create-secrets'] });
}, 1_500_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: app
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }
          env:
            - name: PASSWORD
              valueFrom: { secretKeyRef: { name: database, key: password } }
`;

function formatSecret(value: string, extra = ''): string {
  return `
# it is ${value}
apiVersion: v1
kind: Secret
metadata: { name: database }
stringData: { password: ${JSON.stringify(value)}${extra} }
data: { token: ${Buffer.from(value).toString('base64')} }
`;
}

const identity = (): Parameters<Stage['cluster']['get']>[0] => ({
  apiVersion: 'v1',
  kind: 'Secret',
  name: 'database',
  namespace: stage.namespace,
});

interface End {
  readonly result: Result;
  readonly report: Report;
  /** What is in the file of the output `diff`. */
  readonly diff: string;
}

async function act(version: string, secret: string, more = {}): Promise<End> {
  const image = await stage.push({ version, behaviour: 'serve' });
  writeFileSync(join(stage.folder, 'app.yaml'), `${workload}---${secret}`);
  const inputs = readWith(readInputs, {
    service: 'app',
    environment: 'test',
    namespace: stage.namespace,
    images: `app=${formatReference(image)}`,
    manifests: 'app.yaml',
    secrets: 'create-once',
    'plain-http': stage.registryHost,
    ...more,
  });
  const result = await run(inputs, runtime());
  const told = report(result);
  return { result, report: told, diff: readFileSync(told.outputs['diff'] ?? '', 'utf8') };
}

function runtime() {
  return createTestRuntime(stage, {
    openCluster: () => Promise.resolve(stage.cluster),
    mask: (text) => masked.push(text),
  });
}

function openContext(): Promise<DeploymentContext> {
  const image = stage.repository;
  return openDeployment(runtime(), {
    service: 'app',
    environment: 'test',
    isProduction: false,
    image,
    namespace: stage.namespace,
    registry: { credentials: [], plainHttp: [stage.registryHost] },
    cluster: {},
  });
}

async function readPassword(): Promise<string> {
  const data = recordAt(await stage.cluster.get(identity()), 'data');
  return Buffer.from(String(data?.['password']), 'base64').toString('utf8');
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (error instanceof SlipwayError) return `${error.code}: ${error.message}`;
  throw new Error(`not refused: ${String(error)}`);
}

/** One life of a Secret; each step stands on those before it. */
describe('a Secret that is created once', () => {
  let bundle: Bundle;
  const ends: End[] = [];

  test('a dry run tells it, and writes nothing', async () => {
    const end = await act('1.0.0', formatSecret(first), { 'dry-run': 'true' });

    ends.push(end);
    expect(end.report.outputs).toMatchObject({ status: 'succeeded', changed: '2' });
    expect(await stage.cluster.get(identity())).toBeUndefined();
  });

  test('is created where it is not there, and the bundle knows only its name, type and keys', async () => {
    const end = await act('1.0.0', formatSecret(first));

    ends.push(end);
    expect(end.report.outputs).toMatchObject({ status: 'succeeded', changed: '2' });
    expect(await readPassword()).toBe(first);
    const context = await openContext();
    const { outcome } = end.result;
    bundle = await pullBundle(stage.client, context.ledger.repository, outcome.bundle);
    expect(bundle.objects.map(({ kind }) => kind)).toEqual(['Deployment']);
    expect(bundle.config.secrets).toEqual([
      {
        name: 'database',
        namespace: stage.namespace,
        type: 'Opaque',
        keys: ['password', 'token'],
      },
    ]);
  });

  test('is left as it is where it is there, whatever the manifests say', async () => {
    const again = await act('1.0.0', formatSecret(second));
    const next = await act('1.1.0', formatSecret(second));

    ends.push(again, next);
    expect(again.diff).toBe('');
    expect(next.diff).toMatch(/^--- Deployment .*\tlive\n\+\+\+ Deployment .*\tplanned\n/);
    expect(next.report.summary).toContain(
      '<details><summary>Difference to what was live</summary>',
    );
    expect(again.report.outputs).toMatchObject({ status: 'unchanged', changed: '0' });
    expect(next.report.outputs).toMatchObject({ status: 'succeeded', changed: '1' });
    expect(await readPassword()).toBe(first);
  });

  test('that lacks a key is a matter for a person, before anything is changed', async () => {
    const failure = await failureOf(act('1.2.0', formatSecret(second, ', pin: "1234"')));

    expect(failure).toBe(
      `config-missing: Secret ${stage.namespace}/database lacks pin, and what is there is never changed`,
    );
  });

  test('is needed by a rollback and by a redeployment, which say so before they change anything', async () => {
    const context = await openContext();
    await stage.admin.remove(identity());
    const missing = `Secret ${stage.namespace}/database (Opaque: password, token) is not there, and no bundle holds its values`;

    const back = await failureOf(
      rollBack(context, {
        to: 'last-known-good',
        reason: 'wrong prices',
        hold: false,
        timeoutMs: 60_000,
      }),
    );
    const again = await failureOf(
      deploy(context, {
        bundle,
        intent: 'redeploy',
        onFailure: 'stop',
        conflicts: 'fail',
        prune: true,
        timeoutMs: 60_000,
      }),
    );

    expect(back).toBe(`nothing-to-return-to: 1.0.0 cannot be made live again: ${missing}`);
    expect(again).toBe(`config-missing: ${missing}`);
  });

  test('is created again where the manifests are, though the bundle is live already', async () => {
    const end = await act('1.1.0', formatSecret(second));

    ends.push(end);
    expect(end.report.outputs).toMatchObject({ status: 'succeeded', changed: '1' });
    expect(await readPassword()).toBe(second);
  });

  test('its values are in no registry, log, summary or output, and are masked', async () => {
    const { repository, registryHost, logger } = stage;
    const ledger = `${formatRepository(repository).slice(registryHost.length + 1)}-ledger`;

    const stored = await searchRegistry(`http://${registryHost}`, secrets, {
      repositories: [repository.path, ledger],
    });
    const told = [
      ...findSecrets('the log', logger.lines.join('\n'), secrets),
      ...findSecrets('outputs and summaries', JSON.stringify(ends), secrets),
    ];

    expect(stored.searched).toBeGreaterThan(10);
    expect([...stored.findings, ...told].map(formatFinding)).toEqual([]);
    expect(masked).toEqual(expect.arrayContaining([first, second]));
  });
});
