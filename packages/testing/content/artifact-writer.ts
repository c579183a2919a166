import { Readable } from 'node:stream';
import { parseTag, type Digest, type Repository, type Tag } from '@slipway/core/image-ref';
import {
  computeDigest,
  mediaTypes,
  type Descriptor,
  type RegistryClient,
} from '@slipway/io/registry';

/** Writes what can belong to an image into a registry: artifacts that refer to it, and cosign's signatures. */
export class ArtifactWriter {
  readonly #client: RegistryClient;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /** An artifact with one text that refers to `subject`. */
  async attach(
    repository: Repository,
    { mediaType, digest, size }: Descriptor,
    text: string,
  ): Promise<Descriptor> {
    const bytes = await this.#build(repository, [text], { mediaType, digest, size });
    return this.#client.pushReferrer(repository, { mediaType: mediaTypes.ociManifest, bytes });
  }

  /** What cosign keeps under a tag: a layer for each signature. */
  async sign(
    repository: Repository,
    image: Digest,
    signatures: readonly string[],
  ): Promise<{ readonly signature: Descriptor; readonly signatureTag: Tag }> {
    const bytes = await this.#build(repository, signatures);
    const signatureTag = parseTag(`${image.replace(':', '-')}.sig`);
    const mediaType = mediaTypes.ociManifest;
    const { digest } = await this.#client.putManifest(repository, signatureTag, {
      mediaType,
      bytes,
    });
    return { signature: { mediaType, digest, size: bytes.length }, signatureTag };
  }

  async #putText(repository: Repository, text: string): Promise<Descriptor> {
    const bytes = Buffer.from(text);
    const blob = { digest: computeDigest(bytes), size: bytes.length };
    await this.#client.pushBlob(repository, { ...blob, open: () => Readable.from([bytes]) });
    return { mediaType: 'text/plain', ...blob };
  }

  async #build(
    repository: Repository,
    texts: readonly string[],
    subject?: Descriptor,
  ): Promise<Buffer> {
    const layers: Descriptor[] = [];
    for (const text of texts) layers.push(await this.#putText(repository, text));
    const config = {
      ...(await this.#putText(repository, '{}')),
      mediaType: mediaTypes.emptyJson,
    };
    const kind = { mediaType: mediaTypes.ociManifest, artifactType: 'application/vnd.example' };
    const fields = { schemaVersion: 2, ...kind, config, layers, subject };
    return Buffer.from(JSON.stringify(fields, undefined, 3));
  }
}
