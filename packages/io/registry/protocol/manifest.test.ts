import { describe, expect, test } from '@jest/globals';
import { computeDigest } from './manifest.js';

describe('computeDigest', () => {
  test.each([
    ['sha256', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'],
    [
      'sha512',
      '27c74670adb75075fad058d5ceaf7b20c4e7786c83bae8a32f626f9782af34c9a33c2046ef60fd2a7878d378e29fec851806bbd9a67878f3a9f1cda4830763fd',
    ],
  ] as const)('%s of the empty JSON', (algorithm, hex) => {
    expect(computeDigest(Buffer.from('{}'), algorithm)).toBe(`${algorithm}:${hex}`);
  });
});
