import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askProgram } from './docker.js';

/** A name that nobody else has, for a container, an image or a builder. */
export function uniqueName(): string {
  return `slipway-${randomUUID().slice(0, 13)}`;
}

const removalLimitMs = 30_000;

/** Also after a cancellation: the signal that ended the work does not end the tidying up. */
export async function tryRemove(argv: readonly [string, ...string[]]): Promise<void> {
  await askProgram(argv, AbortSignal.timeout(removalLimitMs)).catch(() => undefined);
}

/** Works with a folder that goes afterwards. */
export async function withPlace<T>(work: (place: string) => Promise<T>): Promise<T> {
  const place = await mkdtemp(join(tmpdir(), 'slipway-engine-'));
  try {
    return await work(place);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
