import { Readable } from 'node:stream';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { openPart } from '../archive/index.js';
import type { ImageContent } from '../content/index.js';
import { tryReadFile, type FileStore } from '../layout/index.js';
import { computeDigest, maxManifestBytes, mediaTypes } from '../protocol/index.js';
import { assembleImage } from './assemble-image.js';
import { tryReadDiffIds } from './docker-config.js';
import { chooseDockerImage, tryReadId, type DockerImage } from './docker-manifest.js';
import { packLayers, type PlainLayer } from './pack-layers.js';

export interface DockerArchiveOptions {
  /** For an archive of several images: a name of the one that is meant (`orders:1.4.0`), or its ID. */
  readonly refName?: string;
  readonly signal?: AbortSignal;
}

const configMediaType = 'application/vnd.docker.container.image.v1+json';
const layerMediaType = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
const fix = 'Save the image again, and pass the archive on whole.';

/**
 * Makes an image of an archive that has no OCI layout in it, as docker save wrote it before version 25 and
 * skopeo, Jib and kaniko write it: the layers in gzip, the config as it is, and a manifest of Docker schema 2.
 * Each layer must be what the config says.
 *
 * @param folder for the layers, which the image is read from; whoever made it removes it
 * @throws SlipwayError `source-invalid` with everything that is wrong
 */
export async function openDockerArchive(
  store: FileStore,
  folder: string,
  { refName, signal }: DockerArchiveOptions,
): Promise<ImageContent> {
  const chosen = await chooseDockerImage(store, refName);
  if (!('layers' in chosen)) throw refuse(store, [chosen]);
  const { config, diffIds } = await readConfig(store, chosen);
  const layers = await findLayers(store, chosen, diffIds);
  const packed = await packLayers(layers, folder, signal);
  const wrong = packed.flatMap(({ diffId }, index) => {
    const expected = diffIds[index] ?? '';
    const subject = store.describe(chosen.layers[index] ?? '');
    return diffId === expected ? [] : [{ subject, given: diffId, expected, fix }];
  });
  if (wrong.length > 0) throw refuse(store, wrong);
  const configBlob = {
    digest: computeDigest(config),
    size: config.length,
    open: (start = 0) => Readable.from([config.subarray(start)]),
  };
  return assembleImage(
    {
      mediaType: mediaTypes.dockerManifest,
      config: { mediaType: configMediaType, size: config.length, digest: configBlob.digest },
      layers: packed.map(({ size, digest }) => ({ mediaType: layerMediaType, size, digest })),
    },
    [configBlob, ...packed],
  );
}

async function readConfig(store: FileStore, image: DockerImage) {
  const subject = store.describe(image.config);
  const config = await tryReadFile(store, image.config, maxManifestBytes);
  if (config === undefined) {
    const expected = `the config of the image, of at most ${maxManifestBytes} bytes`;
    throw refuse(store, [{ subject, expected, fix }]);
  }
  const id = tryReadId(image);
  const digest = computeDigest(config);
  if (id !== undefined && digest !== `sha256:${id}`) {
    const expected = 'content with the digest of its name';
    throw refuse(store, [{ subject, given: digest, expected, fix }]);
  }
  const diffIds = tryReadDiffIds(config);
  if (diffIds?.length === image.layers.length) return { config, diffIds };
  const given = diffIds === undefined ? 'none' : `${diffIds.length}`;
  const expected = `digests of the ${image.layers.length} layers that manifest.json lists (rootfs.diff_ids)`;
  throw refuse(store, [{ subject, given, expected, fix }]);
}

async function findLayers(
  store: FileStore,
  { layers }: DockerImage,
  diffIds: NonNullable<ReturnType<typeof tryReadDiffIds>>,
): Promise<readonly PlainLayer[]> {
  const found = await Promise.all(layers.map((path) => store.tryFind(path)));
  const absent = layers.filter((_path, index) => found[index] === undefined);
  if (absent.length > 0) {
    const expected = 'a layer of the image';
    throw refuse(
      store,
      absent.map((path) => ({ subject: store.describe(path), expected, fix })),
    );
  }
  return diffIds.flatMap((diffId, index) => {
    const part = found[index];
    return part === undefined ? [] : [{ diffId, open: (start) => openPart(part, start) }];
  });
}

function refuse({ name }: FileStore, problems: readonly Problem[]): SlipwayError {
  return new SlipwayError('source-invalid', `${name} is not a complete archive of docker save`, {
    problems,
  });
}
