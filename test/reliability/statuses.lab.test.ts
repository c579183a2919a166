import { beforeAll, expect, test } from '@jest/globals';
import { parseManifests } from '@slipway/core/manifest';
import { ensureProgram } from '@slipway/lab/build';
import { createRandom } from '@slipway/testing/random';
import { statusRows } from '@slipway/testing/rollout';
import { makeStatusObject } from './status-corpus.js';
import { statusDifferences } from './status-differences.js';
import { compareStatuses } from './statuses.js';

beforeAll(async () => {
  await ensureProgram('status-oracle', () => undefined); // a build must not count against a test's time
}, 900_000);

test('the objects that were written by hand are judged as kstatus and kubectl do, or with a reason', async () => {
  const objects = statusRows.flatMap(([, yaml]) => parseManifests(yaml, 'status.yaml'));

  const { unexplained, known } = await compareStatuses(objects);

  expect(unexplained).toEqual([]);
  expect(known).toEqual({ kstatus: statusRows.length, kubectl: expect.any(Number) });
});

/** A fixed sample of `npm run reliability -- statuses`. */
test('20000 random objects are judged as kstatus and kubectl do, or with a reason', async () => {
  const random = createRandom(5);
  const objects = Array.from({ length: 20_000 }, () => makeStatusObject(random));

  const { unexplained, agreed, meant } = await compareStatuses(objects);

  expect(unexplained).toEqual([]);
  expect(agreed.kstatus).toBeGreaterThan(14_000);
  expect(agreed.kubectl).toBeGreaterThan(3500);
  // a reason that is never needed is wrong or no longer true
  expect(statusDifferences.map(({ name }) => name).filter((name) => !meant.has(name))).toEqual([]);
}, 300_000);
