import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { runCommand } from '@slipway/io/command';
import type { PackedLayer } from '../images/index.js';
import type { Apart } from './recipe.js';

/**
 * Packs what lies below a folder into a layer: in the order of names, root's, at time zero, but for what is
 * apart.
 *
 * @param place the folder for the layer's file
 */
export async function packLayer(
  root: string,
  apart: readonly Apart[],
  place: string,
  signal: AbortSignal | undefined,
): Promise<PackedLayer> {
  const archive = join(place, 'layer.tar');
  const stop = signal === undefined ? {} : { signal };
  for (const argv of listTarCommands(root, archive, apart)) await runCommand(argv, stop);
  const file = `${archive}.gz`;
  const [plain, compressed] = [createHash('sha256'), createHash('sha256')];
  await pipeline(
    createReadStream(archive, { highWaterMark: 1 << 20 }),
    hashing(plain),
    createGzip({ level: 4 }),
    hashing(compressed),
    createWriteStream(file),
    stop,
  );
  rmSync(archive);
  return { file, digest: digestOf(compressed), diffId: digestOf(plain) };
}

/** The first writes the archive, each of the others adds to it. */
export function listTarCommands(
  root: string,
  archive: string,
  apart: readonly Apart[],
): readonly (readonly [string, ...string[]])[] {
  const always = ['--directory', root, '--sort=name', '--numeric-owner', '--mode=a+rX'];
  const owned = (owner: number, time: number): readonly string[] => [
    `--owner=${owner}`,
    `--group=${owner}`,
    `--mtime=@${time}`,
  ];
  const excluded = apart.map(({ path }) => `--exclude=./${path}`);
  return [
    ['tar', '--create', '--file', archive, ...always, ...owned(0, 0), ...excluded, '.'],
    ...apart.map(
      ({ path, owner = 0, time = 0 }) =>
        [
          'tar',
          '--append',
          '--file',
          archive,
          ...always,
          ...owned(owner, time),
          `./${path}`,
        ] as const,
    ),
  ];
}

function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

function digestOf(hash: Hash): string {
  return `sha256:${hash.digest('hex')}`;
}
