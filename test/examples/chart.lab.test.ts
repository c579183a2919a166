import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatManifests, type KubernetesObject } from '@slipway/core/manifest';
import { renderChart, renderKustomization } from '@slipway/io/render';
import { openLab, type Lab } from '@slipway/lab/parts';
import { join } from 'node:path';
import { root } from '../docs/root.js';

const workspace = join(root, 'examples/shop');
const deploy = 'services/orders/deploy';

let lab: Lab;
let kubectl: string;

beforeAll(async () => {
  lab = await openLab();
  kubectl = await lab.program('kubectl');
}, 1_500_000);

afterAll(async () => {
  await lab.close();
}, 60_000);

/** Each renderer makes the end of a ConfigMap's name of its content, in a way of its own. */
function format(objects: readonly KubernetesObject[]): string {
  return formatManifests(objects).replaceAll(/\borders-[0-9a-z]{10}$/gm, 'orders-<hash>');
}

describe.each(['helm', 'helm-4'])('the chart of orders, with %s', (program) => {
  test.each(['test', 'production'])(
    'renders the same objects as its kustomization for %s',
    async (environment) => {
      const kustomization = await renderKustomization(`${deploy}/${environment}`, workspace, {
        command: [kubectl, 'kustomize'],
      });

      const chart = await renderChart(
        {
          chart: { kind: 'folder', folder: `${deploy}/chart` },
          values: [`${deploy}/chart/values/{environment}.yaml`],
          environment,
          releaseName: 'orders',
          namespace: 'shop',
          kubeVersion: '1.34.0',
          apiVersions: [],
        },
        workspace,
        { helm: await lab.program(program) },
      );

      expect(format(chart.objects)).toContain('name: orders-<hash>');
      expect(format(chart.objects)).toBe(format(kustomization.objects));
    },
    300_000,
  );
});
