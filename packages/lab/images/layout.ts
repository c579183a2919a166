import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packTar, type TarEntry } from './tar.js';

/** What of the image configuration a caller chooses (OCI image spec, `config`). */
export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingFolder?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `8080/tcp` */
  readonly exposedPorts?: readonly string[];
}

/** A layer that is too big to be packed in memory. */
export interface PackedLayer {
  /** A tar archive, compressed with gzip; it is moved into the layout. */
  readonly file: string;
  readonly digest: string;
  /** The digest before it was compressed. */
  readonly diffId: string;
}

export interface ImageOptions {
  /** The folder that becomes the OCI layout; what was there is replaced. */
  readonly folder: string;
  /** Each from its entries, or packed already. */
  readonly layers: readonly (readonly TarEntry[] | PackedLayer)[];
  readonly config: ImageConfig;
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Annotations of the entry in `index.json`, where `org.opencontainers.image.ref.name` belongs. */
  readonly indexAnnotations?: Readonly<Record<string, string>>;
}

export interface ImageDescriptor {
  readonly mediaType: string;
  /** Of the manifest: what the image is called by. */
  readonly digest: string;
  readonly size: number;
}

const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  packedLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/**
 * Writes an image for linux/amd64 as an OCI image layout, without an engine. Same input, same bytes:
 * layers are not compressed, because compressors differ between versions of Node.
 *
 * @example buildImageLayout({ folder: 'out', layers: [[]], config: { entrypoint: ['/bin/serve'] } }).digest // 'sha256:…'
 */
export function buildImageLayout(options: ImageOptions): ImageDescriptor {
  const { folder } = options;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true });
  const layers = options.layers.map((layer) => writeLayer(folder, layer));
  const config = writeBlob(folder, mediaTypes.config, {
    architecture: 'amd64',
    os: 'linux',
    config: formatConfig(options.config),
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    // podman and buildah build upon no image that does not say where its layers are from
    history: layers.map(() => ({ created_by: 'slipway-lab' })),
  });
  const manifest = writeBlob(folder, mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers: layers.map(({ descriptor }) => descriptor),
    annotations: options.annotations,
  });
  const platform = { architecture: 'amd64', os: 'linux' };
  const entry = { ...manifest, platform, annotations: options.indexAnnotations };
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [entry] };
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  return manifest;
}

function formatConfig(config: ImageConfig): object {
  const ports = config.exposedPorts?.map((port) => [port, {}] as const);
  return {
    Entrypoint: config.entrypoint,
    Cmd: config.command,
    Env: Object.entries(config.env ?? {}).map(([name, value]) => `${name}=${value}`),
    User: config.user,
    WorkingDir: config.workingFolder,
    Labels: config.labels,
    ExposedPorts: ports === undefined ? undefined : Object.fromEntries(ports),
  };
}

interface WrittenLayer {
  readonly descriptor: ImageDescriptor;
  readonly diffId: string;
}

function writeLayer(folder: string, layer: readonly TarEntry[] | PackedLayer): WrittenLayer {
  if (!('file' in layer)) {
    const descriptor = writeBlob(folder, mediaTypes.layer, packTar(layer));
    return { descriptor, diffId: descriptor.digest };
  }
  const { file, digest, diffId } = layer;
  const { size } = statSync(file);
  renameSync(file, join(folder, 'blobs', digest.replace(':', '/')));
  return { descriptor: { mediaType: mediaTypes.packedLayer, digest, size }, diffId };
}

function writeBlob(folder: string, mediaType: string, content: Buffer | object): ImageDescriptor {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const hash = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(folder, 'blobs', 'sha256', hash), bytes);
  return { mediaType, digest: `sha256:${hash}`, size: bytes.length };
}
