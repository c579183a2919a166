import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { answerCase, createGitBench } from '@slipway/testing/git';
import { versionCases } from '@slipway/testing/version-cases';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

jest.setTimeout(60_000); // git is started some twenty times

const bench = createGitBench({ readInputs, run, report });
afterAll(() => bench.clear());

describe.each(versionCases)('%s', (_theme, cases) => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    const { version, level, tags, changelog } = each;

    expect(await answerCase(bench, each)).toEqual({ version, level, tags, changelog });
  });
});
