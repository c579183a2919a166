import { expect, test } from '@jest/globals';
import type { VersionResult } from './cases.js';
import { judgeResults } from './limits.js';

function result(
  question: VersionResult['question'],
  tool: VersionResult['tool'],
  wallMs: number,
  peakBytes: number,
): VersionResult {
  return { question, tool, wallMs, peakBytes };
}

test('we are held against git, the best peer, and ourselves', () => {
  const judged = judgeResults([
    result('one', 'ours', 180, 90),
    result('one', 'git', 40, 10),
    result('one', 'semantic-release', 900, 120),
    result('one', 'conventional-recommended-bump', 600, 60),
    result('oldest', 'ours', 1000, 100),
    result('oldest', 'git', 1000, 200),
    result('all', 'ours', 1500, 100),
  ]);

  expect(judged.map(({ name, limit, ratio }) => [name, limit, ratio])).toEqual([
    ['one, time beside git', 360, 0.5],
    ['one, time', 600, 0.3],
    ['oldest, time beside git', 1800, 0.556],
    ['all, time beside one', 2000, 0.75],
  ]);
  expect(judged[1]?.peers).toEqual({
    'semantic-release': 900,
    'conventional-recommended-bump': 600,
  });
});
