import { describe, expect, test } from '@jest/globals';
import { createImage, createIndex, createSignedImage, type Content } from './content.js';

/** Every digest that a manifest of the content names. */
function namedIn({ manifests }: Content): readonly string[] {
  const texts = manifests.map(({ bytes }) => Buffer.from(bytes).toString());
  const digests = texts.flatMap((text) => text.match(/sha256:[0-9a-f]{64}/g) ?? []);
  return [...new Set(digests)].toSorted();
}

/** Every digest that somebody has to copy, but for what nothing names. */
function heldBelow({ manifests, blobs }: Content, unnamed: readonly string[]): readonly string[] {
  return [...manifests, ...blobs]
    .map(({ descriptor }) => descriptor.digest)
    .filter((digest) => !unnamed.includes(digest))
    .toSorted();
}

describe('a content holds what its manifests name, and nothing else', () => {
  test.each([
    ['image', createImage()],
    ['index', createIndex()],
  ])('%s', (_name, content) => {
    expect(namedIn(content)).toEqual(heldBelow(content, [content.root.descriptor.digest]));
  });

  test('signed image, to which three refer', () => {
    const content = createSignedImage();

    const unnamed = content.referrers.map(({ descriptor }) => descriptor.digest);

    expect(unnamed).toHaveLength(3);
    expect(namedIn(content)).toEqual(heldBelow(content, unnamed));
  });
});

test('the same content is the same bytes each time', () => {
  expect(createImage().root.descriptor).toEqual(createImage().root.descriptor);
});

test('a blob is as large as its descriptor says, each time it is opened', () => {
  const [layer] = createImage().blobs;

  const sizes = [layer, layer].map((each) =>
    [...(each?.open() ?? [])].reduce((sum, part) => sum + part.byteLength, 0),
  );

  expect(sizes).toEqual([layer?.descriptor.size, layer?.descriptor.size]);
  expect(layer?.descriptor.size).toBeGreaterThan(10_000_000);
});
