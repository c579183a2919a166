import { describe, expect, test } from '@jest/globals';
import type { Problem } from '@slipway/core/errors';
import { listProblems, readWith } from '@slipway/testing/inputs';
import { parseSource, readInputs, type Inputs } from '../src/inputs.js';

const config = `apiVersion: slipway/v1
services: { orders: { image: registry.example.com/team/orders } }
`;

const read = (inputs: Readonly<Record<string, string>>, files = {}): Inputs =>
  readWith(readInputs, inputs, files);
const problemsOf = (inputs: Readonly<Record<string, string>>): readonly Problem[] =>
  listProblems(readInputs, inputs);

describe('readInputs', () => {
  test('all that is wrong is told at once, and no password with it', () => {
    const problems = problemsOf({
      source: 'docker://orders:1.4.0',
      image: 'registry.example.com/Team/orders',
      tags: '1.4.0, .x',
      'tag-policy': 'force',
      timeout: 'long',
      'dry-run': 'yes',
      'registry-auth': 'registry.example.com:hunter2',
      'plain-http': 'http://r.example.com',
      tag: '1.4.0',
    });

    expect(problems.map(({ subject, given }) => [subject, given])).toEqual([
      ['source', 'docker://orders:1.4.0'],
      ['image', 'registry.example.com/Team/orders'],
      ['tags', '.x'],
      ['tag-policy', 'force'],
      ['timeout', 'long'],
      ['dry-run', 'yes'],
      ['registry-auth', undefined],
      ['plain-http', 'http://r.example.com'],
      ['tag', undefined],
    ]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  test('nothing at all', () => {
    expect(problemsOf({}).map(({ subject }) => subject)).toEqual(['source', 'image']);
  });

  test('the image is the service’s where none is given', () => {
    const inputs = read({ source: 'out' }, { '.github/slipway.yml': config });

    expect(inputs.image).toEqual({ registry: 'registry.example.com', path: 'team/orders' });
  });

  test('evidence by line or comma', () => {
    const inputs = read({
      source: 'out',
      image: 'r.example.com/a',
      evidence: 'out/unit.json, out/more/*.json\nout/provenance.json',
    });

    expect(inputs.evidence).toEqual(['out/unit.json', 'out/more/*.json', 'out/provenance.json']);
  });

  test('defaults', () => {
    const inputs = read({ source: 'out/image', image: 'r.example.com/a' });

    expect(inputs).toEqual({
      source: { kind: 'files', path: 'out/image' },
      image: { registry: 'r.example.com', path: 'a' },
      tags: [],
      tagPolicy: 'fail',
      evidence: [],
      timeoutMs: 1_800_000,
      isDryRun: false,
      registry: { credentials: [], plainHttp: [] },
    });
  });
});

describe('parseSource', () => {
  const id = `sha256:${'a'.repeat(64)}`;

  test.each([
    ['out/image', { path: 'out/image' }],
    ['out/image:1.4.0', { path: 'out/image', refName: '1.4.0' }],
    [
      'out/image:r.example.com:5000/orders:1',
      { path: 'out/image', refName: 'r.example.com:5000/orders:1' },
    ],
    ['/abs/out.d/image', { path: '/abs/out.d/image' }],
    ['image.tar', { path: 'image.tar' }],
    ['out.tar/image', { path: 'out.tar/image' }],
    ['out/image.tar.gz', { path: 'out/image.tar.gz' }],
    ['image.tgz:orders', { path: 'image.tgz', refName: 'orders' }],
    ['image.tar:team/orders:1.4.0', { path: 'image.tar', refName: 'team/orders:1.4.0' }],
    [`image.tar:${id}`, { path: 'image.tar', refName: id }],
    ['a:b.tar:orders', { path: 'a:b.tar', refName: 'orders' }],
    ['oci:out/image:1.4.0', { path: 'out/image', refName: '1.4.0' }],
    ['oci-archive:image.tar', { path: 'image.tar' }],
    ['docker-archive:/tmp/image.tar:orders:1', { path: '/tmp/image.tar', refName: 'orders:1' }],
  ])('reads the files %s', (text, source) => {
    expect(parseSource(text, 'source')).toEqual({ kind: 'files', ...source });
  });

  test.each([
    ['docker-daemon:orders:1.4.0', 'docker-daemon', 'orders:1.4.0'],
    ['docker-daemon:orders', 'docker-daemon', 'orders:latest'],
    [`docker-daemon:${id}`, 'docker-daemon', id],
    [`docker-daemon:orders@${id}`, 'docker-daemon', `orders@${id}`],
    ['containers-storage:localhost/orders:1', 'containers-storage', 'localhost/orders:1'],
    ['docker-daemon:r.example.com:5000/a', 'docker-daemon', 'r.example.com:5000/a:latest'],
  ])('reads %s', (text, store, reference) => {
    expect(parseSource(text, 'source')).toEqual({ kind: 'engine', store, reference });
  });

  const forms =
    'a folder or archive (out/image, image.tar, image.tar:name), docker-daemon:name:tag or containers-storage:name:tag';
  const other =
    'Save the image into an archive first; what is in a registry already is copied by promote-to-prod.';
  const stored = (store: string): string =>
    `${store}:name:tag, with the name of an image as the engine lists it, or ${store}:sha256:<id>`;
  const plain = 'Write the name in lower case, and leave out what is not part of it.';
  const named = 'after the colon the name, the tag or the digest of one image';
  test.each([
    ['docker://r.example.com/orders:1', forms, other],
    ['dir:out/image', forms, other],
    ['https://r.example.com/image.tar', forms, other],
    [':orders', forms, 'Write the path before the colon.'],
    ['oci:', forms, 'Write the path before the colon.'],
    ['image.tar:', named, 'Write image.tar:<name>, or image.tar alone where it holds one image.'],
    ['image.tar:@0', named, 'Write image.tar:<name>, or image.tar alone where it holds one image.'],
    [
      'out/image:a b',
      named,
      'Write out/image:<name>, or out/image alone where it holds one image.',
    ],
    ['docker-daemon:', stored('docker-daemon'), plain],
    ['docker-daemon:Orders:1', stored('docker-daemon'), plain],
    ['docker-daemon:--all', stored('docker-daemon'), plain],
    ['containers-storage:[overlay@/var/lib]orders', stored('containers-storage'), plain],
  ])('refuses %s with what to do', (text, expected, fix) => {
    const problems = listProblems((read) => read.required('source', parseSource), { source: text });

    expect(problems).toEqual([{ subject: 'source', given: text, expected, fix }]);
  });
});
