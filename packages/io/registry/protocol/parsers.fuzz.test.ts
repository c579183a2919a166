import { describe, expect, test } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf, tryParseDigest } from '@slipway/core/image-ref';
import {
  forEachTrial,
  hostileText,
  mutateBytes,
  mutateJson,
  mutateText,
  type Chooser,
} from '@slipway/testing/fuzz';
import { parseLinks } from './link-header.js';
import { mediaTypes, parseManifest, tryReadDescriptor, type Manifest } from './manifest.js';
import { parseContentRange, parseUploadRange } from './range-header.js';
import { parseStrictJson } from './strict-json.js';

const config = {
  mediaType: 'application/vnd.oci.image.config.v1+json',
  digest: digestOf('a'.repeat(64)),
  size: 7023,
};
const layer = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: digestOf('b'.repeat(128), 'sha512'),
  size: 32_654,
  annotations: { 'org.opencontainers.image.title': 'größe.tar' },
};
const child = {
  mediaType: mediaTypes.ociManifest,
  digest: digestOf('c'.repeat(64)),
  size: 1042,
  platform: { architecture: 'arm64', os: 'linux', variant: 'v8', 'os.features': ['x'] },
};
const attestation = {
  ...child,
  platform: { architecture: 'unknown', os: 'unknown' },
  annotations: {
    'vnd.docker.reference.digest': child.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  },
};
/** As buildx, docker, cosign, oras and Go programs write them. */
const manifests: readonly unknown[] = [
  { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [layer, config] },
  { schemaVersion: 2, mediaType: mediaTypes.dockerManifest, config, layers: [layer] },
  { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [child, attestation] },
  { schemaVersion: 2, mediaType: mediaTypes.dockerIndex, manifests: [child] },
  { schemaVersion: 2, config, layers: null, annotations: { created: '2026-01-01T00:00:00Z' } },
  { schemaVersion: 2, manifests: [] },
  {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: 'application/vnd.in-toto+json',
    config: { mediaType: mediaTypes.emptyJson, digest: config.digest, size: 2, data: 'e30=' },
    layers: [layer],
    subject: child,
  },
  { schemaVersion: 1, name: 'a', tag: '1', fsLayers: [{ blobSum: config.digest }] },
];

function hostileManifest(choose: Chooser): Uint8Array {
  const manifest = choose.of(manifests);
  return choose.chance(0.7)
    ? Buffer.from(mutateJson(manifest, choose))
    : mutateBytes(JSON.stringify(manifest, undefined, choose.of([0, 0, 2])), choose);
}

describe('JSON', () => {
  test('is what JSON.parse makes of it, or refused for a reason', async () => {
    const limits = { maxBytes: 1_000_000, maxDepth: 64 };
    const stricter = /^(?:has the key “.*” twice|is nested more|is not UTF-8)/;
    const seen = { values: 0, refusals: 0 };

    await forEachTrial((choose) => {
      const bytes = hostileManifest(choose);
      const reading = parseStrictJson(bytes, limits);
      const theirs = tryParse(Buffer.from(bytes).toString('utf8'));
      if (reading.kind === 'value') {
        seen.values += 1;
        if (theirs === undefined || !isDeepStrictEqual(reading.value, theirs.value)) {
          throw new Error(`read as ${JSON.stringify(reading.value)}`);
        }
      } else {
        seen.refusals += 1;
        if (theirs !== undefined && !stricter.test(reading.reason)) throw new Error(reading.reason);
      }
    }, 4);

    expect(seen.values).toBeGreaterThan(10);
    expect(seen.refusals).toBeGreaterThan(10);
  });
});

