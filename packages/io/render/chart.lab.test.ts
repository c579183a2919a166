import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { formatManifests } from '@slipway/core/manifest';
import { openLab, type Lab } from '@slipway/lab/parts';
import { smallChart, wholeChart, wholeChartManifests, wholeValues } from '@slipway/testing/chart';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../command/index.js';
import { renderChart, type ChartRequest, type RenderedChart } from './index.js';

const timeoutMs = 1_500_000;
const versions = ['helm', 'helm-4'] as const;
type Version = (typeof versions)[number];

let lab: Lab;
let programs: ReadonlyMap<Version, string>;
let workspace: string;

beforeAll(async () => {
  lab = await openLab();
  const found: [Version, string][] = [];
  for (const name of versions) found.push([name, await lab.program(name)]);
  programs = new Map(found);
}, timeoutMs);

afterAll(async () => {
  await lab.close();
}, 60_000);

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'slipway-chart-'));
});

afterEach(async () => {
  await rm(workspace, { recursive: true, force: true });
});

async function write(files: Readonly<Record<string, string>>, root = workspace): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

const request: ChartRequest = {
  chart: { kind: 'folder', folder: 'deploy/chart' },
  values: [],
  environment: 'test',
  releaseName: 'orders',
  namespace: 'shop',
  kubeVersion: '1.31.4',
  apiVersions: [],
};

async function render(
  version: Version,
  changes: Partial<ChartRequest> = {},
  root = workspace,
): Promise<RenderedChart> {
  const helm = programs.get(version) ?? '';
  return renderChart({ ...request, ...changes }, root, { helm });
}

async function refusal(work: Promise<unknown>): Promise<readonly [string, string | undefined]> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof SlipwayError)) throw new Error(`not refused: ${String(error)}`);
  const problems = error.problems.map(
    ({ subject, given = 'nothing', expected }) => `${subject}: ${given}, expected ${expected}`,
  );
  return [[error.message, ...problems].join('\n'), error.fix];
}

