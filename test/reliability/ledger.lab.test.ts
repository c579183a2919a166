import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { prepareTestRegistries } from '@slipway/lab/test-registry';
import { describeFailure, playSequences } from './ledger.js';
import { openLedgerStage, type LedgerStage } from './ledger-stage.js';

const sampleSeed = 7000;
const sampleTrials = 12;

let stage: LedgerStage;

beforeAll(async () => {
  await prepareTestRegistries(() => undefined);
  stage = await openLedgerStage();
}, 1_500_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

/** A fixed sample of `npm run reliability -- ledger`. */
test(`${sampleTrials} sequences of several writers, with kills, pauses and takeovers`, async () => {
  const failures: string[] = [];

  const tally = await playSequences(stage, sampleSeed, sampleTrials, (sequence, result) => {
    failures.push(...describeFailure(sequence, result));
  });

  expect(failures).toEqual([]);
  expect(tally.played).toBe(sampleTrials);
  expect(tally.ends.length).toBeGreaterThan(5);
  expect(tally.transitions).toBeGreaterThan(20);
  expect(tally.acknowledged).toBeGreaterThan(50);
}, 300_000);

test('a seed is one sequence, and another seed another', () => {
  const [one, again, other] = [7, 7, 8].map((seed) => JSON.stringify(stage.makeSequence(seed)));

  expect(again).toBe(one);
  expect(other).not.toBe(one);
});
