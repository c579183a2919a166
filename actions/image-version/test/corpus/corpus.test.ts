import { afterAll, describe, expect, test } from '@jest/globals';
import { answerCase, createGitBench, type HistoryCase } from '@slipway/testing/git';
import { readInputs } from '../../src/inputs.js';
import { report } from '../../src/report.js';
import { run } from '../../src/run.js';
import { mergeCases } from './merges.js';
import { messageCases } from './messages.js';
import { pathCases } from './paths.js';
import { placeCases } from './places.js';
import { tagCases } from './tags.js';

const bench = createGitBench({ readInputs, run, report });
afterAll(() => bench.clear());

const themes: readonly (readonly [string, readonly HistoryCase[]])[] = [
  ['messages', messageCases],
  ['merges', mergeCases],
  ['tags', tagCases],
  ['paths', pathCases],
  ['places', placeCases],
];

describe.each(themes)('%s', (_theme, cases) => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    const { version, level, tags, changelog } = each;

    expect(await answerCase(bench, each)).toEqual({ version, level, tags, changelog });
  });
});
