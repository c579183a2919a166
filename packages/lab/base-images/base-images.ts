import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { computeKey, ensureCached } from '../cache/index.js';
import { waitForAll } from '../waiting/index.js';
import { buildImageLayout } from '../images/index.js';
import { busyboxDigest, busyboxRecipe, listBusyboxLayer } from './busybox.js';
import { golangRecipe } from './golang.js';
import { javaRecipe } from './java.js';
import { nodeRecipe } from './node.js';
import { packLayer } from './pack-layer.js';
import { pythonRecipe } from './python.js';
import { rustRecipe } from './rust.js';
import type { BaseImageRecipe, RecipeContext } from './recipe.js';

/** To be raised when a recipe changes in a way that its ingredients do not tell. */
const generation = '2';

/** An image that Dockerfiles begin with. */
export interface BaseImage {
  /** As they name it: `node:24-alpine`. */
  readonly reference: string;
  /** The folder with its OCI layout. */
  readonly layout: string;
}

/**
 * The base images that the lab has instead of those on Docker Hub: made from what is on this machine and in
 * Debian's packages, and kept in the cache. They are stand-ins: what the examples need of the images whose names they
 * have.
 *
 * @param which those of the examples, or those of languages that only some runs need
 * @throws LabError when one cannot be made
 */
export async function ensureBaseImages(
  context: RecipeContext,
  which: BaseImageSet = 'usual',
): Promise<readonly BaseImage[]> {
  const busybox = await listBusyboxLayer(context);
  const recipes = await waitForAll(sets[which](context));
  return waitForAll(
    recipes.map(async (recipe) => ({
      reference: recipe.reference,
      layout: join(await ensureImage(recipe, busybox, context), 'layout'),
    })),
  );
}

const sets = {
  usual: (context) => [
    Promise.resolve(busyboxRecipe()),
    nodeRecipe(),
    golangRecipe(),
    pythonRecipe(context),
  ],
  languages: (context) => [javaRecipe(context), rustRecipe(context)],
} as const satisfies Record<
  string,
  (context: RecipeContext) => readonly Promise<BaseImageRecipe>[]
>;

export type BaseImageSet = keyof typeof sets;

async function ensureImage(
  recipe: BaseImageRecipe,
  busybox: Awaited<ReturnType<typeof listBusyboxLayer>>,
  { log, signal }: RecipeContext,
): Promise<string> {
  const { reference, seconds, decisive, fill, apart, config } = recipe;
  const [name = reference] = reference.split(':');
  return ensureCached({
    name: `image-${name}`,
    key: computeKey([generation, reference, busyboxDigest(), JSON.stringify(config), ...decisive]),
    title: `the image ${reference}`,
    done: 'made',
    announcement: `making the image ${reference}: about ${seconds} s, once`,
    log,
    signal,
    make: async (folder) => {
      const root = join(folder, 'root');
      mkdirSync(root);
      await fill(root, signal);
      const own = name === 'busybox' ? [] : [await packLayer(root, apart, folder, signal)];
      buildImageLayout({ folder: join(folder, 'layout'), layers: [busybox, ...own], config });
      rmSync(root, { recursive: true });
    },
  });
}
