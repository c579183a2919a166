import { SlipwayError } from '@slipway/core/errors';
import {
  formatReference,
  parseReference,
  parseTag,
  type Digest,
  type ImageReference,
} from '@slipway/core/image-ref';
import { listImages, pinImages, setImages, type KubernetesObject } from '@slipway/core/manifest';
import type { Logger } from '@slipway/io/log';
import type { RegistryClient } from '@slipway/io/registry';

/** An image of the suite: `repo@digest` or `repo:tag`, or `name=…` where the manifest uses another name. */
export interface SuiteImage {
  readonly name?: string;
  readonly image: ImageReference;
}

/**
 * The Job with its images set, and each pinned to the digest that its tag has now.
 *
 * @throws SlipwayError `integration-errored` when a tag does not exist; `image-unmatched`
 */
export async function pinSuiteImages(
  client: RegistryClient,
  job: KubernetesObject,
  images: readonly SuiteImage[],
  logger: Logger,
): Promise<KubernetesObject> {
  const given = await Promise.all(
    images.map(async ({ image, ...name }) => ({
      ...name,
      repository: image.repository,
      digest: await resolve(client, image, logger),
    })),
  );
  const set = setImages([job], given);
  const pins = await Promise.all(
    [...new Set(listImages(set).map(({ image }) => image))].map(async (text) => {
      const reference = parseReference(text);
      const digest = await resolve(client, reference, logger);
      return [text, formatReference({ repository: reference.repository, digest })] as const;
    }),
  );
  const [pinned = job] = pinImages(set, new Map(pins));
  return pinned;
}

async function resolve(
  client: RegistryClient,
  { repository, tag, digest }: ImageReference,
  logger: Logger,
): Promise<Digest> {
  if (digest !== undefined) return digest;
  const wanted = tag ?? parseTag('latest');
  const name = formatReference({ repository, tag: wanted });
  const found = await client.resolve(repository, wanted);
  if (found === undefined) {
    throw new SlipwayError(
      'integration-errored',
      `the integration suite could not answer: its image ${name} is not in the registry`,
      { fix: 'Push the suite’s image before this step, or correct its name.' },
    );
  }
  logger.info(`${name} is ${found.digest}`);
  return found.digest;
}
