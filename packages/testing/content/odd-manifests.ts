import { mediaTypes } from '@slipway/io/registry';
import type { TestContent } from './content.js';

/** Manifests as somebody wrote them: what has no influence on their meaning has one on their digest. */
export const oddManifests: readonly (readonly [
  string,
  string,
  (content: TestContent, mark: string) => string,
])[] = [
  [
    'a manifest with CRLF and odd white space',
    mediaTypes.ociManifest,
    (content, mark) =>
      `\r\n${JSON.stringify(image(content, mark), undefined, 7)}\t \r\n`.replace(/\n/g, '\r\n'),
  ],
  [
    'a manifest with its keys in another order',
    mediaTypes.ociManifest,
    (content, mark) => {
      const { layers, config } = image(content, mark);
      return JSON.stringify({
        layers,
        config,
        mediaType: mediaTypes.ociManifest,
        schemaVersion: 2,
      });
    },
  ],
  [
    'a manifest that does not say its media type',
    mediaTypes.ociManifest,
    (content, mark) => JSON.stringify({ ...image(content, mark), mediaType: undefined }),
  ],
  [
    'an index that does not say its media type',
    mediaTypes.ociIndex,
    (content, mark) => JSON.stringify({ schemaVersion: 2, manifests: [content.image([mark])] }),
  ],
  [
    'a manifest of Docker',
    mediaTypes.dockerManifest,
    (content, mark) => JSON.stringify(dockerImage(content, mark)),
  ],
  [
    'a manifest list of Docker',
    mediaTypes.dockerIndex,
    (content, mark) => {
      const text = JSON.stringify(dockerImage(content, mark));
      const platform = { os: 'linux', architecture: 'amd64' };
      const child = { ...content.manifest(text, mediaTypes.dockerManifest), platform };
      return JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.dockerIndex,
        manifests: [child],
      });
    },
  ],
  [
    'an image without layers',
    mediaTypes.ociManifest,
    (content, mark) => JSON.stringify(image(content, mark, [])),
  ],
  [
    'an artifact without a list of layers',
    mediaTypes.ociManifest,
    (content, mark) => {
      const config = content.blob('{}', mediaTypes.emptyJson);
      const kind = { artifactType: 'application/vnd.test', annotations: { mark } };
      return JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        ...kind,
        config,
      });
    },
  ],
  [
    'an image with fields of its own and an empty layer',
    mediaTypes.ociManifest,
    (content, mark) => JSON.stringify({ ...image(content, mark, ['']), 'x-mark': mark }),
  ],
];

function image(content: TestContent, mark: string, texts = [`odd ${mark}`]) {
  const config = content.blob(`{"mark":"${mark}"}`, 'application/vnd.oci.image.config.v1+json');
  const layers = texts.map((text) => content.blob(text));
  return { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers };
}

function dockerImage(content: TestContent, mark: string) {
  const type = 'application/vnd.docker';
  const config = content.blob(`{"docker":"${mark}"}`, `${type}.container.image.v1+json`);
  const layers = [content.blob(`docker ${mark}`, `${type}.image.rootfs.diff.tar.gzip`)];
  return { schemaVersion: 2, mediaType: mediaTypes.dockerManifest, config, layers };
}
