import { describe, expect, test } from '@jest/globals';
import { parseContentRange, parseUploadRange } from './range-header.js';

describe('parseContentRange', () => {
  test.each([
    ['bytes 0-0/1', { start: 0, end: 0, size: 1 }],
    ['bytes 5-9/10', { start: 5, end: 9, size: 10 }],
    ['Bytes 5-9/*', { start: 5, end: 9 }],
    [' bytes 5-9/10 ', { start: 5, end: 9, size: 10 }],
    [
      'bytes 0-9007199254740990/9007199254740991',
      { start: 0, end: 2 ** 53 - 2, size: 2 ** 53 - 1 },
    ],
  ])('%s', (header, expected) => {
    expect(parseContentRange(header)).toEqual(expected);
  });

  test.each([
    undefined,
    '',
    'bytes */10',
    'bytes 9-5/10',
    'bytes 5-10/10',
    'bytes 5-9',
    'bytes=5-9/10',
    'items 5-9/10',
    'bytes -9/10',
    'bytes 5.0-9/10',
    'bytes 5-9/10, bytes 1-2/10',
    'bytes 0-9007199254740993/9007199254740995',
    `bytes 0-${'9'.repeat(100)}/*`,
  ])('is not %s', (header) => {
    expect(parseContentRange(header)).toBeUndefined();
  });
});

describe('parseUploadRange counts the bytes that a registry has', () => {
  test.each([
    ['0-1023', 1024],
    ['bytes=0-1023', 1024],
    ['0-1', 2],
    ['0-0', 0],
    [' 0-9 ', 10],
  ])('%s', (header, expected) => {
    expect(parseUploadRange(header)).toBe(expected);
  });

  test.each([undefined, '', '5-9', '0-', '-5', '0-9/10', '0--1', '0-1e3', `0-${'9'.repeat(16)}`])(
    'none in %s',
    (header) => {
      expect(parseUploadRange(header)).toBeUndefined();
    },
  );
});
