import { parseTag, type Digest, type Tag } from '@slipway/core/image-ref';
import { computeDigest, mediaTypes, type Descriptor } from '@slipway/io/registry';

/** A manifest as it is to be stored, to the byte. */
export interface ContentManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  /** What it refers to. */
  readonly subject?: Digest;
  /** By which it is found to belong to an image (`sha256-….sig`). */
  readonly tag?: Tag;
}

const ociConfig = 'application/vnd.oci.image.config.v1+json';
const plainLayer = 'application/vnd.oci.image.layer.v1.tar';

/** Content for tests, put together to the byte and without the code that is to be tested. */
export class TestContent {
  readonly #blobs = new Map<Digest, Buffer>();
  readonly #manifests = new Map<Digest, ContentManifest>();

  get blobs(): ReadonlyMap<Digest, Buffer> {
    return this.#blobs;
  }

  /** Each after what it points to. */
  get manifests(): readonly ContentManifest[] {
    return [...this.#manifests.values()];
  }

  /** Keeps a blob. */
  blob(content: string, mediaType = plainLayer): Descriptor {
    const bytes = Buffer.from(content);
    const digest = computeDigest(bytes);
    this.#blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  /**
   * Keeps a manifest, exactly as it is written here.
   *
   * @example content.manifest('{"schemaVersion": 2,\r\n…}', mediaTypes.ociManifest)
   */
  manifest(
    text: string,
    mediaType: string,
    belongs: { readonly subject?: Digest; readonly tag?: Tag } = {},
  ): Descriptor {
    const bytes = Buffer.from(text);
    const descriptor = { mediaType, digest: computeDigest(bytes), size: bytes.length };
    this.#manifests.set(descriptor.digest, { descriptor, bytes, ...belongs });
    return descriptor;
  }

  /** An image of one platform whose layers have these contents. */
  image(layers: readonly string[], architecture = 'amd64'): Descriptor {
    const config = this.blob(JSON.stringify({ os: 'linux', architecture }), ociConfig);
    const fields = { config, layers: layers.map((text) => this.blob(text)) };
    return this.#json(mediaTypes.ociManifest, fields);
  }

  /** An index of images for these platforms. */
  index(children: Readonly<Record<string, Descriptor>>): Descriptor {
    const manifests = Object.entries(children).map(([architecture, child]) => ({
      ...child,
      platform: { os: 'linux', architecture },
    }));
    return this.#json(mediaTypes.ociIndex, { manifests });
  }

  /** An artifact that refers to an image, an index or another artifact. */
  artifact(subject: Descriptor, text: string, artifactType = 'application/vnd.test'): Descriptor {
    const config = this.blob('{}', mediaTypes.emptyJson);
    const fields = { artifactType, config, layers: [this.blob(text)], subject };
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, ...fields };
    const { digest } = subject;
    return this.manifest(JSON.stringify(manifest), mediaTypes.ociManifest, { subject: digest });
  }

  /** What cosign keeps beside an image under a tag. */
  signature(image: Descriptor, text: string): Descriptor {
    const config = this.blob('{"signature":true}', ociConfig);
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config };
    const tag = parseTag(`${image.digest.replace(':', '-')}.sig`);
    const bytes = JSON.stringify({ ...manifest, layers: [this.blob(text)] });
    return this.manifest(bytes, mediaTypes.ociManifest, { tag });
  }

  #json(mediaType: string, fields: object): Descriptor {
    return this.manifest(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }), mediaType);
  }
}
