import { createRandom } from '../random/index.js';
import { createChooser, type Chooser } from './mutation.js';

const sampleSeed = 5;
const sampleTrials = 500;

/**
 * Tries a property again and again: a fixed sample in `npm test`, and as often as
 * `npm run reliability -- parsers` says (`SLIPWAY_FUZZ_SEED`, `SLIPWAY_FUZZ_TRIALS`). The error of a trial that
 * fails begins with the seed and the number that show it again.
 *
 * @param weight how many trials count as one, for what is slower or quicker than the rest
 * @param attempt throws when the property does not hold
 */
export async function forEachTrial(
  attempt: (choose: Chooser) => void | Promise<void>,
  weight = 1,
): Promise<void> {
  const seed = Number(process.env['SLIPWAY_FUZZ_SEED'] ?? sampleSeed);
  const trials = Number(process.env['SLIPWAY_FUZZ_TRIALS'] ?? sampleTrials);
  for (let trial = 0; trial < Math.max(1, trials * weight); trial += 1) {
    try {
      await attempt(createChooser(createRandom(seed * 1_000_003 + trial)));
    } catch (error) {
      throw new Error(`seed ${seed}, trial ${trial}: ${String(error)}`, { cause: error });
    }
  }
}
