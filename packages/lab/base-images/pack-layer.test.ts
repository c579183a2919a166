import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildImageLayout } from '../images/index.js';
import { packLayer } from './pack-layer.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-layer-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a packed layer becomes a layer of the image, with owners and times as asked', async () => {
  const root = join(folder, 'root');
  mkdirSync(join(root, 'home/node'), { recursive: true });
  writeFileSync(join(root, 'home/node/note'), 'mine\n');
  const { file, digest, diffId } = await packLayer(
    root,
    [{ path: 'home/node', owner: 1000, time: 60 }],
    folder,
    undefined,
  );

  const image = buildImageLayout({
    folder: join(folder, 'layout'),
    layers: [{ file, digest, diffId }],
    config: { command: ['sh'] },
  });

  const manifest = readBlob(image.digest);
  const list = ['tar', '--numeric-owner', '--utc', '-tzvf', blobFile(digest)] as const;
  const { stdout } = await runCommand(list);
  const lines = stdout.trim().split('\n');
  expect(manifest).toMatchObject({
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest }],
  });
  expect(JSON.stringify(readBlob(digestOfConfig(manifest)))).toContain(`"diff_ids":["${diffId}"]`);
  expect(lines.map((line) => line.replace(/\s+/g, ' '))).toEqual([
    'drwxr-xr-x 0/0 0 1970-01-01 00:00 ./',
    'drwxr-xr-x 0/0 0 1970-01-01 00:00 ./home/',
    'drwxr-xr-x 1000/1000 0 1970-01-01 00:01 ./home/node/',
    '-rw-r--r-- 1000/1000 5 1970-01-01 00:01 ./home/node/note',
  ]);
});

function blobFile(digest: string): string {
  return join(folder, 'layout/blobs', digest.replace(':', '/'));
}

function readBlob(digest: string): unknown {
  return JSON.parse(readFileSync(blobFile(digest), 'utf8'));
}

function digestOfConfig(manifest: unknown): string {
  return /"config":\{[^}]*"digest":"(sha256:[0-9a-f]+)"/.exec(JSON.stringify(manifest))?.[1] ?? '';
}
