import { describe, expect, test } from '@jest/globals';
import { describeArrival, judgeArrival } from './arrival.js';
import { createIndex, createSignedImage, type Content } from './content.js';

const signed = createSignedImage();
const referrers = signed.referrers.map(({ descriptor }) => descriptor.digest);

function digestsOf({ manifests, blobs }: Content): readonly string[] {
  return [...manifests, ...blobs].map(({ descriptor }) => descriptor.digest);
}

/** The part of the signed image that is left when these digests are not there. */
function without(...missing: readonly string[]): ReadonlySet<string> {
  return new Set(digestsOf(signed).filter((digest) => !missing.includes(digest)));
}

describe('what arrived of a signed image', () => {
  const [signature = '', sbom = ''] = referrers;
  const sbomBlob = signed.referrers[1]?.blobs[1] ?? '';
  const layer = signed.blobs[0]?.descriptor.digest ?? '';
  const root = signed.root.descriptor.digest;

  test.each([
    ['everything', without(), referrers, 'complete'],
    ['nothing that refers to it', without(...referrers), [], 'without referrers (0 of 3)'],
    ['no signature', without(signature), referrers, 'without referrers (2 of 3)'],
    ['everything, of which one is not listed', without(), [sbom], 'without referrers (1 of 3)'],
    ['an SBOM without its blob', without(sbomBlob), referrers, 'without referrers (2 of 3)'],
    ['not a layer', without(layer), referrers, `incomplete: ${layer.slice(0, 19)} is missing`],
    ['not the manifest', without(root), referrers, 'incomplete: the manifest is missing'],
  ])('%s', (_name, here, listed, expected) => {
    expect(describeArrival(judgeArrival(signed, here, listed))).toBe(expected);
  });
});

test('an index is complete with all its platforms, of which two layers of three are shared', () => {
  const index = createIndex();
  const digests = digestsOf(index);

  expect(new Set(digests).size).toBe(digests.length);
  expect(digests).toHaveLength(4 + 5 + 3);
  expect(judgeArrival(index, new Set(digests), [])).toEqual({ state: 'complete' });
  expect(judgeArrival(index, new Set(digests.slice(1)), [])).toMatchObject({
    state: 'incomplete',
  });
});
