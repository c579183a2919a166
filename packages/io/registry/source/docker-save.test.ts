import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import {
  formatClassicSave,
  formatOldSave,
  formatTar,
  type SavedImage,
  type TestMember,
} from '@slipway/testing/archive';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openImage, type OpenedImage } from './index.js';

const orders: SavedImage = { names: ['orders:1.4.0'], layers: ['base'.repeat(5000), 'orders'] };
const shop: SavedImage = { names: ['shop:1', 'shop:2'], layers: ['base'.repeat(5000), 'shop'] };
const untagged: SavedImage = { names: [], layers: ['x'] };
const logger = createRecordingLogger();
let folder: string;
let temporaryFolder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-'));
  temporaryFolder = join(folder, 'temp');
  file = join(folder, 'image.tar');
  await mkdir(temporaryFolder);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function open(members: readonly TestMember[], refName?: string): Promise<OpenedImage> {
  await writeFile(file, formatTar(members));
  return openImage(file, { temporaryFolder, logger, ...(refName !== undefined && { refName }) });
}

async function problemsOf(
  members: readonly TestMember[],
  refName?: string,
): Promise<readonly Problem[]> {
  const error: unknown = await open(members, refName).catch((thrown: unknown) => thrown);
  if (!(error instanceof SlipwayError)) throw new Error(`no SlipwayError: ${String(error)}`);
  expect(error.code).toBe('source-invalid');
  expect(await readdir(temporaryFolder)).toEqual([]);
  const name = (said: string | undefined): string => (said ?? '').replaceAll(file, 'image.tar');
  return error.problems.map((problem) => ({
    ...problem,
    subject: name(problem.subject),
    ...(problem.fix === undefined ? {} : { fix: name(problem.fix) }),
  }));
}

/** The content of the layers as a container would see them, and what the manifest calls them. */
async function readLayers(image: OpenedImage): Promise<readonly (readonly [string, string])[]> {
  const { manifest } = image.root;
  if (manifest.kind !== 'image') throw new Error('no image');
  const read = manifest.layers.map(async (layer) => {
    const bytes = await buffer(await image.openBlob(layer));
    expect(bytes).toHaveLength(layer.size);
    return [layer.mediaType, gunzipSync(bytes).toString()] as const;
  });
  return Promise.all(read);
}

const edit = (
  members: readonly TestMember[],
  name: RegExp,
  change: (content: string) => string | undefined,
): readonly TestMember[] =>
  members.flatMap((member) => {
    if (!name.test(member.name)) return [member];
    const content = change(Buffer.from(member.content ?? '').toString());
    return content === undefined ? [] : [{ ...member, content }];
  });