describe('a manifest', () => {
  test('is read with every descriptor right, or refused in one sentence', async () => {
    const seen = { read: 0, refused: 0 };

    await forEachTrial((choose) => {
      const bytes = hostileManifest(choose);
      try {
        checkManifest(parseManifest(bytes, 'r.example.com/a'), Buffer.from(bytes).toString());
        seen.read += 1;
      } catch (error) {
        checkRefusal(error);
        seen.refused += 1;
      }
    }, 4);

    expect(seen.read).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(10);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('a descriptor is read or not, whatever it is', async () => {
    await forEachTrial((choose) => {
      const json = tryParse(mutateJson(choose.of([layer, child, attestation]), choose, 0.2));
      const descriptor = tryReadDescriptor(json?.value);
      if (descriptor !== undefined) checkDescriptors([descriptor]);
    });

    expect(tryReadDescriptor(layer)).toEqual(layer);
  });
});

function checkManifest(manifest: Manifest, text: string): void {
  const listed =
    manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
  const all = manifest.subject === undefined ? listed : [...listed, manifest.subject];
  checkDescriptors(all);
  // JSON can write a digest with escapes; the corpus does not, and a mutation seldom.
  const strange = all.find(({ digest }) => !text.includes(digest) && !text.includes('\\u'));
  if (strange !== undefined) throw new Error(`${strange.digest} is not in it`);
}

function checkDescriptors(descriptors: readonly { digest: string; size: number }[]): void {
  for (const { digest, size } of descriptors) {
    if (tryParseDigest(digest) === undefined) throw new Error(`digest ${digest}`);
    if (!Number.isSafeInteger(size) || size < 0) throw new Error(`size ${size}`);
  }
}

function checkRefusal(error: unknown): void {
  if (!(error instanceof SlipwayError) || error.code !== 'source-invalid') throw error;
  const isOneLine = /^r\.example\.com\/a [^\p{Cc}\p{Cf}\u2028\u2029]{1,400}$/u.test(error.message);
  if (!isOneLine || error.fix === undefined) throw new Error(JSON.stringify(error.message));
}

describe('headers', () => {
  const links = [
    '</v2/team/orders/tags/list?last=1.4.0&n=1000>; rel="next"',
    '<https://r.example.com/v2/a/referrers/x?n=1>; title="a, b"; rel=next, <x>; rel="prev last"',
  ];

  test('links written by the rules are read as they were', async () => {
    await forEachTrial((choose) => {
      const count = choose.below(4);
      const written = Array.from({ length: count }, () => ({
        target: hostileText(choose).replaceAll('>', ''),
        relations: [choose.of(['next', 'prev', 'last'])],
        title: hostileText(choose).replaceAll(/[\r\n\u2028\u2029]/g, ''),
      }));
      const header = written.map(({ target, relations, title }) => {
        const quoted = title.replaceAll(/["\\]/g, '\\$&');
        return `<${target}>; title="${quoted}"; rel=${relations.join('')}`;
      });
      const expected = written.map(({ target, relations }) => ({ target, relations }));
      if (!isDeepStrictEqual(parseLinks(header.join(', ')), expected)) {
        throw new Error(header.join(', '));
      }
    });

    expect(parseLinks(links.join(', '))).toHaveLength(3);
  });

  test('links broken by others are read as far as they go', async () => {
    let read = 0;

    await forEachTrial((choose) => {
      const header = mutateText(choose.of(links), choose);
      const found = parseLinks(header);
      read += found.length;
      const strange = found.find(({ target }) => !header.includes(`<${target}>`));
      if (strange !== undefined) throw new Error(header);
    });

    expect(read).toBeGreaterThan(10);
  });

  test('ranges are whole numbers in their order, or none', async () => {
    let read = 0;

    await forEachTrial((choose) => {
      const header = mutateText(choose.of(['bytes 5-9/10', 'bytes 0-0/*', '0-1023']), choose);
      const range = parseContentRange(header);
      const numbers = [range?.start ?? 0, range?.end ?? 0, range?.size ?? 2 ** 53 - 1];
      const isOrdered = numbers.every(
        (each, index) => Number.isSafeInteger(each) && each >= (numbers[index - 1] ?? 0),
      );
      const held = parseUploadRange(header) ?? 0;
      if (!isOrdered || !Number.isSafeInteger(held) || held < 0) throw new Error(header);
      if (range !== undefined || held > 0) read += 1;
    });

    expect(read).toBeGreaterThan(10);
  });
});

function tryParse(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
}
