import { expect, test } from '@jest/globals';
import { listProblems, readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';

test('all that is wrong is told at once', () => {
  const problems = listProblems(readInputs, {
    service: 'Orders',
    environment: 'test',
    namespace: 'shop',
    image: 'registry.example.com/team/orders:1.0.0',
    to: 'previous',
    timeout: '10',
    'dry-run': 'yes',
    scope: 'system',
  });

  expect(problems.map(({ subject, given }) => [subject, given])).toEqual([
    ['service', 'Orders'],
    ['image', 'registry.example.com/team/orders:1.0.0'],
    ['to', 'previous'],
    ['reason', undefined],
    ['timeout', '10'],
    ['dry-run', 'yes'],
    ['scope', undefined],
  ]);
});

test.each(['last-known-good', '1.4.0', '1.4.0-rc.1', `sha256:${'a'.repeat(64)}`])(
  'goes back to %s',
  (to) => {
    const inputs = readWith(readInputs, {
      service: 'orders',
      environment: 'test',
      namespace: 'shop',
      image: 'registry.example.com/team/orders',
      reason: 'prices are wrong',
      to,
    });

    expect(inputs).toMatchObject({ to, reason: 'prices are wrong', dryRun: false });
  },
);
