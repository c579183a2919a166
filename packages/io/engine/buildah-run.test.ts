import { expect, test } from '@jest/globals';
import { findObstacle } from './buildah-run.js';

test.each([
  [
    'a program that is not there',
    [
      'error running container: from /usr/bin/runc creating container for [nope]: time="2026-11-28T17:45:50Z" level=error msg="runc create failed: unable to start container process: exec: \\"nope\\": executable file not found in $PATH"',
      ': exit status 1',
    ],
    'exec: "nope": executable file not found in $PATH',
  ],
  [
    'another runtime’s words',
    ['error running container: crun: no'],
    'error running container: crun: no',
  ],
  ['a test that failed', ['1 failed', 'Error: while running runtime: exit status 3'], undefined],
])('%s', (_name, lines, reason) => {
  expect(findObstacle(lines)).toBe(reason);
});
