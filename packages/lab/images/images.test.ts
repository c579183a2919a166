import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildImageLayout, packTar } from './index.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-images-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entries = [
  { kind: 'folder', path: 'www', mode: 0o755 },
  { kind: 'file', path: 'www/version', mode: 0o644, content: Buffer.from('1.0.0\n') },
  { kind: 'link', path: 'bin', target: 'www' },
] as const;

describe('packTar', () => {
  test('is what tar reads', async () => {
    const archive = join(folder, 'a.tar');
    writeFileSync(archive, packTar(entries));

    const listed = await runCommand(['tar', '--numeric-owner', '--utc', '-tvf', archive]);
    const content = await runCommand(['tar', '-xOf', archive, 'www/version']);

    expect(
      listed.stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/\s+/g, ' ')),
    ).toEqual([
      'drwxr-xr-x 0/0 0 1970-01-01 00:00 www/',
      '-rw-r--r-- 0/0 6 1970-01-01 00:00 www/version',
      'lrwxrwxrwx 0/0 0 1970-01-01 00:00 bin -> www',
    ]);
    expect(content.stdout).toBe('1.0.0\n');
  });

  test('refuses a name that does not fit', () => {
    const pack = (): Buffer => packTar([{ kind: 'folder', path: 'x'.repeat(100), mode: 0o755 }]);

    expect(pack).toThrow('is longer than the 100 bytes that tar has for it');
  });
});

describe('buildImageLayout', () => {
  const config = {
    entrypoint: ['/bin/serve'],
    env: { PATH: '/bin' },
    user: '1000',
    labels: { 'org.opencontainers.image.version': '1.0.0' },
    exposedPorts: ['8080/tcp'],
  };

  test('gives the same bytes each time', () => {
    const [first, second] = ['a', 'b'].map((name) =>
      buildImageLayout({ folder: join(folder, name), layers: [entries], config }),
    );

    expect(second).toEqual(first);
    expect(first?.digest).toBe(
      'sha256:41ab9e34de1c10f0481deb12f6ca4403e30952ddd6c69bc63be321520fe8c33a',
    );
  });

  test('is a layout with everything that it names', () => {
    const image = buildImageLayout({
      folder,
      layers: [entries],
      config,
      annotations: { team: 'shop' },
    });

    const manifest = readJson(image.digest);

    expect(readdirSync(folder).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
    expect(manifest).toMatchObject({ schemaVersion: 2, annotations: { team: 'shop' } });
    expect(readdirSync(join(folder, 'blobs/sha256'))).toHaveLength(3);
    expect(readJson(digestOf(manifest))).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: {
        Entrypoint: ['/bin/serve'],
        Env: ['PATH=/bin'],
        User: '1000',
        Labels: { 'org.opencontainers.image.version': '1.0.0' },
        ExposedPorts: { '8080/tcp': {} },
      },
    });
  });

  function readJson(digest: string): unknown {
    const file = join(folder, 'blobs/sha256', digest.replace('sha256:', ''));
    return JSON.parse(readFileSync(file, 'utf8'));
  }

  function digestOf(manifest: unknown): string {
    return (
      /"config":\{[^}]*"digest":"(sha256:[0-9a-f]+)"/.exec(JSON.stringify(manifest))?.[1] ?? ''
    );
  }
});
