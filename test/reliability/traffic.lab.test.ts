import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  chapters,
  openTrafficStage,
  slipwaySide,
  type TrafficStage,
} from '@slipway/testing/traffic';
import { playSide } from './traffic.js';

let stage: TrafficStage;

beforeAll(async () => {
  stage = await openTrafficStage(() => undefined);
}, 300_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

/** A part of `npm run reliability -- traffic`. */
test('nobody who calls notices a good release, nor one that does not start and is taken back', async () => {
  const played = await playSide(stage, 'sample', slipwaySide, chapters.slice(0, 2));

  expect(played.map(({ ended, seen }) => ({ ended, failures: seen.failures }))).toEqual([
    { ended: 'succeeded', failures: [] },
    { ended: 'rolled-back', failures: [] },
  ]);
  for (const { seen } of played) expect(seen.requests).toBeGreaterThan(100);
}, 180_000);
