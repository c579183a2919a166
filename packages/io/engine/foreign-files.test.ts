import { expect, test } from '@jest/globals';
import { listChanged, type ForeignFiles } from './foreign-files.js';

const file = (id: bigint, trace: string, isHidden = false) => ({ id, trace, isHidden });
const before: ForeignFiles = new Map([
  ['w/old', file(1n, 'as it was')],
  ['w/changed', file(2n, 'as it was')],
  ['w/closed', file(3n, 'as it was', true)],
  ['w/replaced', file(4n, 'as it was', true)],
]);

test('what was made or changed is, and nothing else that others have there', () => {
  const after: ForeignFiles = new Map([
    ['w/old', file(1n, 'as it was')],
    ['w/changed', file(2n, 'another')],
    ['w/made', file(5n, 'new')],
    ['w/made/in it', file(6n, 'new')],
  ]);

  expect(listChanged(before, after)).toEqual({
    files: ['w/changed', 'w/made', 'w/made/in it'],
    hidden: [],
  });
});

test('of a folder that cannot be looked into only a new one is', () => {
  const after: ForeignFiles = new Map([
    ['w/closed', file(3n, 'another', true)],
    ['w/replaced', file(7n, 'new', true)],
  ]);

  expect(listChanged(before, after)).toEqual({ files: [], hidden: ['w/replaced'] });
});
