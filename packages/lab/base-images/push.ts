import { parseRepository, parseTag } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import { createRegistryClient, openLayout, pushImage } from '@slipway/io/registry';
import { waitForAll } from '../waiting/index.js';
import type { BaseImage } from './base-images.js';
import type { RecipeContext } from './recipe.js';

/**
 * Puts base images into a registry where an engine looks for them that asks it instead of Docker Hub: what a
 * Dockerfile calls `node:24-alpine` is `library/node:24-alpine` there.
 *
 * @param host of a registry over plain HTTP: `10.64.0.1:20000`
 */
export async function pushBaseImages(
  host: string,
  images: readonly BaseImage[],
  { log, signal = new AbortController().signal }: RecipeContext,
): Promise<void> {
  const collaborators = { logger: quietLogger(log), clock: systemClock, signal };
  const client = await createRegistryClient({
    credentials: [],
    plainHttp: [host],
    ...collaborators,
  });
  await waitForAll(
    images.map(async ({ reference, layout }) => {
      const [name = '', tag = ''] = reference.split(':');
      const repository = parseRepository(`${host}/library/${name}`);
      await pushImage(client, await openLayout(layout), repository, {
        tags: [parseTag(tag)],
        tagPolicy: 'move',
        isDryRun: false,
        ...collaborators,
      });
    }),
  );
}

/** What is pushed is the lab's own affair, unless something is wrong with it. */
function quietLogger(log: (line: string) => void): Logger {
  const silent = (): void => undefined;
  return {
    info: silent,
    relay: silent,
    warning: log,
    debug: silent,
    group: (_title, work) => work(),
  };
}
