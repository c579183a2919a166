import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRandom } from '@slipway/testing/random';
import {
  openFaultStage,
  runFaultTrial,
  sampleCases,
  type FaultStage,
} from '@slipway/testing/registry-faults';

/** All cases: `npm run reliability -- registry-faults`. */
const seed = 5;
let stage: FaultStage;

beforeAll(async () => {
  stage = await openFaultStage();
});

afterAll(() => stage.close());

test.each(sampleCases(createRandom(seed)))('$name', async (faultCase) => {
  const { problems } = await runFaultTrial(faultCase, stage);

  expect(problems).toEqual([]);
});
