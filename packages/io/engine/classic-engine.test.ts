import { expect, test } from '@jest/globals';
import { explainClassicFailure } from './classic-engine.js';

test.each([
  [
    'a step that failed',
    [
      'Step 2/2 : RUN make',
      ' ---> Running in 1f0c',
      '\u001b[91mno rule\u001b[0m',
      "The command '/bin/sh -c make' returned a non-zero code: 2",
      '\u001b[0m',
    ],
    "The command '/bin/sh -c make' returned a non-zero code: 2",
  ],
  [
    'an image that is not there',
    ['Step 1/2 : FROM nope', 'pull access denied for nope'],
    'pull access denied for nope',
  ],
])('%s', (_name, lines, reason) => {
  const failure = explainClassicFailure(lines);

  expect(failure.reason).toBe(reason);
  expect(failure.lines.join('')).not.toContain('\u001b');
});
