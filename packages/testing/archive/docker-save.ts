import { computeDigest, mediaTypes } from '@slipway/io/registry';
import type { TestMember } from './format-tar.js';

/** An image in an archive of docker save. */
export interface SavedImage {
  /** `orders:1.4.0` */
  readonly names: readonly string[];
  /** Their content, the lowest first. */
  readonly layers: readonly (string | Uint8Array)[];
  /** What the manifest lists of them in place of all, as Docker 25.0.0 does. */
  readonly listed?: readonly (string | Uint8Array)[];
}

const hexOf = (bytes: Uint8Array): string => computeDigest(bytes).slice('sha256:'.length);

/** What docker save writes before version 25: links for a layer that is there already. */
export function formatOldSave(images: readonly SavedImage[]): readonly TestMember[] {
  const members: TestMember[] = [];
  const paths = new Map<string, string>();
  const manifest = images.map(({ names, layers }, number) => {
    const config = formatConfig(layers);
    members.push({ name: `${hexOf(config)}.json`, content: config });
    const listed = layers.map((layer, at) => {
      const digest = hexOf(Buffer.from(layer));
      const folder = hexOf(Buffer.from(`${number} ${at}`));
      const name = `${folder}/layer.tar`;
      const earlier = paths.get(digest);
      members.push({ name: `${folder}/`, type: '5' });
      if (earlier === undefined) members.push({ name, content: layer });
      else members.push({ name, type: '2', linkName: `../${earlier}` });
      paths.set(digest, earlier ?? name);
      return name;
    });
    return { Config: `${hexOf(config)}.json`, RepoTags: orNull(names), Layers: listed };
  });
  return [...members, { name: 'manifest.json', content: JSON.stringify(manifest) }];
}

/** What docker save writes from version 25 on, of an engine with the classic store. */
export function formatClassicSave(images: readonly SavedImage[]): readonly TestMember[] {
  const blobs = new Map<string, Uint8Array>();
  const put = (mediaType: string, content: string | Uint8Array) => {
    const bytes = Buffer.from(content);
    blobs.set(hexOf(bytes), bytes);
    return { mediaType, digest: computeDigest(bytes), size: bytes.length };
  };
  const pathOf = ({ digest }: { digest: string }): string => `blobs/${digest.replace(':', '/')}`;
  const saved = images.map(({ names, layers, listed: shown = layers }) => {
    const config = put('application/vnd.oci.image.config.v1+json', formatConfig(layers));
    const listed = shown.map((layer) => put('application/vnd.oci.image.layer.v1.tar', layer));
    const mediaType = mediaTypes.ociManifest;
    const fields = { schemaVersion: 2, mediaType, config, layers: listed };
    return { names, config, listed, root: put(mediaType, JSON.stringify(fields)) };
  });
  const manifests = saved.flatMap(({ names, root }) =>
    names.map((name) => ({ ...root, annotations: annotate(name) })),
  );
  const manifest = saved.map(({ names, config, listed }) => {
    return { Config: pathOf(config), RepoTags: orNull(names), Layers: listed.map(pathOf) };
  });
  return [
    ...[...blobs].map(([hex, content]) => ({ name: `blobs/sha256/${hex}`, content })),
    { name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests }) },
    { name: 'manifest.json', content: JSON.stringify(manifest) },
    { name: 'oci-layout', content: '{"imageLayoutVersion": "1.0.0"}' },
  ];
}

function annotate(name: string): Readonly<Record<string, string>> {
  return {
    'io.containerd.image.name': `docker.io/library/${name}`,
    'org.opencontainers.image.ref.name': name.split(':')[1] ?? '',
  };
}

function formatConfig(layers: SavedImage['layers']): Buffer {
  const digests = layers.map((layer) => computeDigest(Buffer.from(layer)));
  const rootfs = { type: 'layers', diff_ids: digests };
  return Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs }));
}

function orNull(names: readonly string[]): readonly string[] | null {
  return names.length === 0 ? null : names;
}
