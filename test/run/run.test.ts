import { describe, expect, test } from '@jest/globals';
import { parseArguments } from './arguments.js';
import { parseJestReport, type SuiteReport } from './jest-report.js';
import { addUp, formatTotals } from './totals.js';

function suiteOf(...states: readonly ('passed' | 'failed' | 'skipped')[]): SuiteReport {
  const tests = states.map((state) => ({ name: 'x', state, failures: ['Error: 1 is not 2'] }));
  return { path: 'a.test.ts', durationMs: 1, tests };
}

const leftOut =
  'PartLeftOutError: the lab does without cluster:test: it was left out by --without cluster:test or LAB_WITHOUT';

describe('the totals', () => {
  test.each([
    ['nothing', [], '0 passed, 0 failed'],
    [
      'all suites',
      [suiteOf('passed', 'failed'), suiteOf('passed', 'skipped')],
      '2 passed, 1 failed, 1 skipped',
    ],
    [
      'a suite that could not be loaded',
      [suiteOf('passed'), { path: 'b', durationMs: 0, tests: [], loadFailure: 'SyntaxError' }],
      '1 passed, 1 failed',
    ],
    [
      'a test whose part was left out',
      [
        {
          path: 'b',
          durationMs: 0,
          tests: [{ name: 'x', state: 'failed' as const, failures: [leftOut, 'TypeError'] }],
        },
      ],
      '0 passed, 0 failed, 1 skipped',
    ],
    [
      'a suite whose part was left out',
      [{ path: 'b', durationMs: 0, tests: [], loadFailure: leftOut }],
      '0 passed, 0 failed, 1 skipped',
    ],
  ])('%s', (_name, suites, line) => {
    expect(formatTotals(addUp(suites, { isNarrowedByName: false }))).toBe(line);
  });

  test('tests that a name did not ask for are not skipped', () => {
    const totals = addUp([suiteOf('passed', 'skipped')], { isNarrowedByName: true });

    expect(formatTotals(totals)).toBe('1 passed, 0 failed');
  });

  test('say which part was missed, and how often', () => {
    const suite = { path: 'b', durationMs: 0, tests: [], loadFailure: leftOut };

    const { withoutPart } = addUp([suite, suite], { isNarrowedByName: false });

    expect([...withoutPart]).toEqual([['cluster:test', 2]]);
  });
});

describe('the command line', () => {
  test.each([
    ['nothing', [], { leftOut: [] }],
    ['a pattern', ['io/registry'], { leftOut: [], pattern: 'io/registry' }],
    ['two patterns', ['a', 'b'], { leftOut: [], pattern: 'a|b' }],
    [
      'parts left out',
      ['--without', 'cluster:test', 'a', '--without', 'registry:production'],
      { leftOut: ['cluster:test', 'registry:production'], pattern: 'a' },
    ],
  ])('%s', (_name, argv, expected) => {
    expect(parseArguments(argv)).toEqual(expected);
  });

  test('parts may be left out by the environment too', () => {
    const { leftOut } = parseArguments(
      ['--without', 'cluster:test'],
      'cluster:a, registry:candidates',
    );

    expect(leftOut).toEqual(['cluster:a', 'registry:candidates', 'cluster:test']);
  });

  test.each([
    ['an option', ['--watch'], '--watch is no option: expected a pattern, or --without <part>'],
    ['a part that does not exist', ['--without', 'moon'], 'moon is no part of the lab'],
    ['no part', ['--without'], 'nothing is no part of the lab'],
  ])('refuses %s', (_name, argv, message) => {
    expect(() => parseArguments(argv)).toThrow(message);
  });
});

describe('the report of jest', () => {
  test('becomes suites', () => {
    const assertion = { fullName: 'a b', status: 'pending', failureMessages: [] };
    const suite = { name: '/a', startTime: 5, endTime: 9, message: '', status: 'passed' };

    const suites = parseJestReport(
      JSON.stringify({
        testResults: [
          { ...suite, assertionResults: [assertion] },
          { ...suite, status: 'failed', message: 'SyntaxError', assertionResults: [] },
        ],
      }),
    );

    expect(suites).toEqual([
      {
        path: '/a',
        durationMs: 4,
        tests: [{ name: 'a b', state: 'skipped', failures: [] }],
      },
      { path: '/a', durationMs: 4, tests: [], loadFailure: 'SyntaxError' },
    ]);
  });

  test.each(['{}', '[]', '{"testResults": [null]}'])('%s is none', (text) => {
    expect(() => parseJestReport(text)).toThrow('not a report of jest');
  });
});
