import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openLayout } from '../../registry/index.js';
import { pack } from 'tar-stream';
import { writeSavedLayout } from './index.js';

const hashOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const signal = new AbortController().signal;
const epoch = 1_700_000_000;

/** Its file is later than the epoch. */
function makeLayer(): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'file', mtime: new Date((epoch + 5) * 1000) }, 'text');
  archive.finalize();
  return buffer(archive);
}

let place = '';

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'saved-layout-'));
});

afterEach(async () => {
  await rm(place, { recursive: true });
});

test.each<[string, 'built' | 'base', string, (tar: Buffer) => Buffer]>([
  ['that was built, as an engine without compression saves it', 'built', 'gzip', (tar) => tar],
  ['that was built, as containerd keeps it', 'built', 'gzip', (tar) => gzipSync(tar)],
  ['of the base image', 'base', 'gzip', (tar) => gzipSync(tar, { level: 1 })],
  ['of the base image, in zstd', 'base', 'zstd', (tar) => zstdCompressSync(tar)],
])('a layer %s', async (_name, kind, compression, compress) => {
  const plain = await makeLayer();
  const saved = compress(plain);
  await writeFile(join(place, 'layer'), saved);
  const config = { os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [hashOf(plain)] } };
  const facts = {
    annotations: [],
    sourceDateEpoch: epoch,
    baseLayers: new Set(kind === 'base' ? [hashOf(plain)] : []),
  };

  await writeSavedLayout(
    { config, layers: [join(place, 'layer')] },
    join(place, 'layout'),
    facts,
    signal,
  );

  const { root } = await openLayout(join(place, 'layout'));
  const written = root.manifest.kind === 'image' ? root.manifest.layers[0] : undefined;
  const bytes = await readFile(
    join(place, 'layout/blobs', (written?.digest ?? '').replace(':', '/')),
  );
  expect(written?.mediaType).toBe(`application/vnd.oci.image.layer.v1.tar+${compression}`);
  if (kind === 'base') expect(bytes).toEqual(saved);
  else expect(gunzipSync(bytes)).not.toEqual(plain);
});
