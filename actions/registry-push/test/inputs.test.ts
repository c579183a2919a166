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
      source: 'docker-daemon:orders:1.4.0',
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
      ['source', 'docker-daemon:orders:1.4.0'],
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
      source: { folder: 'out/image' },
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
  test.each([
    ['out/image', { folder: 'out/image' }],
    ['out/image:1.4.0', { folder: 'out/image', refName: '1.4.0' }],
    ['/abs/out.d/image', { folder: '/abs/out.d/image' }],
  ])('reads %s', (text, source) => {
    expect(parseSource(text, 'source')).toEqual(source);
  });

  test.each([
    'image.tar',
    'out/image.tar.gz',
    'docker-daemon:orders:1.4.0',
    'containers-storage:localhost/orders',
    'oci-archive:image.tar',
  ])('refuses %s with what to do', (text) => {
    expect.assertions(1);
    try {
      parseSource(text, 'source');
    } catch (error) {
      expect(error).toMatchObject({
        problems: [
          {
            subject: 'source',
            given: text,
            expected: 'the folder of an OCI image layout',
            fix: 'Build it with docker buildx build --output type=oci,tar=false,dest=out/image, or unpack the archive.',
          },
        ],
      });
    }
  });
});
