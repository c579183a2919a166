import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf } from '@slipway/core/image-ref';
import { computeDigest, mediaTypes, parseManifest } from './manifest.js';

const digest = digestOf('a'.repeat(64));
const blob = { mediaType: 'application/octet-stream', digest, size: 3 };

function read(value: unknown) {
  return parseManifest(Buffer.from(JSON.stringify(value)), 'r.example.com/a@sha256:…');
}

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'source-invalid') return error.message;
    throw error;
  }
  return 'not refused';
}

describe('computeDigest', () => {
  test.each([
    ['sha256', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'],
    [
      'sha512',
      '27c74670adb75075fad058d5ceaf7b20c4e7786c83bae8a32f626f9782af34c9a33c2046ef60fd2a7878d378e29fec851806bbd9a67878f3a9f1cda4830763fd',
    ],
  ] as const)('%s of the empty JSON', (algorithm, hex) => {
    expect(computeDigest(Buffer.from('{}'), algorithm)).toBe(`${algorithm}:${hex}`);
  });
});

describe('parseManifest reads', () => {
  test.each([
    ['an image', { schemaVersion: 2, config: blob, layers: [blob] }, [blob]],
    ['empty layers', { config: blob, layers: [] }, []],
    ['an artifact without layers', { artifactType: 'a/b', config: blob }, []],
    ['layers that are null, as Go writes none', { config: blob, layers: null }, []],
    ['manifests that are null', { config: blob, layers: [], manifests: null }, []],
  ])('%s', (_name, value, layers) => {
    const { mediaType, ...manifest } = read(value);

    expect(mediaType).toBe(mediaTypes.ociManifest);
    expect(manifest).toMatchObject({ kind: 'image', config: blob, layers });
  });

  test.each([
    ['an index', { manifests: [blob] }, [blob]],
    ['an empty index', { manifests: [] }, []],
    [
      'an index of nothing, as Go writes it',
      { mediaType: mediaTypes.ociIndex, manifests: null },
      [],
    ],
  ])('%s', (_name, value, manifests) => {
    expect(read(value)).toEqual({ kind: 'index', mediaType: mediaTypes.ociIndex, manifests });
  });

  test('a descriptor with a sha512 digest', () => {
    const sha512 = { ...blob, digest: digestOf('b'.repeat(128), 'sha512') };

    expect(read({ config: blob, layers: [sha512] })).toMatchObject({ layers: [sha512] });
  });

  test('a foreign mediaType as it is', () => {
    expect(read({ mediaType: 'application/x', config: blob }).mediaType).toBe('application/x');
  });

  test('annotations called __proto__ as annotations', () => {
    const bytes = Buffer.from(
      JSON.stringify({ config: blob, annotations: {} }).replace(
        '"annotations":{}',
        '"annotations":{"__proto__":"x"}',
      ),
    );

    expect(Object.entries(parseManifest(bytes, 'x').annotations ?? {})).toEqual([
      ['__proto__', 'x'],
    ]);
  });
});

describe('parseManifest refuses', () => {
  const image = { schemaVersion: 2, config: blob, layers: [blob] };
  const withSize = (size: string): Buffer =>
    Buffer.from(JSON.stringify(image).replace('"size":3', `"size":${size}`));

  test.each([
    ['a list', [], 'is not an OCI or Docker manifest'],
    ['an object of another kind', { a: 1 }, 'is not an OCI or Docker manifest'],
    [
      'an artifact manifest, which was withdrawn',
      { mediaType: 'application/vnd.oci.artifact.manifest.v1+json', blobs: [blob] },
      'is not an OCI or Docker manifest (its mediaType is “application/vnd.oci.artifact.manifest.v1+json”)',
    ],
    ['schema 1', { schemaVersion: 1, fsLayers: [] }, 'is a Docker manifest of schema 1'],
    [
      'manifests beside layers',
      { ...image, manifests: [blob] },
      'is an index and a manifest at once: manifests and layers',
    ],
    [
      'manifests beside a config',
      { config: blob, manifests: [] },
      'is an index and a manifest at once: manifests and config',
    ],
    [
      'an index that calls itself a manifest',
      { mediaType: mediaTypes.ociManifest, manifests: [] },
      'has the mediaType “application/vnd.oci.image.manifest.v1+json” and a list of manifests',
    ],
    [
      'a manifest that calls itself a list',
      { ...image, mediaType: mediaTypes.dockerIndex },
      'has the mediaType “application/vnd.docker.distribution.manifest.list.v2+json” and a config',
    ],
    ['a mediaType that is a number', { ...image, mediaType: 1 }, 'has a mediaType that is no text'],
    [
      'a key in upper case',
      { ...image, Layers: [] },
      'has a key “Layers”, which some take for another',
    ],
    [
      'a key that only folds to another',
      { ...image, ſubject: blob },
      'has a key “\u017fubject”, which some take for another',
    ],
    ['layers that are no list', { config: blob, layers: {} }, 'has layers that are no list'],
    [
      'no descriptor',
      { config: blob, layers: [blob, 1] },
      'lists a layer (number 2) that is no descriptor',
    ],
    [
      'a digest of another algorithm',
      { config: blob, layers: [{ ...blob, digest: 'md5:\u001b[0m' }] },
      'lists a layer (number 1) that has the digest “md5: [0m”',
    ],
    [
      'no size',
      { manifests: [{ mediaType: 'a', digest }] },
      'lists a manifest (number 1) that has no size',
    ],
    ['no mediaType', { config: { digest, size: 1 } }, 'has a config that has no mediaType'],
    ['a config that is no object', { config: 'x' }, 'has a config that is no descriptor'],
    [
      'a size in upper case',
      { config: { ...blob, Size: 5 } },
      'has a config that has a key “Size”',
    ],
    [
      'a subject without a digest',
      { ...image, subject: { mediaType: 'a' } },
      'has a subject that has no digest',
    ],
    [
      'too many layers',
      { config: blob, layers: Array.from({ length: 10_001 }, () => blob) },
      'lists 10001 layers, more than 10000',
    ],
  ])('%s', (_name, value, reason) => {
    expect(refusalOf(() => read(value))).toBe(`r.example.com/a@sha256:… ${reason}`);
  });

  test.each([
    ['above 2^53 − 1', '9007199254740993', 'has the size 9007199254740992'],
    ['with a fraction', '3.5', 'has the size 3.5'],
    ['below zero', '-1', 'has the size -1'],
    ['that is infinite', '1e999', 'has the size Infinity'],
    ['that is text', '"3"', 'has no size'],
  ])('a size %s', (_name, size, reason) => {
    expect(refusalOf(() => parseManifest(withSize(size), 'x'))).toBe(
      `x has a config that ${reason}`,
    );
  });

  test.each([
    ['a layer list twice', '{"layers":[],"layers":[]}', 'has the key “layers” twice'],
    ['a byte order mark', '\u{feff}{}', 'begins with a byte order mark'],
    ['deep nesting', '['.repeat(100), 'is nested more than 64 levels deep'],
    ['no JSON', '<html>', 'is not JSON at character 0'],
  ])('%s', (_name, text, reason) => {
    expect(refusalOf(() => parseManifest(Buffer.from(text), 'x'))).toBe(`x ${reason}`);
  });

  test('more than 16 MiB', () => {
    const bytes = Buffer.alloc(16 * 1024 * 1024 + 1, ' ');

    expect(refusalOf(() => parseManifest(bytes, 'x'))).toBe(
      'x has 16777217 bytes, more than 16777216',
    );
  });
});
