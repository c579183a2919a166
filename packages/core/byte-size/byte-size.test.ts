import { expect, test } from '@jest/globals';
import { formatBytes } from './index.js';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [12_345_678, '12.3 MB'],
  [999_600, '1.0 MB'],
  [150_000_000, '150 MB'],
  [2_000_000_000_000_000, '2000 TB'],
])('writes %d bytes', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
