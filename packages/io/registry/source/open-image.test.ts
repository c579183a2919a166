import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { SlipwayError } from '@slipway/core/errors';
import { formatTar, packFolder } from '@slipway/testing/archive';
import { writeLayout, type LayoutPlan } from '@slipway/testing/layout';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openImage, type OpenedImage } from './index.js';

const layers = ['a layer', 'another'];
let folder: string;
let temporaryFolder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-'));
  temporaryFolder = join(folder, 'temp');
  await mkdir(temporaryFolder);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function open(path: string, refName?: string): Promise<OpenedImage> {
  const logger = createRecordingLogger();
  return openImage(path, { temporaryFolder, logger, ...(refName !== undefined && { refName }) });
}

async function writeArchive(plan: LayoutPlan) {
  const written = await writeLayout(join(folder, 'layout'), plan);
  const file = join(folder, 'image.tar');
  await writeFile(file, await packFolder(written.folder));
  return { ...written, file };
}

async function refusalOf(path: string): Promise<SlipwayError> {
  const error: unknown = await open(path).catch((thrown: unknown) => thrown);
  if (!(error instanceof SlipwayError)) throw new Error(`no SlipwayError: ${String(error)}`);
  expect(error.code).toBe('source-invalid');
  expect(await readdir(temporaryFolder)).toEqual([]);
  return error;
}

describe('an OCI layout', () => {
  test('is the same as a folder, in a tar, and in a tar in gzip', async () => {
    const plan = { layers, platforms: ['amd64', 'arm64'], referrers: ['a/one'] };
    const { folder: unpacked, file, root } = await writeArchive(plan);
    await writeFile(`${file}.gz`, gzipSync(await packFolder(unpacked)));

    const images = await Promise.all([unpacked, file, `${file}.gz`].map((path) => open(path)));

    for (const image of images) {
      expect(image.root.descriptor.digest).toBe(root.digest);
      expect(image.manifests).toEqual(images[0]?.manifests);
      expect(image.blobs).toEqual(images[0]?.blobs);
      const contents = image.blobs.map(async (blob) => text(await image.openBlob(blob)));
      expect(await Promise.all(contents)).toEqual(expect.arrayContaining(layers));
      await image.close();
    }
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  test('a blob is read from a byte on', async () => {
    const { folder: unpacked, file } = await writeArchive({ layers });

    for (const path of [unpacked, file]) {
      const image = await open(path);
      const blob = image.blobs.find(({ size }) => size === 'another'.length);
      if (blob === undefined) throw new Error('no layer');
      const read = async (start: number): Promise<string> =>
        text(await image.openBlob(blob, start));

      expect(await Promise.all([0, 2, 6, 7].map(read))).toEqual(['a layer', 'layer', 'r', '']);

      await image.close();
    }
  });

  test('layers without compression stay as they are where no docker save wrote them', async () => {
    const { file, root } = await writeArchive({ layers });

    const image = await open(file);

    expect(image.root.descriptor).toMatchObject(root);
    await image.close();
  });

  test('every blob that is absent or changed is told by its path', async () => {
    const written = await writeArchive({ layers });
    const opened = await open(written.folder);
    const [absent, changed] = opened.blobs.slice(-2).map(({ digest }) => digest);
    if (!absent || !changed) throw new Error('two blobs');
    await rm(written.fileOf(absent));
    await writeFile(written.fileOf(changed), 'CHANGED');
    await writeFile(written.file, await packFolder(written.folder));

    const { message, problems } = await refusalOf(written.file);

    const path = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
    expect(message).toBe(`${written.file} is not a complete OCI image layout`);
    expect(problems.map(({ subject, expected }) => [subject, expected])).toEqual([
      [path(absent), 'a file of 7 bytes (application/vnd.oci.image.layer.v1.tar)'],
      [path(changed), 'content with the digest of its name'],
    ]);
  });

  test('a platform that the index lists and that is not there is named', async () => {
    const written = await writeArchive({ layers, platforms: ['amd64', 'arm64'] });
    const opened = await open(written.folder);
    const [, arm] = opened.manifests.map(({ descriptor }) => descriptor);
    if (arm === undefined) throw new Error('no manifest');
    await rm(written.fileOf(arm.digest));
    await writeFile(written.file, await packFolder(written.folder));

    const { problems } = await refusalOf(written.file);

    expect(problems).toEqual([
      {
        subject: `blobs/${arm.digest.replace(':', '/')}`,
        expected: `a file of ${arm.size} bytes (application/vnd.oci.image.manifest.v1+json), the manifest of the platform linux/arm64`,
        fix: 'Pull or build linux/arm64, too, and save the image again, or save one platform alone (docker save --platform): the digest of the whole index needs all of them.',
      },
    ]);
  });
});

test('an interruption ends the proof, and leaves nothing', async () => {
  const { file } = await writeArchive({ layers });
  const reason = new Error('out of time');
  const options = { temporaryFolder, logger: createRecordingLogger() };

  const opened = openImage(file, { ...options, signal: AbortSignal.abort(reason) });

  await expect(opened).rejects.toBe(reason);
  expect(await readdir(temporaryFolder)).toEqual([]);
});

describe('what is no image', () => {
  test('a path that is not there', async () => {
    const { message, fix } = await refusalOf(join(folder, 'image.tar'));

    expect(message).toBe(`${folder}/image.tar is not there`);
    expect(fix).toBe(
      'Check that the step that makes it has run, and that source names it as seen from the workspace.',
    );
  });

  test('an archive of something else', async () => {
    const file = join(folder, 'image.tar');
    await writeFile(file, formatTar([{ name: 'image/oci-layout' }]));

    const { message, problems } = await refusalOf(file);

    expect(message).toBe(`${file} holds no image`);
    expect(problems).toEqual([
      {
        subject: file,
        expected: 'an archive with oci-layout or manifest.json at its top',
        fix: 'Pass what docker buildx build --output type=oci,dest=… or docker save wrote; pack a layout from inside of its folder (tar -C out/image -cf image.tar .).',
      },
    ]);
  });

  test('no archive', async () => {
    const file = join(folder, 'image.tar.gz');
    await writeFile(file, gzipSync('no tar '.repeat(100)));

    expect((await refusalOf(file)).message).toBe(
      `${file} is not a tar archive that can be read: the header at byte 0 has a checksum that is no octal number`,
    );
  });
});
