import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pack } from 'tar-stream';
import { unpackSavedImage } from './unpack-saved-image.js';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'saved-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

test('an archive that breaks off is what docker says that it is', async () => {
  const whole = pack();
  whole.entry({ name: 'manifest.json', size: 1000 });
  const half = await new Promise<Buffer>((resolve) => {
    whole.once('data', (bytes) => {
      if (Buffer.isBuffer(bytes)) resolve(bytes);
    });
  });

  const unpacked = unpackSavedImage(
    (archive) => {
      archive.write(half);
      archive.end();
      return Promise.resolve({ exitCode: 1, stderr: 'write: no space left on device\n' });
    },
    join(root, 'files'),
  );

  await expect(unpacked).rejects.toMatchObject({
    code: 'build-failed',
    message: 'docker cannot save the image that it built',
    cause: new Error('write: no space left on device'),
  });
});
