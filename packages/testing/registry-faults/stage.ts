import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestRegistry, type TestRegistry } from '@slipway/lab/test-registry';
import { startBlobStore, type BlobStore } from '../registry/index.js';

export const user = { username: 'ci', password: 'a-password' };

/** Two registries with a token service each, and the store that the first redirects to. */
export interface FaultStage {
  readonly source: TestRegistry;
  readonly target: TestRegistry;
  readonly store: BlobStore;
  readonly folder: string;
  /** A number that was not given before. */
  readonly next: () => number;
  readonly close: () => Promise<void>;
}

/** Starts what trials need; a hundred trials can share it. */
export async function openFaultStage(): Promise<FaultStage> {
  const auth = { kind: 'token', rules: user } as const;
  const [source, target, folder] = await Promise.all([
    startTestRegistry({ kind: 'cuelabs', auth }),
    startTestRegistry({ kind: 'distribution-3', auth }),
    mkdtemp(join(tmpdir(), 'slipway-faults-')),
  ]);
  let count = 0;
  const store = await startBlobStore({
    host: source.host,
    authorizeInstead: (path) =>
      source.authorize(/^\/v2\/(?<name>.+)\/blobs\//.exec(path)?.[1] ?? ''),
  });
  return {
    source,
    target,
    store,
    folder,
    next: () => (count += 1),
    close: async () => {
      await store.close();
      await Promise.all([source.close(), target.close(), rm(folder, { recursive: true })]);
    },
  };
}
