import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formatManifests, listImages } from '@slipway/core/manifest';
import { openLab, type Lab } from '@slipway/lab/parts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { renderKustomization } from './index.js';

const workspace = resolve(import.meta.dirname, '../../..');
const example = 'examples/shop/services/catalog/deploy/test';

let lab: Lab;
let kubectl: string;

beforeAll(async () => {
  lab = await openLab();
  kubectl = await lab.program('kubectl');
}, 1_500_000);

afterAll(async () => {
  await lab.close();
}, 60_000);

test('the example renders with the real kubectl, the same twice, with the files of its base', async () => {
  const first = await renderKustomization(example, workspace, { command: [kubectl, 'kustomize'] });
  const second = await renderKustomization(example, workspace, { command: [kubectl, 'kustomize'] });

  expect(first.objects.map(({ kind }) => kind).toSorted()).toEqual([
    'ConfigMap',
    'Deployment',
    'Service',
  ]);
  expect(listImages(first.objects).map(({ image }) => image)).toEqual(['catalog']);
  expect(first.sources.map(({ path }) => path)).toContain(
    'examples/shop/services/catalog/deploy/base/deployment.yaml',
  );
  expect(formatManifests(second.objects)).toBe(formatManifests(first.objects));
});

test('kustomize alone renders the same', async () => {
  const kustomize = await lab.program('kustomize');

  const alone = await renderKustomization(example, workspace, { command: [kustomize, 'build'] });

  const within = await renderKustomization(example, workspace, { command: [kubectl, 'kustomize'] });
  expect(formatManifests(alone.objects)).toBe(formatManifests(within.objects));
}, 300_000);

test('what kustomize refuses is told in its words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-render-'));
  try {
    await writeFile(join(folder, 'kustomization.yaml'), 'patches: [{ path: gone.yaml }]\n');

    const work = renderKustomization('.', folder, { command: [kubectl, 'kustomize'] });

    await expect(work).rejects.toMatchObject({
      code: 'render-failed',
      message: expect.stringMatching(/^kustomize cannot render it: .*gone\.yaml/),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
