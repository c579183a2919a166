import { expect, test } from '@jest/globals';
import { tryParsePulledMerge } from './index.js';

test.each([
  ["Merge branch 'main' of github.com:shop/orders", 'main', 'github.com:shop/orders'],
  [
    "Merge branch 'main' of https://x/shop/orders into main\n\nbody",
    'main',
    'https://x/shop/orders',
  ],
  ["Merge branch 'release/a/1.4.x' into next", 'release/a/1.4.x', undefined],
  ["Merge branch 'main'", 'main', undefined],
  ["Merge remote-tracking branch 'origin/main'", 'main', undefined],
  ["Merge remote-tracking branch 'origin/feature/x' into HEAD", 'feature/x', undefined],
])('git wrote %j: it merges %s, from %s', (message, branch, from) => {
  expect(tryParsePulledMerge(message)).toEqual({ branch, ...(from === undefined ? {} : { from }) });
});

test.each([
  ["Merge branch 'main' into 'main'"],
  ["Merge branches 'main' and 'next'"],
  ['Merge pull request #7 from shop/main'],
  ["Merge branch 'main' again"],
  ["fix: Merge branch 'main'"],
  ["Merge tag 'v1.0.0'"],
  [''],
])('%j says nothing of the kind', (message) => {
  expect(tryParsePulledMerge(message)).toBeUndefined();
});
