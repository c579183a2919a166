import { describe, expect, test } from '@jest/globals';
import { readTestReports } from './index.js';
import { findTestLocation } from './test-location.js';

/** Of a text of this length; what was quadratic took a hundred times as long. */
const length = 60_000;
const longestMs = 1_000;
const fill = (part: string): string => part.repeat(Math.ceil(length / part.length));

describe('no text takes long', () => {
  const measure = (work: () => unknown): number => {
    const startedMs = performance.now();
    work();
    return performance.now() - startedMs;
  };

  test.each([
    ['letters', fill('a')],
    ['folders', fill('a/')],
    ['dots', fill('a.')],
    ['tildes', fill('a~')],
    ['blank lines', fill('\n')],
    ['separators of lines', fill('\u2028')],
    ['spaces', fill(' ')],
    ['frames of .NET that never end', fill(' in a.b')],
    ['short lines of them', fill(`${' in a.b'.repeat(100)}\n`)],
    ['frames of Java that never end', fill('\n at a.b.c')],
  ])('to search: %s', (_name, text) => {
    expect(measure(() => findTestLocation(text))).toBeLessThan(longestMs);
  });

  test('to read: a report of blank lines', () => {
    const bytes = Buffer.from(`x${fill('\n')}x`);

    const took = measure(() => {
      expect(() => readTestReports([{ path: 'reports/junit.xml', bytes }])).toThrow();
    });

    expect(took).toBeLessThan(longestMs);
  });
});

test.each([
  ['a line that nobody wrote for people is passed over', `${'a.js:1 '.repeat(200)}\nb.js:2`],
  ['a name with a tilde is whole', 'at lib~new/b.js:2'],
])('%s', (_name, text) => {
  expect(findTestLocation(text)).toMatchObject({ line: 2 });
});
