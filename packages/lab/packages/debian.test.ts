import { expect, test } from '@jest/globals';
import { findMissing } from './debian.js';
import { findProgram } from './index.js';

test.each([
  ['everything is there', () => true, []],
  ['one program of a package is not', (thing: string) => thing !== 'ctr', ['containerd']],
  ['nothing is there', () => false, ['containerd', 'runc']],
])('what to install when %s', (_name, isThere, expected) => {
  const missing = findMissing(['containerd', 'runc'], isThere);

  expect(missing).toEqual(expected);
});

test('findProgram looks where root looks, too', () => {
  const [shell, none] = [findProgram('sh', ''), findProgram('no-such-program', '')];

  expect(shell).toBe('/usr/bin/sh');
  expect(none).toBeUndefined();
});
