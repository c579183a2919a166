import { describe, expect, test } from '@jest/globals';
import { emptyState, type LedgerEvent } from '@slipway/core/release';
import { computeDigest, parseManifest, type FetchedManifest } from '@slipway/io/registry';
import { contentOf } from '@slipway/testing/ledger';
import { buildEventArtifact, emptyBlob, readEventArtifact } from './event-artifact.js';

const event: LedgerEvent = {
  ...contentOf('started', 'test.00000003', 1),
  kind: 'started',
  at: '2026-01-01T00:00:00Z',
  actor: 'ada “the first” \\ "quoted"',
  sequence: 3,
  run: { repository: 'shop/catalog', id: '1', attempt: 1, url: '' },
  lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 },
  state: emptyState,
};

function fetched(change: (text: string) => string = (text) => text): FetchedManifest {
  const { manifest } = buildEventArtifact(event, 'test');
  const bytes = Buffer.from(change(Buffer.from(manifest.bytes).toString()));
  const { mediaType } = manifest;
  const descriptor = { mediaType, digest: computeDigest(bytes), size: bytes.length };
  return { mediaType, bytes, descriptor };
}

test('an event is one manifest, whose only blob all events share', () => {
  const { manifest, digest } = buildEventArtifact(event, 'test');

  const read = parseManifest(manifest.bytes, 'the event');
  expect(computeDigest(manifest.bytes)).toBe(digest);
  expect(read).toMatchObject({
    kind: 'image',
    artifactType: 'application/vnd.slipway.event.v1+json',
    config: { digest: emptyBlob.digest, size: 2, data: 'e30=' },
    layers: [{ digest: emptyBlob.digest }],
  });
  expect(read.annotations).toBeUndefined();
});

test('the same event is the same bytes, whatever the order of its fields', () => {
  const { sequence, ...rest } = event;
  const turned = { ...rest, sequence };

  expect(buildEventArtifact(turned, 'test').digest).toBe(buildEventArtifact(event, 'test').digest);
});

describe('what is read', () => {
  test.each(['test.00000003', 'test'])('under %s is the event', (tag) => {
    expect(readEventArtifact(fetched(), tag, 'test')).toEqual({
      state: 'event',
      link: { tag: 'test.00000003', digest: buildEventArtifact(event, 'test').digest, event },
    });
  });

  test.each<[string, (text: string) => string, string, string, string]>([
    ['not JSON', () => 'no', 'test.00000003', 'foreign', 'it is not an event of Slipway'],
    [
      'of another type',
      (text) => text.replace('vnd.slipway.event', 'vnd.other'),
      'test.00000003',
      'foreign',
      'it is not an event of Slipway',
    ],
    [
      'an index',
      (text) => text.replace('"layers":[', '"manifests":[').replace('"config":', '"other":'),
      'test.00000003',
      'foreign',
      'it is not an event of Slipway',
    ],
    [
      'without the tag that it was written for',
      (text) => text.replace('image.ref.name', 'image.other'),
      'test.00000003',
      'foreign',
      'it does not say which tag it was written for',
    ],
    [
      'of another environment',
      (text) => text.replace('"test.00000003"}', '"stage.00000003"}'),
      'test.00000003',
      'foreign',
      'it is an event of another environment: stage.00000003',
    ],
    [
      'of a longer environment',
      (text) => text.replace('"test.00000003"}', '"test-2.00000003"}'),
      'test.00000003',
      'foreign',
      'it is an event of another environment: test-2.00000003',
    ],
    [
      'in another place',
      (text) => text,
      'test.00000004',
      're-ordered',
      'test.00000003 stands in its place',
    ],
    [
      'with another number',
      (text) => text.replace('\\"sequence\\":3', '\\"sequence\\":30'),
      'test.00000003',
      'tampered',
      'it was written as test.00000003, and has another number now',
    ],
    [
      'cut off',
      (text) => text.replace('\\"sequence\\":3', '\\"sequence\\":'),
      'test.00000003',
      'tampered',
      'test.00000003 is not an event of Slipway',
    ],
    [
      'empty',
      (text) => text.replace('dev.slipway.event', 'dev.slipway.other'),
      'test.00000003',
      'tampered',
      'test.00000003 is not an event of Slipway',
    ],
  ])('%s is not believed', (_name, change, tag, kind, sentence) => {
    const entry = readEventArtifact(fetched(change), tag, 'test');

    const reason = entry.state === 'broken' ? entry.reason : undefined;
    expect(reason).toMatchObject({ kind, tag });
    expect(reason?.sentence).toContain(sentence);
  });
});
