import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@slipway/io/clock';
import type { OpenedImage } from '@slipway/io/registry';
import { formatClassicSave, formatTar } from '@slipway/testing/archive';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import { formatSource, openSource, type ImageSource } from './index.js';

const stored: ImageSource = { kind: 'engine', store: 'docker-daemon', reference: 'orders:1' };
const path = process.env['PATH'];
let workspace: string;
let temporaryFolder: string;
let logger: RecordingLogger;
let interruption: AbortController;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'sources-'));
  temporaryFolder = join(workspace, 'temp');
  await mkdir(temporaryFolder);
  const saved = formatClassicSave([{ names: ['orders:1'], layers: ['a layer'] }]);
  await writeFile(join(workspace, 'image.tar'), formatTar(saved));
  process.env['PATH'] = workspace;
  logger = createRecordingLogger();
  interruption = new AbortController();
});

afterEach(async () => {
  process.env['PATH'] = path;
  await rm(workspace, { recursive: true });
});

/** A docker that answers everything well. */
async function installDocker(save: string): Promise<void> {
  const script = ['#!/bin/sh', `[ "$1" = save ] || exit 0`, save].join('\n');
  await writeFile(join(workspace, 'docker'), script, { mode: 0o755 });
}

function open(source: ImageSource): Promise<OpenedImage> {
  const { signal } = interruption;
  return openSource(source, { workspace, temporaryFolder, logger, clock: systemClock, signal });
}

test.each<[ImageSource, string]>([
  [{ kind: 'files', path: 'out/image' }, 'out/image'],
  [{ kind: 'files', path: 'image.tar', refName: 'orders:1' }, 'image.tar:orders:1'],
  [stored, 'docker-daemon:orders:1'],
])('formatSource %j', (source, text) => {
  expect(formatSource(source)).toBe(text);
});

describe('openSource', () => {
  test('an image of an engine is what it saves, and goes when it is closed', async () => {
    await installDocker(`/bin/cp '${workspace}/image.tar' "$3"`);
    const file = await open({ kind: 'files', path: 'image.tar' });

    const image = await open(stored);

    expect(image.root.descriptor).toEqual(file.root.descriptor);
    expect(logger.lines.at(-1)).toMatch(/^docker-daemon:orders:1 holds layers without compression/);
    await Promise.all([image.close(), file.close()]);
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  test('what is no image is told by the name that was given, and goes', async () => {
    await installDocker('echo none > "$3"');

    await expect(open(stored)).rejects.toThrow(
      'docker-daemon:orders:1 is not a tar archive that can be read: the header at byte 0 reaches to byte 512, but the archive ends at 5',
    );

    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  test('an interruption ends the engine, and leaves nothing', async () => {
    await installDocker(`echo half > "$3"; echo > '${workspace}/began'; exec /bin/sleep 60`);
    const reason = new Error('out of time');

    const opened = open(stored);
    opened.catch(() => undefined);
    const began = (): Promise<boolean> =>
      access(join(workspace, 'began')).then(
        () => true,
        () => false,
      );
    while (!(await began())) await systemClock.sleep(10);
    interruption.abort(reason);

    await expect(opened).rejects.toBe(reason);
    expect(await readdir(temporaryFolder)).toEqual([]);
  });
});
