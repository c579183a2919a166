import { describe, expect, test } from '@jest/globals';
import { SlipwayError, describeError, invalidInput } from './index.js';

describe('describeError', () => {
  test.each([
    ['a plain error', new Error('no answer'), 'no answer'],
    [
      'a cause',
      new Error('no answer', { cause: new Error('ECONNREFUSED') }),
      'no answer: ECONNREFUSED',
    ],
    ['a cause that is already told', new Error('a: b', { cause: new Error('b') }), 'a: b'],
    ['an error without words', new TypeError(''), 'TypeError'],
    ['not an error at all', 'text', 'text'],
  ])('%s', (_name, thrown, sentence) => {
    expect(describeError(thrown)).toBe(sentence);
  });
});

describe('invalidInput', () => {
  test('counts the problems and keeps them all', () => {
    const error = invalidInput([
      { subject: 'a', expected: 'x' },
      { subject: 'b', expected: 'y' },
    ]);

    expect(error).toBeInstanceOf(SlipwayError);
    expect(error.code).toBe('invalid-input');
    expect(error.message).toBe('2 problems in what was given; nothing was changed');
    expect(error.problems.map((problem) => problem.subject)).toEqual(['a', 'b']);
  });
});
