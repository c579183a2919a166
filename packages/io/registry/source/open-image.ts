import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '@slipway/core/byte-size';
import { SlipwayError } from '@slipway/core/errors';
import type { Logger } from '../../log/index.js';
import { openArchive, type Archive } from '../archive/index.js';
import type { ImageContent } from '../content/index.js';
import { compressLayout, openDockerArchive } from '../docker-archive/index.js';
import { archiveStore, openLayout, openLayoutIn, type LayoutOptions } from '../layout/index.js';

/** An image that is there as files, complete and proven. */
export interface OpenedImage extends ImageContent {
  /** Removes what was written to read it. */
  close(): Promise<void>;
}

export interface ImageOptions extends LayoutOptions {
  /** For layers that are compressed on the way, and for the content of an archive in gzip. */
  readonly temporaryFolder: string;
  readonly logger: Logger;
  /** How it is called in what people read; default is the path. */
  readonly name?: string;
}

/**
 * Opens an image that is there as files: a folder with an OCI image layout, or an archive (tar, or tar in gzip)
 * with a layout or with what docker save writes.
 *
 * @example const image = await openImage('out/image.tar', { temporaryFolder, logger });
 * @throws SlipwayError `source-invalid` with everything that is wrong
 */
export async function openImage(path: string, options: ImageOptions): Promise<OpenedImage> {
  if (!(await isFile(path))) {
    return { ...(await openLayout(path, options)), close: () => Promise.resolve() };
  }
  const place = await mkdtemp(join(options.temporaryFolder, 'slipway-image-'));
  const close = (): Promise<void> => rm(place, { recursive: true, force: true });
  try {
    const archive = await openArchive(path, place, options);
    return { ...(await openArchived(archive, place, options)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openArchived(
  archive: Archive,
  place: string,
  options: ImageOptions,
): Promise<ImageContent> {
  const store = archiveStore(archive);
  const isLayout = archive.tryFind('oci-layout') !== undefined;
  const isOfDocker = archive.tryFind('manifest.json') !== undefined;
  if (!isLayout && !isOfDocker) throw unknown(archive);
  if (!isLayout) {
    const image = await openDockerArchive(store, place, options);
    options.logger.info(
      `${archive.name} holds no OCI layout: a manifest was made for its config and its layers in gzip, ${image.root.descriptor.digest}, which no engine knows yet`,
    );
    return image;
  }
  const layout = await openLayoutIn(store, options);
  if (!isOfDocker) return layout;
  const image = await compressLayout(store, layout, place, options.signal);
  const [before, after] = [layout.root.descriptor.digest, image.root.descriptor.digest];
  if (before !== after) {
    options.logger.info(
      `${archive.name} holds layers without compression: they were compressed, ${sizeOf(layout)} to ${sizeOf(image)}, and the digest for the registry is ${after}, no more ${before}`,
    );
  }
  return image;
}

function sizeOf({ blobs }: ImageContent): string {
  return formatBytes(blobs.reduce((sum, { size }) => sum + size, 0));
}

function unknown({ name }: Archive): SlipwayError {
  return new SlipwayError('source-invalid', `${name} holds no image`, {
    problems: [
      {
        subject: name,
        expected: 'an archive with oci-layout or manifest.json at its top',
        fix: 'Pass what docker buildx build --output type=oci,dest=… or docker save wrote; pack a layout from inside of its folder (tar -C out/image -cf image.tar .).',
      },
    ],
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    throw new SlipwayError('source-invalid', `${path} is not there`, {
      cause: error,
      fix: 'Check that the step that makes it has run, and that source names it as seen from the workspace.',
    });
  }
}
