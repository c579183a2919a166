import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { createRecordingLogger } from '@slipway/testing/logger';
import { systemClock } from '../clock/index.js';
import { saveImage, type ImageStore } from './index.js';

const { signal } = new AbortController();
const path = process.env['PATH'];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engines-'));
  process.env['PATH'] = folder;
});

afterEach(async () => {
  process.env['PATH'] = path;
  await rm(folder, { recursive: true });
});

/** A program that fails where its arguments begin so, and says why; all that it is asked for is written down. */
async function install(program: string, failures: Readonly<Record<string, string>>): Promise<void> {
  const cases = Object.entries(failures).map(
    ([beginning, said]) => `'${beginning}'*) echo '${said}' >&2; exit 125;;`,
  );
  const script = [
    '#!/bin/sh',
    `echo "${program} $*" >> '${folder}/asked'`,
    `case "$*" in ${cases.join(' ')} esac`,
  ];
  await writeFile(join(folder, program), script.join('\n'), { mode: 0o755 });
}

function save(store: ImageStore): Promise<void> {
  const collaborators = { logger: createRecordingLogger(), clock: systemClock, signal };
  return saveImage({ store, reference: 'orders:1' }, '/t/a.tar', collaborators);
}

async function refusalOf(store: ImageStore): Promise<readonly (string | undefined)[]> {
  const error: unknown = await save(store).catch((thrown: unknown) => thrown);
  if (!(error instanceof SlipwayError)) throw new Error(`no SlipwayError: ${String(error)}`);
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return [error.code, error.message, cause, error.fix];
}

async function lastAsked(): Promise<string | undefined> {
  return (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n').at(-1);
}

describe('which program saves it', () => {
  const isNoList = { 'manifest exists': 'not a manifest list' };
  test.each<
    [string, ImageStore, Readonly<Record<string, Readonly<Record<string, string>>>>, string]
  >([
    [
      'docker',
      'docker-daemon',
      { docker: {}, podman: {} },
      'docker save --output /t/a.tar orders:1',
    ],
    [
      'podman, where there are both',
      'containers-storage',
      { docker: {}, podman: isNoList, buildah: isNoList },
      'podman save --format oci-archive --output /t/a.tar orders:1',
    ],
    [
      'buildah, where it is alone',
      'containers-storage',
      { buildah: isNoList },
      'buildah push orders:1 oci-archive:/t/a.tar',
    ],
    [
      'a list, with all that is in it',
      'containers-storage',
      { podman: {} },
      'podman manifest push --all orders:1 oci-archive:/t/a.tar',
    ],
  ])('%s', async (_name, store, programs, argv) => {
    for (const [program, failures] of Object.entries(programs)) await install(program, failures);

    await save(store);

    expect(await lastAsked()).toBe(argv);
  });
});

describe('what is wrong is told', () => {
  test.each<
    [
      string,
      ImageStore,
      Readonly<Record<string, Readonly<Record<string, string>>>>,
      readonly (string | undefined)[],
    ]
  >([
    [
      'another engine than the one that is meant',
      'docker-daemon',
      { podman: {} },
      [
        'engine-missing',
        'there is no docker on this machine to take docker-daemon:orders:1 from',
        undefined,
        'Use a runner that has docker; an image that podman or buildah keeps is named containers-storage:orders:1.',
      ],
    ],
    [
      'no podman and no buildah',
      'containers-storage',
      { docker: {} },
      [
        'engine-missing',
        'there is no podman and no buildah on this machine to take containers-storage:orders:1 from',
        undefined,
        'Use a runner that has podman or buildah; an image that docker keeps is named docker-daemon:orders:1.',
      ],
    ],
    [
      'a daemon that does not answer',
      'docker-daemon',
      { docker: { version: 'Cannot connect' } },
      [
        'engine-missing',
        'there is docker, but its daemon does not answer',
        'Cannot connect',
        'Make docker version --format json work as the user of the runner.',
      ],
    ],
    [
      'a storage that cannot be read',
      'containers-storage',
      { podman: { info: 'no such driver' } },
      [
        'engine-missing',
        'there is podman, but it cannot read its storage',
        'no such driver',
        'Make podman info work as the user of the runner.',
      ],
    ],
    [
      'an image that is not there',
      'docker-daemon',
      { docker: { 'image inspect orders:1': 'No such image' } },
      [
        'not-found',
        'docker has no image orders:1',
        'No such image',
        'Build or pull it in an earlier step of the same job, as the same user, and name it as docker images shows it: docker-daemon:<name>:<tag>.',
      ],
    ],
    [
      'an image that buildah has not',
      'containers-storage',
      { buildah: { 'inspect --type image orders:1': 'image not known' } },
      [
        'not-found',
        'buildah has no image orders:1',
        'image not known',
        'Build or pull it in an earlier step of the same job, as the same user, and name it as buildah images shows it: containers-storage:<name>:<tag>.',
      ],
    ],
    [
      'a disk that is full',
      'docker-daemon',
      { docker: { save: 'no space left on device' } },
      [
        'source-invalid',
        'docker cannot save docker-daemon:orders:1',
        'no space left on device',
        'Run docker save on this machine by hand, and look at what it says and at the space on its disk.',
      ],
    ],
  ])('%s', async (_name, store, programs, refusal) => {
    for (const [program, failures] of Object.entries(programs)) await install(program, failures);

    expect(await refusalOf(store)).toEqual(refusal);
  });
});
