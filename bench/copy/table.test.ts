import { describe, expect, test } from '@jest/globals';
import { formatJudgement } from '../report/index.js';
import { copyCases } from './cases.js';
import { judgeCase } from './limits.js';
import { describeFailure } from './run-case.js';
import type { CaseRuns, CopyRun } from './summary.js';
import { formatTable } from './table.js';

const counts = { blob: 5, manifest: 3, referrers: 1, tags: 0, other: 1, bytes: 1234, throttled: 0 };
const ours: CopyRun = {
  tool: 'ours',
  wallMs: 120.4,
  peakBytes: 60_000_000,
  counts,
  outcome: 'complete',
};
const crane: CopyRun = { ...ours, tool: 'crane', wallMs: 100, peakBytes: 13_000_000 };
const oras: CopyRun = {
  ...ours,
  tool: 'oras',
  outcome: 'failed: PUT "http://127.0.0.1:4711/v2/a": a|b',
};

function createCase(runs: readonly CopyRun[]): readonly CaseRuns[] {
  return copyCases
    .filter(({ key }) => key === 'a')
    .map((copyCase) => ({ copyCase, latencyMs: 20, manifests: 1, runs }));
}

test('the table has a row for each tool and one for the limits, in columns', () => {
  expect(formatTable(createCase([ours, crane, oras])).split('\n')).toEqual([
    '| case     | by    |    ms | blob | manifest | listing | other | MB moved | MB memory | arrived                    |',
    '| -------- | ----- | ----: | ---: | -------: | ------: | ----: | -------: | --------: | -------------------------- |',
    '| a, 20 ms | ours  |   120 |    5 |        3 |       1 |     1 |    0.001 |      60.0 | complete                   |',
    '| a, 20 ms | crane |   100 |    5 |        3 |       1 |     1 |    0.001 |      13.0 | complete                   |',
    '| a, 20 ms | oras  |   120 |    5 |        3 |       1 |     1 |    0.001 |      60.0 | failed: PUT … a/b (1 of 1) |',
    '| a, 20 ms | limit | ≤ 100 |  ≤ 5 |      ≤ 6 |         |       |  ≤ 0.067 |   ≤ 150.0 | not met: time 1.2          |',
  ]);
});

test('the last line is one line of JSON, with the worst ratio', () => {
  const line = formatJudgement('copy', createCase([ours, crane]).flatMap(judgeCase));

  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toMatchObject({
    bench: 'copy',
    worst: 1.204,
    cases: expect.arrayContaining([
      { name: 'a, 20 ms, time', ours: 120.4, peers: { crane: 100 }, limit: 100, ratio: 1.204 },
    ]),
  });
});

describe('what a tool says last is why it failed', () => {
  const failed = { exitCode: 1, isTimedOut: false, stderr: 'copying…\nit broke\n' };

  test.each([
    ['its last line', failed, 'failed: it broke'],
    [
      'the message of a line of log',
      { ...failed, stderr: 'time="2026" level=fatal msg="writing blob: no"\n' },
      'failed: writing blob: no',
    ],
    ['its exit code', { ...failed, stderr: '' }, 'failed: exit code 1'],
    ['nothing, in time', { ...failed, isTimedOut: true }, 'failed: did not end in time'],
    ['and it did not', { ...failed, exitCode: 0 }, undefined],
  ])('%s', (_name, measured, expected) => {
    expect(describeFailure(measured)).toBe(expected);
  });
});
