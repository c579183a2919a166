import { describe, expect, test } from '@jest/globals';
import { copyCases, type CaseKey } from './cases.js';
import { judgeCase } from './limits.js';
import { summarise, type CaseRuns, type CopyRun } from './summary.js';

const counts = {
  blob: 10,
  manifest: 4,
  referrers: 1,
  tags: 0,
  other: 1,
  bytes: 80_000_000,
  throttled: 0,
};

function createRun(run: Partial<CopyRun>): CopyRun {
  return {
    tool: 'ours',
    wallMs: 100,
    peakBytes: 60_000_000,
    counts,
    outcome: 'complete',
    ...run,
  };
}

function createCase(runs: readonly CopyRun[], latencyMs = 20, key: CaseKey = 'c'): CaseRuns {
  const copyCase = copyCases.find((each) => each.key === key);
  if (copyCase === undefined) throw new Error(`no case ${key}`);
  return { copyCase, latencyMs, manifests: 1, runs };
}

/** The limit of one thing, and how much of it is used. */
function judge(runs: CaseRuns, what: string): unknown {
  const found = judgeCase(runs).find(({ name }) => name.endsWith(`, ${what}`));
  return found === undefined ? undefined : [found.ours, found.limit, found.ratio];
}

describe('a limit comes from the best of those that delivered', () => {
  const crane = createRun({ tool: 'crane', wallMs: 80, counts: { ...counts, manifest: 3 } });
  const oras = createRun({ tool: 'oras', wallMs: 90, counts: { ...counts, blob: 8 } });

  test.each([
    ['time', [100, 80, 1.25]],
    ['blob requests', [10, 8, 1.25]],
    ['manifest requests', [5, 6, 0.833]], // crane is the fastest
    ['bytes', [80_000_000, 80_065_536, 0.999]],
    ['memory', [60_000_000, 150_000_000, 0.4]],
    ['runs that did not deliver', [0, 0, 0]],
  ])('%s', (what, expected) => {
    expect(judge(createCase([createRun({}), crane, oras]), what)).toEqual(expected);
  });

  test('without latency the start of Node is in the limit of time', () => {
    expect(judge(createCase([createRun({}), crane], 0), 'time')).toEqual([100, 380, 0.263]);
  });

  test('one that failed sets none', () => {
    const failed = createRun({ tool: 'crane', wallMs: 1, outcome: 'failed: no' });

    const runs = createCase([createRun({}), failed, oras]);

    expect(judge(runs, 'time')).toEqual([100, 90, 1.111]);
  });

  test('where nobody delivered, only delivery and memory are judged', () => {
    const failed = createRun({ tool: 'crane', outcome: 'failed: no' });

    const judged = judgeCase(createCase([createRun({ outcome: 'failed: no' }), failed], 80, 'g'));

    expect(judged.map(({ name, ratio }) => [name, ratio])).toEqual([
      ['g, 80 ms, runs that did not deliver', 2],
      ['g, 80 ms, memory', 0.4],
    ]);
  });

  test('the large image is about memory', () => {
    const runs = createCase([createRun({ peakBytes: 180_000_000 }), oras], 0, 'memory');

    expect(judge(runs, 'time')).toBeUndefined();
    expect(judge(runs, 'memory')).toEqual([180_000_000, 150_000_000, 1.2]);
  });
});

describe('a peer that delivered in most of its runs', () => {
  const slow = createRun({ tool: 'oras', wallMs: 300 });
  const brokenOff = createRun({ tool: 'oras', wallMs: 5, outcome: 'failed: too many requests' });

  test('counts by these', () => {
    const slower = { ...slow, wallMs: 400 };

    const [summary] = summarise(createCase([slow, brokenOff, slower]));

    expect(summary).toMatchObject({
      wallMs: 350,
      delivers: true,
      arrived: 'failed: too many requests (1 of 3)',
    });
  });

  test('is not one that delivered in half of them', () => {
    expect(summarise(createCase([slow, brokenOff]))).toMatchObject([{ delivers: false }]);
  });
});

test('ours counts by all of its runs', () => {
  const early = createRun({ wallMs: 10, outcome: 'failed: no' });

  const [summary] = summarise(createCase([createRun({}), createRun({ wallMs: 60 }), early]));

  expect(summary).toMatchObject({ wallMs: 60, arrived: 'failed: no (1 of 3)' });
});
