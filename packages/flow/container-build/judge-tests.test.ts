import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { judgeTests, type EndedStage } from './judge-tests.js';

const good = '<testsuite><testcase name="a"/><testcase name="b"/></testsuite>';
const bad =
  '<testsuite><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite>';
const absent = new SlipwayError('test-report-invalid', 'there is no report');

function judge(
  change: Partial<EndedStage>,
  text?: string,
  redact = (line: string): string => line,
): ReturnType<typeof judgeTests> {
  const stage = {
    what: 'stage test',
    isTest: true,
    exitCode: 0,
    isOutOfMemory: false,
    lines: ['the last line', ''],
    absent,
    ...(text === undefined
      ? {}
      : { reports: [{ path: 'reports/junit.xml', bytes: Buffer.from(text) }] }),
    ...change,
  };
  return judgeTests(stage, redact);
}

describe('all is well', () => {
  test('when the exit code and the reports agree', () => {
    const { results, failure } = judge({}, good);

    expect(results?.tests).toBe(2);
    expect(failure).toBeUndefined();
  });

  test('when a command ended well and nobody asked for reports', () => {
    expect(judge({ isTest: false })).toEqual({});
  });
});

describe('a failure', () => {
  test.each<[string, Partial<EndedStage>, string | undefined, string, string]>([
    ['failed tests', { exitCode: 1 }, bad, 'tests-failed', '1 of 2 tests failed in the stage test'],
    [
      'failed tests that the exit code hides',
      {},
      bad,
      'tests-failed',
      '1 of 2 tests failed in the stage test, although it ended with exit code 0',
    ],
    [
      'an exit code that no test explains',
      { exitCode: 7 },
      good,
      'tests-failed',
      'the stage test ended with exit code 7, although none of its 2 tests failed',
    ],
    [
      'nothing but an exit code',
      { exitCode: 1, reports: [] },
      undefined,
      'tests-failed',
      'the stage test ended with exit code 1, and it left no test report that can be read',
    ],
    [
      'a report that broke off',
      { exitCode: 137, isOutOfMemory: true },
      '<testsuite>',
      'tests-failed',
      'the stage test was ended because its memory was used up, and it left no test report that can be read',
    ],
    [
      'no report of a success',
      { reports: [] },
      undefined,
      'test-report-invalid',
      'there is no report',
    ],
    [
      'no test',
      {},
      '<testsuites/>',
      'test-report-invalid',
      'no test ran: reports/junit.xml has no test case',
    ],
    [
      'a command that is no test',
      { isTest: false, what: 'run in node:24', exitCode: 2 },
      undefined,
      'build-failed',
      'the run in node:24 ended with exit code 2',
    ],
    [
      'failed tests of such a command',
      { isTest: false, what: 'run in node:24', exitCode: 2 },
      bad,
      'tests-failed',
      '1 of 2 tests failed in the run in node:24',
    ],
  ])('%s', (_name, change, text, code, message) => {
    const { failure } = judge(change, text);

    expect(failure?.error.code).toBe(code);
    expect(failure?.error.message).toBe(message);
    expect(failure?.lines).toEqual(['the last line']);
  });
});

test('what is masked is hidden in lines, and in what they say of a failed test', () => {
  const secret = 's'.repeat(500);
  const text =
    '<testsuite><testcase name="pays" classname="shop"><failure/></testcase></testsuite>';
  const lines = [`thread 'shop::pays' panicked at src/shop.rs:4:5:`, `no ${secret}`];

  const { results, failure } = judge({ exitCode: 101, lines }, text, (line) =>
    line.replaceAll(secret, '***'),
  );

  expect(results?.failed).toMatchObject([{ message: 'no ***', file: 'src/shop.rs' }]);
  expect(failure?.lines).toEqual([lines[0], 'no ***']);
});
