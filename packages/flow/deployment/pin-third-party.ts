import { SlipwayError, type Problem } from '@slipway/core/errors';
import {
  formatReference,
  parseReference,
  parseTag,
  type ImageReference,
} from '@slipway/core/image-ref';
import {
  formatIdentity,
  listImages,
  pinImages,
  type ContainerImage,
  type ImagePath,
  type KubernetesObject,
} from '@slipway/core/manifest';
import type { Logger } from '@slipway/io/log';
import type { RegistryClient } from '@slipway/io/registry';

/**
 * The objects with every image that is not the service's own pinned by digest. With `resolve` each tag is looked
 * up once, however many containers have it, all side by side; what it was resolved to is told.
 *
 * @throws SlipwayError `not-found` with every image that does not exist and where it stands; `image-unpinned`
 * with `fail`; what the registry client throws
 */
export async function pinThirdParty(
  client: Pick<RegistryClient, 'resolve'>,
  objects: readonly KubernetesObject[],
  { mode, paths, logger }: PinOptions,
): Promise<readonly KubernetesObject[]> {
  const images = listImages(objects, paths);
  const pins: ReadonlyMap<string, string> =
    mode === 'resolve' ? await resolveAll(client, images, logger) : new Map();
  return pinImages(objects, pins, paths);
}

export interface PinOptions {
  readonly mode: 'resolve' | 'fail';
  /** Where images stand besides pod templates. */
  readonly paths: readonly ImagePath[];
  readonly logger: Logger;
}

async function resolveAll(
  client: Pick<RegistryClient, 'resolve'>,
  images: readonly ContainerImage[],
  logger: Logger,
): Promise<ReadonlyMap<string, string>> {
  const uses = Map.groupBy(images, ({ image }) => image);
  const open = [...uses].filter(([image]) => parseReference(image).digest === undefined);
  const found = await Promise.all(
    open.map(async ([image, places]) => {
      const pinned = await tryPin(client, parseReference(image));
      return { image, places, pinned };
    }),
  );
  refuseMissing(found.filter(({ pinned }) => pinned === undefined));
  const pins = new Map(
    found.flatMap(({ image, pinned }): [string, string][] =>
      pinned === undefined ? [] : [[image, pinned]],
    ),
  );
  for (const [image, pinned] of pins) {
    logger.info(`${image} is not one of ours: pinned to ${pinned}`);
  }
  return pins;
}

async function tryPin(
  client: Pick<RegistryClient, 'resolve'>,
  { repository, tag = parseTag('latest') }: ImageReference,
): Promise<string | undefined> {
  const found = await client.resolve(repository, tag);
  return found === undefined ? undefined : formatReference({ repository, digest: found.digest });
}

function refuseMissing(
  missing: readonly { readonly image: string; readonly places: readonly ContainerImage[] }[],
): void {
  if (missing.length === 0) return;
  const problems = missing.flatMap(({ image, places }) =>
    places.map(({ object, container }): Problem => ({
      subject: `${formatIdentity(object)}, container ${container}`,
      given: image,
      expected: 'an image that exists',
      fix: 'Mend the name in the manifests, or pin it by digest.',
    })),
  );
  const names = missing.map(({ image }) => image).join(', ');
  const what = missing.length === 1 ? `the image ${names} does` : `the images ${names} do`;
  throw new SlipwayError('not-found', `${what} not exist`, { problems });
}
