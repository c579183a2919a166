import { expect, test } from '@jest/globals';
import { listPlaces } from './test-places.js';

const stage = { workdir: '/app', folder: 'services/orders', workspace: '/w' };

test.each([
  ['of a stage', '/app/test/a.js', stage, ['services/orders/test/a.js']],
  ['relative', './test/a.js', stage, ['services/orders/test/a.js', 'test/a.js']],
  ['in the shared workspace', '/w/libs/a.js', stage, ['libs/a.js']],
  ['of somewhere else', '/usr/lib/a.js', stage, []],
  ['that leaves the workspace', '../../../../etc/passwd', stage, []],
  ['of a whole repository', 'a.js', { ...stage, folder: '.' }, ['a.js']],
  [
    'in a container that works in /',
    '/test/a.js',
    { ...stage, workdir: '/' },
    ['services/orders/test/a.js'],
  ],
])('%s', (_name, file, roots, places) => {
  expect(listPlaces(file, roots)).toEqual(places);
});
