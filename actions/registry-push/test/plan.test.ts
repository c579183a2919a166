import { expect, test } from '@jest/globals';
import { parseRepository, parseTag } from '@slipway/core/image-ref';
import type { Inputs } from '../src/inputs.js';
import { planPush } from '../src/plan.js';

const inputs: Inputs = {
  source: { folder: 'out/image' },
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
  expect(planPush({ ...inputs, ...given }, '/workspace').sentence).toBe(sentence);
});

test('a folder is meant from the workspace, and a tag once', () => {
  const tags = [parseTag('a'), parseTag('b'), parseTag('a')];
  const source = { folder: 'out/image', refName: '1.4.0' };

  const plan = planPush({ ...inputs, tags, source }, '/workspace');

  expect(plan).toMatchObject({
    folder: '/workspace/out/image',
    layout: { refName: '1.4.0' },
    push: { tags: ['a', 'b'], tagPolicy: 'fail', isDryRun: false },
  });
  expect(planPush({ ...inputs, source: { folder: '/abs' } }, '/workspace').folder).toBe('/abs');
});
