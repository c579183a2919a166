import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { writeLayout } from '@slipway/testing/layout';
import { folderStore } from './file-store.js';
import { openLayout, openLayoutIn } from './index.js';

const layer = 'a layer';
const rebuild = 'Build the layout again, and pass it on whole.';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layout-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function problemsOf(refName?: string): Promise<readonly Problem[]> {
  const options = refName === undefined ? {} : { refName };
  const error: unknown = await openLayout(folder, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof SlipwayError)) throw new Error(`no SlipwayError: ${String(error)}`);
  expect(error.code).toBe('source-invalid');
  expect(error.message).toBe(`${folder} is not a complete OCI image layout`);
  return error.problems;
}

describe('openLayout', () => {
  test('one image', async () => {
    const { root } = await writeLayout(folder, { layers: [layer, 'another'] });

    const layout = await openLayout(folder);

    expect(layout.root.descriptor.digest).toBe(root.digest);
    expect(layout.manifests).toHaveLength(1);
    expect(layout.blobs).toHaveLength(3);
  });

  test('platforms share their layers, children come before the index, referrers after it', async () => {
    const { root, referrers } = await writeLayout(folder, {
      layers: [layer],
      platforms: ['amd64', 'arm64'],
      referrers: ['a/one', 'a/two'],
    });

    const layout = await openLayout(folder);

    const order = layout.manifests.map(({ descriptor }) => descriptor.digest);
    expect(order).toHaveLength(5);
    expect(order.slice(2)).toEqual([root.digest, ...referrers.map(({ digest }) => digest)]);
    expect(layout.blobs).toHaveLength(4); // one layer, two configs, the referrers' empty config
  });

  test.each([
    ['an empty folder', undefined],
    ['another version', '{"imageLayoutVersion":"2"}'],
    ['no JSON', 'x'],
  ])('%s is no layout', async (_name, marker) => {
    if (marker !== undefined) await writeFile(join(folder, 'oci-layout'), marker);

    const problems = await problemsOf();

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      subject: join(folder, 'oci-layout'),
      expected: 'the file of an OCI image layout with version 1.0.0',
    });
  });

  test('every blob that is absent, cut off or changed is told', async () => {
    const written = await writeLayout(folder, { layers: [layer, 'cut off', 'changed'] });
    const { blobs } = await openLayout(folder);
    const [config, absent, cut, changed] = blobs.map(({ digest }) => digest);
    if (!config || !absent || !cut || !changed) throw new Error('four blobs');
    await rm(written.fileOf(absent));
    await writeFile(written.fileOf(cut), 'cut');
    await writeFile(written.fileOf(changed), 'CHANGED');

    const problems = await problemsOf();

    const path = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
    expect(problems).toEqual([
      {
        subject: path(absent),
        expected: 'a file of 7 bytes (application/vnd.oci.image.layer.v1.tar)',
        fix: rebuild,
      },
      { subject: path(cut), given: '3 bytes', expected: '7 bytes', fix: rebuild },
      {
        subject: path(changed),
        given: expect.stringMatching(/^sha256:/),
        expected: 'content with the digest of its name',
        fix: rebuild,
      },
    ]);
  });

  test('an index whose platform is missing', async () => {
    const written = await writeLayout(folder, { layers: [layer], platforms: ['amd64', 'arm64'] });
    const [first] = (await openLayout(folder)).manifests;
    if (first === undefined) throw new Error('no manifest');
    await rm(written.fileOf(first.descriptor.digest));

    const [problem] = await problemsOf();

    expect(problem?.subject).toBe(`blobs/${first.descriptor.digest.replace(':', '/')}`);
  });

  test('manifests that would fill the memory', async () => {
    await writeLayout(folder, { layers: [layer], platforms: ['amd64', 'arm64'] });

    const opened = openLayoutIn(folderStore(folder), {}, 1000);

    await expect(opened).rejects.toMatchObject({
      code: 'source-invalid',
      problems: [
        {
          subject: join(folder, 'index.json'),
          expected: 'manifests of at most 1000 bytes together',
        },
      ],
    });
  });

  test('several images need a name', async () => {
    const one = await writeLayout(folder, { layers: [layer], refName: '1.0.0' });
    const two = await writeLayout(folder, { layers: ['another'], refName: '2.0.0' });
    const named = (root: object, name: string): object => ({
      ...root,
      annotations: { 'org.opencontainers.image.ref.name': name },
    });
    const manifests = [named(one.root, '1.0.0'), named(two.root, '2.0.0')];
    await writeFile(join(folder, 'index.json'), JSON.stringify({ manifests }));

    expect(await problemsOf()).toEqual([
      {
        subject: join(folder, 'index.json'),
        given: '1.0.0, 2.0.0',
        expected: 'exactly one image',
        fix: `Add the name of the one that is meant to source: ${folder}:<name>.`,
      },
    ]);
    expect(await problemsOf('3.0.0')).toMatchObject([
      { expected: 'exactly one image named 3.0.0' },
    ]);
    const chosen = await openLayout(folder, { refName: '2.0.0' });
    expect(chosen.root.descriptor.digest).toBe(two.root.digest);
  });

  test('layers that may not be distributed are left where they are', async () => {
    const mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar';
    const written = await writeLayout(folder, { layers: [layer], layerMediaType: mediaType });
    const { manifest } = (await openLayout(folder)).root;
    if (manifest.kind !== 'image') throw new Error('no image');
    for (const { digest } of manifest.layers) await rm(written.fileOf(digest));

    const layout = await openLayout(folder);

    expect(layout.blobs).toEqual([manifest.config]);
  });
});