describe.each(versions)('%s', (version) => {
  test('renders CRDs, sub-charts, values and hooks to the same canonical objects', async () => {
    await write(wholeChart);

    const { objects, notes } = await render(version, { values: wholeValues });

    expect(formatManifests(objects)).toBe(wholeChartManifests);
    expect(notes).toEqual(['Job farewell is left out: its hook pre-delete never runs']);
  });

  test('keeps everything that it was rendered from, the values of all environments too, and renders again from it', async () => {
    await write(wholeChart);
    const first = await render(version, { values: wholeValues });
    const again = await mkdtemp(join(tmpdir(), 'slipway-chart-'));
    try {
      for (const { path, bytes } of first.sources) {
        await write({ [path]: Buffer.from(bytes).toString('utf8') }, again);
      }

      const second = await render(version, { values: wholeValues }, again);
      const production = await render(
        version,
        { values: wholeValues, environment: 'production' },
        again,
      );

      expect(first.sources.map(({ path }) => path)).toEqual(
        Object.keys(wholeChart)
          .filter((path) => !path.startsWith('other/'))
          .toSorted(),
      );
      expect(formatManifests(second.objects)).toBe(formatManifests(first.objects));
      expect(formatManifests(production.objects)).toContain('value: production');
    } finally {
      await rm(again, { recursive: true });
    }
  });

  test('the chart sees the version of Kubernetes and the APIs that it is told, and no settings of the user’s', async () => {
    await write(smallChart);
    const asked = { apiVersions: ['monitoring.coreos.com/v1'], kubeVersion: '1.29.3' };
    process.env['HELM_NAMESPACE'] = 'elsewhere';
    try {
      const { objects } = await render(version, asked);

      expect(objects).toEqual([
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'orders', namespace: 'shop' },
          data: { replicas: '1', kubernetes: 'v1.29.3', monitored: 'true' },
        },
      ]);
    } finally {
      Reflect.deleteProperty(process.env, 'HELM_NAMESPACE');
    }
  });

  test('what is new each time is refused with its template, and without its value', async () => {
    await write({
      ...smallChart,
      'deploy/chart/templates/key.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: { name: key }\nstringData: { key: {{ randAlphaNum 20 }} }\n',
      'deploy/chart/templates/when.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: when }\ndata: { at: {{ now | unixEpoch | quote }} }\n',
    });

    const [message] = await refusal(render(version));

    expect(message.split('\n')).toEqual([
      '2 problems in the manifests; nothing was changed',
      'orders/templates/key.yaml: Secret key, expected the same from the same chart and values, and it came out in another way',
      'orders/templates/when.yaml: ConfigMap when, expected the same from the same chart and values, and it came out in another way',
    ]);
  });

  test('a hook that Helm does not know, and would leave out, is refused', async () => {
    await write({
      ...smallChart,
      'deploy/chart/templates/old.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: old, annotations: { helm.sh/hook: crd-install } }\n',
    });

    const [message] = await refusal(render(version));

    expect(message).toBe(
      '1 problem in the manifests; nothing was changed\n' +
        'deploy/chart/templates/old.yaml: helm.sh/hook: crd-install, expected a hook of Helm’s: pre-install, pre-upgrade, post-install, post-upgrade, test',
    );
  });

  test('an error of a template is told in Helm’s words, with its place in the workspace', async () => {
    await write({
      ...smallChart,
      'deploy/chart/templates/bad.yaml': 'a: {{ required "say who" .Values.who }}\n',
    });

    const [message, fix] = await refusal(render(version));

    expect(message).toMatch(/^helm cannot render it: .*orders\/templates\/bad\.yaml.*say who$/);
    expect(fix).toContain(`helm template orders ${workspace}/deploy/chart --namespace shop`);
  });

  test('a dependency that is nowhere is an error with the command that mends it', async () => {
    await write({
      ...smallChart,
      'deploy/chart/Chart.yaml': `${smallChart['deploy/chart/Chart.yaml']}dependencies: [{ name: redis, version: 1.0.0, repository: "https://charts.example.com" }]\n`,
    });

    expect(await refusal(render(version))).toEqual([
      'deploy/chart depends on redis, which is neither in its folder charts/ nor in a Chart.lock',
      'Run helm dependency update deploy/chart, and commit Chart.lock.',
    ]);
  });

  test('a dependency of Chart.lock is fetched once, and goes into the sources; the workspace stays as it is', async () => {
    const helm = programs.get(version) ?? '';
    const { url, close } = await serveCharts(helm);
    try {
      await write({
        ...smallChart,
        'deploy/chart/Chart.yaml': `${smallChart['deploy/chart/Chart.yaml']}dependencies:
  - { name: cache, version: ~1.4.0, repository: "${url}" }
  - { name: common, version: 0.2.0, repository: "file://../../libs/common" }
`,
        'deploy/chart/templates/service.yaml': '{{ include "common.service" . }}\n',
        'libs/common/Chart.yaml': wholeChart['libs/common/Chart.yaml'],
        'libs/common/templates/_service.tpl': wholeChart['libs/common/templates/_service.tpl'],
      });
      await runCommand([helm, 'dependency', 'update', join(workspace, 'deploy/chart')]);
      await rm(join(workspace, 'deploy/chart/charts'), { recursive: true });

      const { objects, sources } = await render(version);

      expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted()).toEqual([
        'ConfigMap cache',
        'ConfigMap orders',
        'Service orders',
      ]);
      expect(sources.map(({ path }) => path).filter((path) => path.includes('charts/'))).toEqual([
        'deploy/chart/charts/cache-1.4.0.tgz',
      ]);
      expect(await readdir(join(workspace, 'deploy/chart'))).not.toContain('charts');
    } finally {
      await close();
    }
  });
});

/** A repository with one chart. */
async function serveCharts(
  helm: string,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-charts-'));
  await write(wholeChart, folder);
  await cp(join(folder, 'deploy/chart/charts/cache'), join(folder, 'cache'), { recursive: true });
  const packed = join(folder, 'packed');
  await runCommand([helm, 'package', join(folder, 'cache'), '--destination', packed]);
  await runCommand([helm, 'repo', 'index', packed]);
  const server: Server = createServer((asked, answer) => {
    readFile(join(packed, asked.url ?? '')).then(
      (bytes) => answer.end(bytes),
      () => answer.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
