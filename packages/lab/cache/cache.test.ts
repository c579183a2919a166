import { expect, test } from '@jest/globals';
import { cacheFolder, computeKey } from './index.js';

test('a key tells apart what only differs in where one part ends', () => {
  const keys = [['ab', 'c'], ['a', 'bc'], ['abc']].map(computeKey);

  expect(new Set(keys).size).toBe(3);
});

test.each([
  ['LAB_CACHE', { LAB_CACHE: '/c', HOME: '/h' }, '/c'],
  ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/slipway-lab'],
  ['the home folder', { HOME: '/h' }, '/h/.cache/slipway-lab'],
])('%s decides where programs are kept', (_name, environment, expected) => {
  expect(cacheFolder(environment)).toBe(expected);
});
