import { expect, test } from '@jest/globals';
import { isAbandoned, uniqueName, type Viewpoint } from './owner.js';

const own = uniqueName();
const nowSeconds = 0x6931f2c0;
/** Only process 4711 runs there. */
const here: Viewpoint = {
  scope: '5d41402a',
  nowSeconds,
  startOf: (processId) => (processId === '4711' ? '8675309' : undefined),
};
const running = 'slipway-5d41402a-4711-8675309-6931f2c01f0c2b7e';
const day = 24 * 60 * 60;
const aged = (days: number, start: string): string =>
  `${start}-${(nowSeconds - days * day).toString(16)}1f0c2b7e`;

test('a name is legal for an image and a Compose project, and comes once', () => {
  expect(own).toMatch(/^[a-z0-9][a-z0-9-]+$/);
  expect(own.length).toBeLessThan(60);
  expect(uniqueName()).not.toBe(own);
});

test('what this process made is its own', () => {
  expect(isAbandoned(own)).toBe(false);
  expect(isAbandoned(own.replace(/-\d+-(?=[\da-f]{16}$)/, '-1-'))).toBe(true);
});

test.each([
  ['of a process that runs', running, false],
  ['of a container of its project', `${running}-db-1`, false],
  ['of a process that had the same number', running.replace('8675309', '1'), true],
  ['of a process that is gone', running.replace('4711', '4712'), true],
  ['the network of its project', `${running.replace('4711', '4712')}_default`, true],
  ['the container of its builder', `buildx_buildkit_${running.replace('4711', '4712')}0`, true],
  ['the builder of one that runs', `buildx_buildkit_${running}0_state`, false],
  ['an image of podman', `localhost/${running.replace('4711', '4712')}:latest`, true],
  ['of a container with the same host name', aged(6, 'slipway-00000000-4712-1'), false],
  ['of another scope, older than any run', aged(8, 'slipway-00000000-4712-1'), true],
  ['of a machine that tells no start of a process', aged(6, 'slipway-5d41402a-4712-0'), false],
  ['of such a machine, and old', aged(8, 'slipway-5d41402a-4712-0'), true],
  ['old, of a process that runs', aged(8, 'slipway-5d41402a-4711-8675309'), false],
  ['of somebody else', 'slipway-demo-registry', false],
  ['a cache', 'slipway-cache-npm-0123456789abcdef', false],
])('%s', (_name, name, expected) => {
  expect(isAbandoned(name, here)).toBe(expected);
});
