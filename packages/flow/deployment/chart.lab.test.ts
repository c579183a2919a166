import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { textAt } from '@slipway/core/manifest';
import { openLab, type Lab } from '@slipway/lab/parts';
import { openService } from '@slipway/testing/service';
import { openStage, type Stage } from '@slipway/testing/stage';
import { toolsOnPath } from '@slipway/testing/tools';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deploy } from './deploy.js';
import { renderBundle } from './render-bundle.js';

let lab: Lab;
let stage: Stage;
let helm: string;

beforeAll(async () => {
  lab = await openLab();
  helm = await lab.program('helm');
  stage = await openStage('chart', { account: [] });
}, 1_500_000);

afterAll(async () => {
  await stage.close();
  await lab.close();
}, 60_000);

function job(name: string, hook: string, weight: number, command: string): string {
  return `---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-${name}
  annotations: { helm.sh/hook: "${hook}", helm.sh/hook-weight: "${weight}", slipway.dev/migration: none }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: ${name}, image: app, command: [/bin/sh, -c, "${command}"] }]
`;
}

async function writeChart(): Promise<string> {
  const folder = await mkdtemp(join(stage.folder, 'chart-'));
  const files = {
    'chart/Chart.yaml': 'apiVersion: v2\nname: charted\nversion: 0.1.0\n',
    'chart/templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: web, image: app, readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 } }]
---
apiVersion: v1
kind: Service
metadata: { name: {{ .Release.Name }} }
spec: { selector: { app: {{ .Release.Name }} }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: {{ .Release.Name }}-ask, annotations: { helm.sh/hook: test } }
spec: { containers: [{ name: ask, image: app, command: [/bin/sh, -c, "wget -q -O - http://{{ .Release.Name }}/healthz"] }] }
`,
    'chart/templates/hooks.yaml': [
      job('second', 'pre-install,pre-upgrade', 5, 'true'),
      job('first', 'pre-install,pre-upgrade', -5, 'sleep 2'),
      job('after', 'post-install,post-upgrade', 0, 'wget -q -O - http://charted/healthz'),
      job('never', 'post-delete', 0, 'false'),
    ].join(''),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

async function timesOf(phase: string, name: string): Promise<readonly (string | undefined)[]> {
  const { namespace, cluster } = stage;
  const { items } = await cluster.list({ apiVersion: 'batch/v1', kind: 'Job' }, { namespace });
  const found = items.find(
    ({ metadata }) =>
      metadata.name.startsWith(`charted-${name}`) &&
      metadata.annotations?.['slipway.dev/phase'] === phase,
  );
  return [textAt(found, 'status', 'startTime'), textAt(found, 'status', 'completionTime')];
}

test('the hooks of a chart run in their phases, by their weights', async () => {
  const { client, logger, namespace } = stage;
  const image = await stage.push({ version: '1.0.0-charted', behaviour: 'serve' });
  const bundle = await renderBundle(
    { client, logger, tools: { ...toolsOnPath, locate: () => Promise.resolve(helm) } },
    {
      service: 'charted',
      environment: 'test',
      namespace,
      source: {
        kind: 'chart',
        chart: { kind: 'folder', folder: 'chart' },
        values: [],
        releaseName: 'charted',
        kubeVersion: '1.34.0',
        apiVersions: [],
      },
      images: [{ name: 'app', image }],
      thirdPartyImages: 'fail',
      version: '1.0.0',
      soakMs: 0,
      dependsOn: [],
      workspace: await writeChart(),
    },
  );

  const { status, failure } = await deploy(openService(stage, 'charted').context, {
    bundle,
    intent: 'deploy',
    onFailure: 'stop',
    conflicts: 'fail',
    prune: true,
    timeoutMs: 60_000,
  });

  expect([status, failure?.message]).toEqual(['succeeded', undefined]);
  const [, firstEnd = ''] = await timesOf('migrations', 'first');
  const [secondStart = '', secondEnd = ''] = await timesOf('migrations', 'second');
  const [afterStart = '', afterEnd = ''] = await timesOf('after-available', 'after');
  const [askStart = '', askEnd = ''] = await timesOf('smoke-test', 'ask');
  const times = [firstEnd, secondStart, secondEnd, afterStart, afterEnd, askStart, askEnd];
  expect(times).not.toContain('');
  expect(times.toSorted()).toEqual(times);
  expect(await timesOf('after-available', 'never')).toEqual([undefined, undefined]);
});
