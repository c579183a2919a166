import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseReference } from '@slipway/core/image-ref';
import { runCommand } from '@slipway/io/command';
import type { RegistryClient } from '@slipway/io/registry';
import { openLab, type Lab } from '@slipway/lab/parts';
import { startTestRegistry, type TestRegistry } from '@slipway/lab/test-registry';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openTestClient } from '@slipway/testing/registry';
import { toolsOnPath } from '@slipway/testing/tools';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pullChart } from './pull-chart.js';
import { renderSource } from './render-source.js';

const path = process.env['PATH'] ?? '';
let lab: Lab;
let registry: TestRegistry;
let client: RegistryClient;
let workspace: string;
let digest: string;

beforeAll(async () => {
  lab = await openLab();
  const helm = await lab.program('helm');
  process.env['PATH'] = [dirname(helm), path].join(delimiter);
  registry = await startTestRegistry({ kind: 'distribution-3' });
  ({ client } = await openTestClient());
  workspace = await mkdtemp(join(tmpdir(), 'slipway-chart-'));
  digest = await pushChart(helm);
}, 1_500_000);

afterAll(async () => {
  process.env['PATH'] = path;
  client.close();
  await registry.close();
  await lab.close();
  await rm(workspace, { recursive: true, force: true });
}, 60_000);

async function pushChart(helm: string): Promise<string> {
  const folder = join(workspace, 'elsewhere');
  await mkdir(join(folder, 'templates'), { recursive: true });
  await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: orders\nversion: 1.2.0+b1\n');
  await writeFile(
    join(folder, 'templates/config.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }} }\ndata: { size: {{ .Values.size | quote }} }\n',
  );
  await runCommand([helm, 'package', folder, '--destination', workspace]);
  const packed = join(workspace, 'orders-1.2.0+b1.tgz');
  const charts = `oci://${registry.host}/charts`;
  const { stderr, stdout } = await runCommand([helm, 'push', packed, charts, '--plain-http']);
  await rm(folder, { recursive: true });
  return /sha256:[0-9a-f]{64}/.exec(stdout + stderr)?.[0] ?? '';
}

describe('a chart in a registry', () => {
  test('is rendered with values of the workspace, and named by its digest', async () => {
    await writeFile(join(workspace, 'test.yaml'), 'size: 7\n');
    const reference = parseReference(`${registry.host}/charts/orders:1.2.0_b1`);

    const { objects, sources, chart } = await renderSource(
      { client, tools: toolsOnPath, logger: createRecordingLogger() },
      {
        source: {
          kind: 'chart',
          chart: { kind: 'registry', reference },
          values: ['{environment}.yaml'],
          releaseName: 'shop-orders',
          kubeVersion: '1.34.0',
          apiVersions: [],
        },
        environment: 'test',
        namespace: 'shop',
        workspace,
      },
    );

    expect(objects).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'shop-orders' },
        data: { size: '7' },
      },
    ]);
    expect(sources.map((source) => source.path)).toEqual([
      '.charts/orders/Chart.yaml',
      '.charts/orders/templates/config.yaml',
      'test.yaml',
    ]);
    expect(chart?.source).toBe(`oci://${registry.host}/charts/orders@${digest}`);
  });

  test('that does not exist is told by its name', async () => {
    const reference = parseReference(`${registry.host}/charts/orders:9.9.9`);

    await expect(pullChart(client, reference)).rejects.toMatchObject({
      code: 'not-found',
      message: `the chart oci://${registry.host}/charts/orders:9.9.9 does not exist`,
    });
  });
});
