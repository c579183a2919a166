import { expect, test } from '@jest/globals';
import { parseRepository, parseTag } from '@slipway/core/image-ref';
import type { ImageSource } from '@slipway/flow/image-source';
import type { Inputs } from '../src/inputs.js';
import { planPush } from '../src/plan.js';

const inputs: Inputs = {
  source: { kind: 'files', path: 'out/image' },
  image: parseRepository('r.example.com/team/orders'),
  tags: [],
  tagPolicy: 'fail',
  evidence: [],
  timeoutMs: 1000,
  isDryRun: false,
  registry: { credentials: [], plainHttp: [] },
};

test.each<[string, Partial<Inputs>, string]>([
  ['no tags', {}, 'push out/image to r.example.com/team/orders by digest only'],
  [
    'tags, one of them twice',
    { tags: ['1.4.0', 'latest', '1.4.0'].map((tag) => parseTag(tag)), tagPolicy: 'move' },
    'push out/image to r.example.com/team/orders as 1.4.0 (a version: never moves), latest (moving: move)',
  ],
  [
    'a dry run',
    { isDryRun: true, tags: [parseTag('latest')] },
    'dry run: would push out/image to r.example.com/team/orders as latest (moving: fail)',
  ],
])('%s', (_name, given, sentence) => {
  expect(planPush({ ...inputs, ...given }).sentence).toBe(sentence);
});

test.each<[ImageSource, string]>([
  [{ kind: 'files', path: 'image.tar', refName: 'orders:1' }, 'image.tar:orders:1'],
  [{ kind: 'engine', store: 'docker-daemon', reference: 'orders:1' }, 'docker-daemon:orders:1'],
])('the source is named as it was given: %j', (source, name) => {
  expect(planPush({ ...inputs, source }).sentence).toBe(
    `push ${name} to r.example.com/team/orders by digest only`,
  );
});

test('a tag is meant once', () => {
  const tags = [parseTag('a'), parseTag('b'), parseTag('a')];

  expect(planPush({ ...inputs, tags })).toMatchObject({
    source: inputs.source,
    push: { tags: ['a', 'b'], tagPolicy: 'fail', isDryRun: false },
  });
});
