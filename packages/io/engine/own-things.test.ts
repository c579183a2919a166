import { hostname } from 'node:os';
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { isAbandoned, uniqueName } from './own-things.js';

const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const own = uniqueName();
const since = own.split('-')[3] ?? '';

test('a name is legal for an image and a Compose project, and comes once', () => {
  expect(own).toMatch(/^[a-z0-9][a-z0-9-]+$/);
  expect(uniqueName()).not.toBe(own);
});

test.each([
  ['of this process', own, false],
  ['of a container of its project', `${own}-db-1`, false],
  ['of a process that had the same number', own.replace(`-${since}-`, '-1-'), true],
  ['of a process that is gone', `slipway-${machine}-999999999-5-0a1b2c3d_default`, true],
  ['of another machine', 'slipway-00000000-999999999-5-0a1b2c3d', false],
  ['of somebody else', 'slipway-demo-registry', false],
])('%s', (_name, name, expected) => {
  expect(isAbandoned(name)).toBe(expected);
});
