import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SourceFile } from './source-file.js';

/**
 * Works on a copy of the very files that go into the bundle, so that they suffice to render it again and the
 * workspace stays as it is; the copy is gone afterwards.
 */
export async function withCopy<T>(
  sources: readonly SourceFile[],
  work: (copy: string) => Promise<T>,
): Promise<T> {
  const copy = await mkdtemp(join(await realpath(tmpdir()), 'slipway-render-'));
  try {
    for (const { path, bytes } of sources) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await writeFile(join(copy, path), bytes);
    }
    return await work(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
