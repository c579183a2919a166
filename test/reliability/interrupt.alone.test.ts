import { beforeAll, describe, expect, test } from '@jest/globals';
import { assertOwnParts } from '@slipway/lab/parts';
import { interruptDemo } from './interrupt.js';

beforeAll(assertOwnParts);

/** A fixed sample of `npm run reliability -- interrupt`. */
describe('an interrupted demo leaves nothing', () => {
  test.each([
    ['while its parts start', 3000],
    ['while containers build and test', 32_000],
  ])(
    '%s',
    async (_name, afterMs) => {
      const { left, ending, running, tail } = await interruptDemo(afterMs);

      expect({ left, tail: left.length === 0 ? '' : tail }).toEqual({ left: [], tail: '' });
      expect(ending).toBeDefined();
      expect(running).toBeGreaterThan(0);
    },
    180_000,
  );
});
