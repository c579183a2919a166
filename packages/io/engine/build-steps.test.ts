import { expect, test } from '@jest/globals';
import { listSteps } from './build-steps.js';

test('the containers of a build’s steps are those that were not there before', () => {
  const names = ['busybox-working-container', 'busybox-working-container-1', 'node-24', 'db', ''];

  expect(listSteps(names, ['busybox-working-container', 'db'])).toEqual([
    'busybox-working-container-1',
  ]);
});