describe.each([
  [
    'before version 25',
    formatOldSave,
    'application/vnd.docker.image.rootfs.diff.tar.gzip',
    'application/vnd.docker.distribution.manifest.v2+json',
  ],
  [
    'from version 25 on, classic store',
    formatClassicSave,
    'application/vnd.oci.image.layer.v1.tar+gzip',
    'application/vnd.oci.image.manifest.v1+json',
  ],
])('docker save, %s', (_name, format, layerType, manifestType) => {
  test('layers are compressed, the config stays, and nothing is left', async () => {
    const image = await open(format([orders]));

    expect(image.root.descriptor.mediaType).toBe(manifestType);
    expect(await readLayers(image)).toEqual(orders.layers.map((layer) => [layerType, layer]));
    const { manifest } = image.root;
    const config = manifest.kind === 'image' ? manifest.config : image.root.descriptor;
    expect(JSON.parse((await buffer(await image.openBlob(config))).toString())).toMatchObject({
      architecture: 'amd64',
    });
    expect(image.blobs).toHaveLength(3);
    await image.close();
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  test('the same image has the same digest whatever else is saved with it', async () => {
    const alone = await open(format([orders]));
    const together = await open(format([shop, orders]), 'orders:1.4.0');

    expect(together.root.descriptor).toEqual(alone.root.descriptor);
    expect(await readLayers(together)).toEqual(await readLayers(alone));
  });

  test('a layer that is there twice is compressed once', async () => {
    const image = await open(format([{ names: ['a:1'], layers: ['same', 'other', 'same'] }]));

    expect((await readLayers(image)).map(([, content]) => content)).toEqual([
      'same',
      'other',
      'same',
    ]);
    expect(image.blobs).toHaveLength(3);
  });

  test('a layer is read from a byte on, however it is kept', async () => {
    const image = await open(format([orders]));
    const contents = image.blobs.map(async (blob) => {
      const whole = await buffer(await image.openBlob(blob));
      expect(await buffer(await image.openBlob(blob, 5))).toEqual(whole.subarray(5));
    });

    await Promise.all(contents);
    expect.assertions(3);
  });

  test.each([
    ['a name', 'shop:2'],
    ['the whole name', 'docker.io/library/shop:1'],
  ])('of several images one is chosen by %s', async (_how, refName) => {
    const image = await open(format([orders, shop]), refName);

    expect((await readLayers(image)).at(-1)?.[1]).toBe('shop');
  });

  test.each([
    [undefined, 'exactly one image'],
    ['cart:1', 'exactly one image named cart:1'],
  ])('of several images %s is none', async (refName, expected) => {
    const [problem] = await problemsOf(format([orders, shop]), refName);

    expect(problem?.given).toMatch(/orders:1\.4\.0, .*shop:1, .*shop:2$/);
    expect(problem).toMatchObject({
      subject: expect.stringMatching(/^image\.tar: (?:index|manifest)\.json$/),
      expected,
      fix: 'Add the name of the one that is meant to source: image.tar:<name>.',
    });
  });
});

test('an interruption leaves nothing', async () => {
  await writeFile(file, formatTar(formatOldSave([orders])));
  const reason = new Error('out of time');
  const signal = AbortSignal.abort(reason);

  await expect(openImage(file, { temporaryFolder, logger, signal })).rejects.toBe(reason);

  expect(await readdir(temporaryFolder)).toEqual([]);
});

test('the log says that the digest is a new one', async () => {
  const image = await open(formatClassicSave([orders]));

  expect(logger.lines.at(-1)?.replace(file, 'image.tar')).toMatch(
    new RegExp(
      `^image\\.tar holds layers without compression: they were compressed, 20\\.\\d kB to \\d+ B, and the digest for the registry is ${image.root.descriptor.digest}, no more sha256:[0-9a-f]{64}$`,
    ),
  );
});

describe('other archives with a manifest.json', () => {
  const again = 'Save the image again with docker save, and pass the archive on whole.';
  const whole = 'Save the image again, and pass the archive on whole.';
  const old = formatOldSave([{ names: ['a:1'], layers: ['content'] }]);
  const listed = (change: (image: Record<string, unknown>) => unknown) => (content: string) => {
    const images: unknown = JSON.parse(content);
    return JSON.stringify(Array.isArray(images) ? images.map(change) : images);
  };

  test('layers that are in gzip already stay as they are', async () => {
    const layer = gzipSync('content', { level: 1 });
    const packed = old.map((member) =>
      member.name.endsWith('layer.tar') ? { ...member, content: layer } : member,
    );

    const image = await open(packed);

    expect((await readLayers(image)).map(([, content]) => content)).toEqual(['content']);
    const [, blob] = image.blobs;
    if (blob === undefined) throw new Error('no layer');
    expect(await buffer(await image.openBlob(blob))).toEqual(layer);
  });

  test('an image without a name is the only one, or chosen by its ID', async () => {
    const members = formatOldSave([untagged, orders]);
    const [first] = members;
    const id = `sha256:${first?.name.replace('.json', '') ?? ''}`;

    const alone = await open(formatOldSave([untagged]));
    const chosen = await open(members, id);

    expect(chosen.root.descriptor).toEqual(alone.root.descriptor);
    await Promise.all([alone.close(), chosen.close()]);
    expect((await problemsOf(members))[0]?.given).toBe(`${id}, orders:1.4.0`);
  });

  const config = (change: (text: string) => string): readonly TestMember[] =>
    edit(old, /^[0-9a-f]{64}\.json$/, change);
  const manifest = (change: (text: string) => string): readonly TestMember[] =>
    edit(old, /^manifest\.json$/, change);
  const noList = 'a list of images, each with its config and layers';

  test.each<[string, readonly TestMember[], Problem]>([
    [
      'no list',
      manifest(() => '{}'),
      { subject: 'image.tar: manifest.json', expected: noList, fix: again },
    ],
    [
      'an image without a config',
      manifest(listed(({ Layers }) => ({ Layers }))),
      { subject: 'image.tar: manifest.json', expected: noList, fix: again },
    ],
    [
      'a config outside of the archive',
      manifest(listed((image) => ({ ...image, Config: '../../etc/passwd' }))),
      {
        subject: 'image.tar: ../../etc/passwd',
        expected: 'the config of the image, of at most 16777216 bytes',
        fix: whole,
      },
    ],
    [
      'a layer outside of the archive',
      manifest(listed((image) => ({ ...image, Layers: ['/etc/passwd'] }))),
      { subject: 'image.tar: /etc/passwd', expected: 'a layer of the image', fix: whole },
    ],
    [
      'fewer layers than the config has',
      manifest(listed((image) => ({ ...image, Layers: [] }))),
      {
        subject: 'image.tar: <hex>.json',
        given: '1',
        expected: 'digests of the 0 layers that manifest.json lists (rootfs.diff_ids)',
        fix: whole,
      },
    ],
    [
      'a config that was changed',
      config((text) => `${text} `),
      {
        subject: 'image.tar: <hex>.json',
        given: 'sha256:<hex>',
        expected: 'content with the digest of its name',
        fix: whole,
      },
    ],
    [
      'another layer than the config’s',
      edit(old, /layer\.tar$/, () => 'CONTENT'),
      {
        subject: 'image.tar: <hex>/layer.tar',
        given: 'sha256:<hex>',
        expected: `sha256:${createHash('sha256').update('content').digest('hex')}`,
        fix: whole,
      },
    ],
  ])('%s', async (_name, members, problem) => {
    const problems = await problemsOf(members);

    const short = (said: string): string => said.replaceAll(/[0-9a-f]{64}/g, '<hex>');
    expect(
      problems.map(({ subject, given, ...rest }) => ({
        ...rest,
        subject: short(subject),
        ...(given === undefined ? {} : { given: short(given) }),
      })),
    ).toEqual([problem]);
  });

  test('a layer in gzip that is damaged', async () => {
    const layer = gzipSync('content').fill(0xff, 12, 18);
    const members = old.map((member) =>
      member.name.endsWith('layer.tar') ? { ...member, content: layer } : member,
    );

    await expect(open(members)).rejects.toThrow('a layer is not whole in gzip');
    expect(await readdir(temporaryFolder)).toEqual([]);
  });
});

describe('what Docker 25.0.0 writes', () => {
  test('null in place of manifests', async () => {
    const saved = formatClassicSave([{ names: ['a:1'], layers: ['one'] }]);
    const members = edit(saved, /^index\.json$/, () => '{"schemaVersion":2,"manifests":null}');

    expect(await problemsOf(members)).toEqual([
      {
        subject: 'image.tar: index.json',
        expected: 'an index that lists at least one manifest, each with its digest and size',
        fix: 'Docker 25.0 before 25.0.3 writes null there for an image that is saved by its digest or ID: save it by its name, or update Docker.',
      },
    ]);
  });

  test.each<[string, readonly string[]]>([
    ['no layers', []],
    ['layers in another order', ['two', 'one']],
  ])('a manifest with %s', async (_name, listed) => {
    const members = formatClassicSave([{ names: ['a:1'], layers: ['one', 'two'], listed }]);

    expect(await problemsOf(members)).toEqual([
      {
        subject: expect.stringMatching(/^image\.tar: sha256:/),
        given: `a manifest with ${listed.length} layers`,
        expected: 'the 2 layers of its config, in their order',
        fix: 'Docker 25.0.0 loses layers or their order when it saves an image: update Docker, and save the image again.',
      },
    ]);
  });
});
