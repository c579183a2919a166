import { expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { formatTestResult, parseStatement } from '@slipway/core/evidence';
import { digestOf, type Digest } from '@slipway/core/image-ref';
import { computeDigest, mediaTypes, parseManifest, type ImageContent } from '@slipway/io/registry';
import { addEvidence } from './index.js';

const config = { mediaType: 'x', digest: computeDigest(Buffer.from('own')), size: 3 };
const bytes = Buffer.from(
  JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] }),
);
const descriptor = {
  mediaType: mediaTypes.ociManifest,
  digest: computeDigest(bytes),
  size: bytes.length,
  annotations: { 'org.opencontainers.image.ref.name': '1.0.0' },
};
const root = {
  descriptor,
  content: { mediaType: mediaTypes.ociManifest, bytes },
  manifest: parseManifest(bytes, 'the image'),
};
const image: ImageContent = {
  root,
  manifests: [root],
  blobs: [config],
  openBlob: () => Readable.from([Buffer.from('own')]),
};
const other = digestOf('e'.repeat(64));

function statementAbout(digest: Digest): string {
  const at = '2026-01-01T00:00:00Z';
  const fixed = { gate: 'unit-tests', name: 'orders', result: 'PASSED' } as const;
  return formatTestResult({ ...fixed, digest, configuration: [], at });
}

const file = { path: 'unit.json', text: statementAbout(descriptor.digest) };

test('evidence becomes a part of the image that refers to it, after it', async () => {
  const { image: whole, evidence } = addEvidence(image, [file]);

  const [own, added] = whole.manifests;
  const subject = added?.manifest.subject;
  const texts = await Promise.all(
    whole.blobs.map(async (blob) => Buffer.concat(await (await whole.openBlob(blob)).toArray())),
  );
  expect(own).toBe(root);
  // Nothing of what the layout's list says of the image: the same evidence is the same bytes everywhere.
  expect(subject).toEqual({
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.size,
  });
  expect(texts.map(String)).toEqual(['own', '{}', file.text]);
  expect(evidence).toEqual([
    {
      path: 'unit.json',
      digest: added?.descriptor.digest,
      statement: parseStatement(file.text, 'unit.json'),
    },
  ]);
});

test('the same statement in two files is one referrer, and both are told', () => {
  const { image: whole, evidence } = addEvidence(image, [file, { ...file, path: 'again.json' }]);

  expect(whole.manifests).toHaveLength(2);
  expect(whole.blobs).toHaveLength(3);
  expect(evidence.map(({ path }) => path)).toEqual(['unit.json', 'again.json']);
});

test('two statements share their empty config', () => {
  const text = file.text.replace('unit-tests', 'integration');

  const { image: whole } = addEvidence(image, [file, { path: 'integration.json', text }]);

  expect(whole.manifests).toHaveLength(3);
  expect(whole.blobs).toHaveLength(4);
});

const nothingSubject = JSON.stringify({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ digest: { gitCommit: 'abc' } }],
  predicateType: 'x',
});

test.each<[string, string, string]>([
  [
    'another image',
    statementAbout(other),
    `x.json is about ${other}, not about ${descriptor.digest}`,
  ],
  ['no image at all', nothingSubject, `x.json is about no digest, not about ${descriptor.digest}`],
  ['too much', `${file.text}${' '.repeat(4 * 1024 * 1024)}`, 'x.json is over 4 MiB'],
])('evidence about %s is refused', (_name, text, message) => {
  expect(() => addEvidence(image, [file, { path: 'x.json', text }])).toThrow(
    expect.objectContaining({ code: 'evidence-invalid', message }),
  );
});
