import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { digestOf } from '@slipway/core/image-ref';
import { computeDigest, mediaTypes, type Descriptor } from '@slipway/io/registry';

/** A blob that is made again wherever it is needed. */
export interface ContentBlob {
  readonly descriptor: Descriptor;
  readonly open: () => Iterable<Uint8Array>;
}

export interface ContentManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

interface ContentReferrer extends ContentManifest {
  /** The digests of the blobs that it is made of. */
  readonly blobs: readonly string[];
}

/** An image, an index, or an image with what refers to it. */
export interface Content {
  /** What is copied, by its digest. */
  readonly root: ContentManifest;
  /** All manifests, children before parents and subjects before what refers to them. */
  readonly manifests: readonly ContentManifest[];
  readonly referrers: readonly ContentReferrer[];
  readonly blobs: readonly ContentBlob[];
}

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const configType = 'application/vnd.oci.image.config.v1+json';
const layerBytes = 10_000_000;

/** Four layers of 10 MB. */
export function createImage(): Content {
  const layers = [1, 2, 3, 4].map((number) => createLayer(`image ${number}`));
  return singleImage(layers);
}

/** Three platforms with three layers of 10 MB each, of which all share two. */
export function createIndex(): Content {
  const shared = [1, 2].map((number) => createLayer(`shared ${number}`));
  const platforms = ['amd64', 'arm64', 'riscv64'].map((architecture) => {
    const layers = [...shared, createLayer(`own of ${architecture}`)];
    const config = createConfig(architecture, layers);
    const manifest = createManifest(mediaTypes.ociManifest, imageFields(config, layers));
    return { architecture, config, layers, manifest };
  });
  const root = createManifest(mediaTypes.ociIndex, {
    manifests: platforms.map(({ manifest, architecture }) => ({
      ...manifest.descriptor,
      platform: { os: 'linux', architecture },
    })),
  });
  return {
    root,
    manifests: [...platforms.map(({ manifest }) => manifest), root],
    referrers: [],
    blobs: [
      ...shared,
      ...platforms.flatMap(({ config, layers }) => [config, ...layers.slice(shared.length)]),
    ],
  };
}

/** The image of four layers, with a signature, an SBOM and a provenance statement that refer to it. */
export function createSignedImage(): Content {
  const image = createImage();
  const empty = createBlob(mediaTypes.emptyJson, () => [Buffer.from('{}')]);
  const kinds = [
    ['application/vnd.dev.cosign.artifact.sig.v1+json', 2_000],
    ['application/spdx+json', 200_000],
    ['application/vnd.in-toto+json', 5_000],
  ] as const;
  const referrers = kinds.map(([artifactType, size]) => {
    const blob = createBlob(artifactType, () => [generate(artifactType, size)]);
    const manifest = createManifest(mediaTypes.ociManifest, {
      artifactType,
      config: empty.descriptor,
      layers: [blob.descriptor],
      subject: image.root.descriptor,
    });
    return { blob, manifest };
  });
  return {
    root: image.root,
    manifests: [image.root, ...referrers.map(({ manifest }) => manifest)],
    referrers: referrers.map(({ blob, manifest }) => ({
      ...manifest,
      blobs: [empty.descriptor.digest, blob.descriptor.digest],
    })),
    blobs: [...image.blobs, empty, ...referrers.map(({ blob }) => blob)],
  };
}

/** 2 GiB in four layers, which are never in memory as a whole. */
export function createLargeImage(): Content {
  const layers = [1, 2, 3, 4].map((number) =>
    createBlob(layerType, () => generateParts(`large ${number}`, 512 * 1024 * 1024)),
  );
  return singleImage(layers);
}

function singleImage(layers: readonly ContentBlob[]): Content {
  const config = createConfig('amd64', layers);
  const root = createManifest(mediaTypes.ociManifest, imageFields(config, layers));
  return { root, manifests: [root], referrers: [], blobs: [...layers, config] };
}

function imageFields(config: ContentBlob, layers: readonly ContentBlob[]): object {
  return { config: config.descriptor, layers: layers.map(({ descriptor }) => descriptor) };
}

function createConfig(architecture: string, layers: readonly ContentBlob[]): ContentBlob {
  const rootfs = { type: 'layers', diff_ids: layers.map(({ descriptor }) => descriptor.digest) };
  const text = JSON.stringify({ os: 'linux', architecture, rootfs });
  return createBlob(configType, () => [Buffer.from(text)]);
}

function createManifest(mediaType: string, fields: object): ContentManifest {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }));
  const descriptor = { mediaType, digest: computeDigest(bytes), size: bytes.byteLength };
  return { descriptor, bytes };
}

/** In the form of gzip, which skopeo looks for, and not any smaller for it. */
function createLayer(name: string): ContentBlob {
  const bytes = gzipSync(generate(name, layerBytes), { level: 0 });
  return createBlob(layerType, () => [bytes]);
}

function createBlob(mediaType: string, open: () => Iterable<Uint8Array>): ContentBlob {
  const hash = createHash('sha256');
  let size = 0;
  for (const part of open()) {
    hash.update(part);
    size += part.byteLength;
  }
  const digest = digestOf(hash.digest('hex'));
  return { descriptor: { mediaType, digest, size }, open };
}

function generate(name: string, size: number): Buffer {
  return Buffer.concat([...generateParts(name, size)]);
}

const partBytes = 1024 * 1024;

/** The same incompressible bytes for the same name. */
function* generateParts(name: string, size: number): Generator<Uint8Array> {
  const key = createHash('sha256').update(name).digest().subarray(0, 16);
  const stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(partBytes);
  for (let done = 0; done < size; done += partBytes) {
    yield stream.update(zeros.subarray(0, Math.min(partBytes, size - done)));
  }
}
