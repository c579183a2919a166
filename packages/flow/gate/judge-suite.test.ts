import { describe, expect, test } from '@jest/globals';
import { judgeSuite, type SuiteEnd } from './judge-suite.js';

const ended = (exitCode: number): SuiteEnd => ({ kind: 'ended', exitCode });
const log = (text: string) => [{ container: 'suite', text }];
const passed = '<testsuite><testcase name="a"/></testsuite>';
const failed =
  '<testsuite><testcase name="a"/><testcase name="b"><failure message="503"/></testcase></testsuite>';

describe('three outcomes and no mixture', () => {
  test.each([
    ['a report without a failure', ended(0), passed, 'passed'],
    ['no report, exit code 0', ended(0), 'ok', 'passed'],
    ['a failed test', ended(1), failed, 'failed'],
    ['a failed test, although it says 0', ended(0), failed, 'failed'],
    ['no report, another exit code', ended(1), 'boom', 'errored'],
    ['no failure, but an exit code', ended(2), passed, 'errored'],
    ['no test', ended(0), '<testsuites/>', 'errored'],
    [
      'only skipped tests',
      ended(0),
      '<testsuite><testcase><skipped/></testcase></testsuite>',
      'errored',
    ],
    ['half a report', ended(0), '<testsuite><testcase/>', 'errored'],
    ['no report that can be read', ended(0), '<testsuite><testcase></testsuite>', 'errored'],
    ['no end, although a test failed', broken(), failed, 'errored'],
  ])('%s', (_name, end, text, expected) => {
    const verdict = judgeSuite(end, log(text));

    expect(verdict.state).toBe(expected);
    expect(verdict.state === 'passed' ? 'passed' : verdict.failure.code).toBe(
      expected === 'passed' ? 'passed' : `integration-${expected}`,
    );
  });
});

function broken(): SuiteEnd {
  return { kind: 'broken', sentence: 'it did not end within 5 s', fix: 'Raise it.' };
}

describe('what is told', () => {
  test.each([
    ['tests that failed', ended(1), failed, '1 of 2 integration tests failed: b (503)'],
    [
      'more of them than one wants to read',
      ended(1),
      `<testsuite>${'<testcase name="x"><error message="e"/></testcase>'.repeat(7)}</testsuite>`,
      '7 of 7 integration tests failed: x (e), x (e), x (e), x (e), x (e) and 2 more',
    ],
    ['no end', broken(), '', 'the integration suite could not answer: it did not end within 5 s'],
    [
      'an exit code',
      ended(7),
      'boom',
      'the integration suite could not answer: it ended with exit code 7 and printed no JUnit report, so it is not known whether a test failed',
    ],
    [
      'an exit code beside tests that passed',
      ended(2),
      passed,
      'the integration suite could not answer: its report has no failure, but it ended with exit code 2',
    ],
    [
      'no test',
      ended(0),
      '<testsuites/>',
      'the integration suite could not answer: no test ran: the report of container suite has no test case',
    ],
    [
      'half a report',
      ended(0),
      '<testsuite>',
      'the integration suite could not answer: the report in the log of container suite is not whole',
    ],
  ])('%s', (_name, end, text, expected) => {
    const verdict = judgeSuite(end, log(text));

    expect(verdict.state === 'passed' ? undefined : verdict.failure.message).toBe(expected);
  });

  test('what looks like a secret is in no sentence and no log', () => {
    const report =
      '<testsuite><testcase name="a"><failure message="password=hunter2 refused"/></testcase></testsuite>';

    const verdict = judgeSuite(ended(1), log(`token: hunter2\n${report}`));

    expect(JSON.stringify([verdict.logs, verdict.results])).not.toContain('hunter2');
    expect(verdict.state === 'failed' && verdict.failure.message).toBe(
      '1 of 1 integration tests failed: a (password=<redacted> refused)',
    );
  });

  test('reports of several containers count together', () => {
    const logs = [...log(passed), { container: 'more', text: failed }];

    expect(judgeSuite(ended(1), logs).results).toMatchObject({ tests: 3, failures: 1 });
  });
});
