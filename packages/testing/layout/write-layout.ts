import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '@slipway/core/image-ref';
import { computeDigest, mediaTypes, type Descriptor } from '@slipway/io/registry';

/** What an image layout for a test shall hold. */
export interface LayoutPlan {
  /** The content of each layer; platforms share them. */
  readonly layers: readonly string[];
  /** That of a plain tar when absent. */
  readonly layerMediaType?: string;
  /** Two or more make an index with one manifest for each. */
  readonly platforms?: readonly string[];
  /** The artifact types of manifests that refer to the image. */
  readonly referrers?: readonly string[];
  /** The name of the image in index.json. */
  readonly refName?: string;
}

export interface WrittenLayout {
  readonly folder: string;
  readonly root: Descriptor;
  readonly referrers: readonly Descriptor[];
  /** The file of a blob. */
  readonly fileOf: (digest: Digest) => string;
}

const plainLayer = 'application/vnd.oci.image.layer.v1.tar';

/** Writes an OCI image layout into a folder; the same plan gives the same digests. */
export async function writeLayout(folder: string, plan: LayoutPlan): Promise<WrittenLayout> {
  const { platforms = ['amd64'], layerMediaType = plainLayer, refName } = plan;
  const fileOf = (digest: Digest): string => join(folder, 'blobs', ...digest.split(':'));
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  const put = async (mediaType: string, content: string): Promise<Descriptor> => {
    const bytes = Buffer.from(content);
    const digest = computeDigest(bytes);
    await writeFile(fileOf(digest), bytes);
    return { mediaType, digest, size: bytes.byteLength };
  };
  const putJson = (mediaType: string, fields: object): Promise<Descriptor> =>
    put(mediaType, JSON.stringify({ schemaVersion: 2, mediaType, ...fields }));

  const layers = await inOrder(plan.layers, (text) => put(layerMediaType, text));
  const images = await inOrder(platforms, async (architecture) => {
    const platform = { os: 'linux', architecture };
    const config = await put('application/vnd.oci.image.config.v1+json', JSON.stringify(platform));
    return { image: await putJson(mediaTypes.ociManifest, { config, layers }), platform };
  });
  const manifests = images.map(({ image, platform }) => ({ ...image, platform }));
  const root =
    images.length > 1 || images[0] === undefined
      ? await putJson(mediaTypes.ociIndex, { manifests })
      : images[0].image;
  const empty = await put(mediaTypes.emptyJson, '{}');
  const referrers = await inOrder(plan.referrers ?? [], (artifactType) =>
    putJson(mediaTypes.ociManifest, { artifactType, config: empty, layers: [], subject: root }),
  );
  const annotations =
    refName === undefined ? {} : { annotations: { 'org.opencontainers.image.ref.name': refName } };
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const index = { schemaVersion: 2, manifests: [{ ...root, ...annotations }, ...referrers] };
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  return { folder, root, referrers, fileOf };
}

async function inOrder<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
