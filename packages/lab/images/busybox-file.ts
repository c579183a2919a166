import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { cacheFolder, computeKey, ensureCached } from '../cache/index.js';

/** The machine's own busybox (Debian's package busybox-static). */
const installed = '/bin/busybox';
/** One that needs no library, either. */
const image = 'docker.io/library/busybox:1.36-musl';
const cached = { name: 'busybox', key: computeKey([image]) } as const;

/** The busybox that goes into images: the machine's own, unless another was fetched. */
export function busyboxFile(): string {
  const fetched = join(cacheFolder(process.env), `${cached.name}-${cached.key}`, 'busybox');
  return existsSync(fetched) ? fetched : installed;
}

/**
 * Takes a busybox out of an image of Docker Hub where the machine has none that needs no library.
 *
 * @param docker with an engine that pulls it
 */
export async function ensureBusybox(
  docker: string,
  log: (line: string) => void,
  signal?: AbortSignal,
  own = installed,
): Promise<void> {
  if (existsSync(own) && (await isStatic(own))) return;
  const stop = signal === undefined ? {} : { signal };
  await ensureCached({
    ...cached,
    title: 'busybox',
    done: 'fetched',
    announcement: `fetching busybox from the image ${image}, once`,
    log,
    signal,
    make: async (folder) => {
      const { stdout } = await runCommand([docker, 'create', image], stop);
      const container = stdout.trim();
      try {
        await runCommand([docker, 'cp', `${container}:/bin/busybox`, folder], stop);
      } finally {
        await runCommand([docker, 'rm', container]);
      }
    },
  });
}

/** ldd(1) fails where there is nothing to load. */
async function isStatic(program: string): Promise<boolean> {
  const { exitCode } = await runCommand(['ldd', program], { acceptExitCodes: [1] });
  return exitCode === 1;
}
