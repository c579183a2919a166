import { describe, expect, test } from '@jest/globals';
import { readTestReports, type TestResults } from './index.js';

const read = (text: string, path = 'reports/junit.xml'): TestResults =>
  readTestReports([{ path, bytes: Buffer.from(text) }]);

/** [tests, failures, skipped, flaky] */
function countOf({ tests, failures, skipped, flaky }: TestResults): readonly number[] {
  return [tests, failures, skipped, flaky.length];
}

describe('go test -json', () => {
  const event = (action: string, name = '', fields: object = {}): string =>
    JSON.stringify({
      Action: action,
      Package: 'example.com/shop',
      ...(name === '' ? {} : { Test: name }),
      ...fields,
    });
  const output = (text: string, name = ''): string =>
    event('output', name, { Output: `${text}\n` });

  test.each<[string, readonly string[], readonly number[]]>([
    [
      'passed, skipped',
      [event('run', 'A'), event('pass', 'A'), event('skip', 'B'), event('pass')],
      [2, 0, 1, 0],
    ],
    [
      'a subtest and its parent',
      [event('run', 'A'), event('fail', 'A/b'), event('fail', 'A'), event('fail')],
      [2, 2, 0, 0],
    ],
    [
      'a later run of the package',
      [event('fail', 'A'), event('pass', 'B'), event('fail'), event('pass', 'A'), event('pass')],
      [2, 0, 0, 1],
    ],
    ['one round of several', [event('fail', 'A'), event('pass', 'A'), event('fail')], [1, 1, 0, 0]],
    ['a test that did not end', [event('pass', 'A'), event('run', 'B')], [2, 1, 0, 0]],
    ['a package that did not end', [event('start'), event('pass', 'A')], [2, 1, 0, 0]],
    ['a package that failed by itself', [event('pass', 'A'), event('fail')], [2, 1, 0, 0]],
    [
      'a package that could not be built, and no word of its tests',
      [
        event('pass', 'A'),
        event('pass'),
        '{"ImportPath":"b","Action":"build-output","Output":"b.go:1: boom\\n"}',
        '{"ImportPath":"b","Action":"build-fail"}',
      ],
      [2, 1, 0, 0],
    ],
    [
      'one that its package names',
      [
        event('pass', 'A'),
        '{"ImportPath":"dep","Action":"build-fail"}',
        event('fail', '', { FailedBuild: 'dep' }),
      ],
      [2, 1, 0, 0],
    ],
    [
      'one of which go before 1.24 says it in a line of its own',
      [event('pass', 'A'), event('pass'), 'FAIL\tb [build failed]', 'FAIL\tc [setup failed]\r'],
      [3, 2, 0, 0],
    ],
    [
      'one of which both are said is one',
      [
        event('pass', 'A'),
        event('pass'),
        'FAIL\tb [build failed]',
        '{"ImportPath":"b [b.test]","Action":"build-fail"}',
        '{"Action":"fail","Package":"b","FailedBuild":"b [b.test]"}',
      ],
      [2, 1, 0, 0],
    ],
    [
      'a benchmark, of which go does not say that it ended',
      [event('run', 'BenchmarkA'), event('run', 'BenchmarkA/b'), event('pass')],
      [2, 0, 0, 0],
    ],
    [
      'a benchmark with words of its own',
      [event('run', 'BenchmarkA'), event('bench', 'BenchmarkA'), event('pass')],
      [1, 0, 0, 0],
    ],
    [
      'a benchmark of a package that failed',
      [event('run', 'BenchmarkA'), event('fail')],
      [1, 1, 0, 0],
    ],
    [
      'a test that did not end in a package that passed',
      [event('run', 'TestA'), event('pass')],
      [1, 1, 0, 0],
    ],
    [
      'words of go beside it',
      ['go: downloading x v1.0.0', event('pass', 'A'), event('pass'), ''],
      [1, 0, 0, 0],
    ],
    [
      'a package without tests beside others',
      [event('pass', 'A'), event('pass'), '{"Action":"skip","Package":"p"}'],
      [1, 0, 0, 0],
    ],
  ])('%s', (_name, lines, expected) => {
    expect(countOf(read(lines.join('\n'), 'tests.json'))).toEqual(expected);
  });

  test('a parent says that a subtest of it failed, however deep', () => {
    const names = ['A/b/c', 'A/b', 'A', 'AB'];
    const lines = [...names.map((name) => event('fail', name)), event('fail')];

    const { failed } = read(lines.join('\n'), 'tests.json');

    expect(failed.map(({ message }) => message)).toEqual([
      'failed without a word',
      'a subtest of it failed',
      'a subtest of it failed',
      'failed without a word',
    ]);
  });

  test('thousands of subtests take no thousand times as long', () => {
    const names = Array.from({ length: 20_000 }, (_each, index) => `A/${'x'.repeat(40)}${index}`);
    const lines = [...names.map((name) => event('pass', name)), event('pass')];
    const startedMs = performance.now();

    const { tests } = read(lines.join('\n'), 'tests.json');

    expect(tests).toBe(20_000);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test('what a failed test said, and where', () => {
    const lines = [
      ...[event('run', 'TestSum'), output('=== RUN   TestSum', 'TestSum')],
      ...[
        output('    money_test.go:12: got 3', 'TestSum'),
        output('--- FAIL: TestSum (0.20s)', 'TestSum'),
      ],
      event('fail', 'TestSum', { Elapsed: 0.2 }),
      event('fail'),
    ];

    expect(read(lines.join('\n'), 'tests.json')).toMatchObject({
      failed: [
        {
          name: 'example.com/shop › TestSum',
          message: 'money_test.go:12: got 3',
          file: 'example.com/shop/money_test.go',
          line: 12,
        },
      ],
      slowest: [{ name: 'example.com/shop › TestSum', seconds: 0.2 }],
    });
  });

  test('a package that does not compile says what its compiler said', () => {
    const built = { ImportPath: 'example.com/shop [example.com/shop.test]' };
    const lines = [
      JSON.stringify({ ...built, Action: 'build-output', Output: '# example.com/shop\n' }),
      JSON.stringify({
        ...built,
        Action: 'build-output',
        Output: './money.go:3:9: undefined: x\n',
      }),
      JSON.stringify({ ...built, Action: 'build-fail' }),
      output('FAIL\texample.com/shop [build failed]'),
      event('fail', '', { FailedBuild: built.ImportPath }),
    ];

    expect(read(lines.join('\n'), 'tests.json').failed).toEqual([
      {
        name: 'example.com/shop',
        message: './money.go:3:9: undefined: x',
        file: './money.go',
        line: 3,
      },
    ]);
  });

  test('what could not be built says what its compiler said', () => {
    const built = { ImportPath: 'b [b.test]' };
    const lines = [
      ...[event('pass', 'A'), event('pass')],
      JSON.stringify({ ...built, Action: 'build-output', Output: '# b\nb/b.go:3:9: boom\n' }),
      JSON.stringify({ ...built, Action: 'build-fail' }),
      'FAIL\tc [setup failed]',
    ];

    expect(read(lines.join('\n'), 'tests.json').failed).toEqual([
      { name: 'b', message: 'b/b.go:3:9: boom', file: 'b/b.go', line: 3 },
      { name: 'c', message: 'setup failed' },
    ]);
  });

  test.each([
    ['that breaks off', `${event('pass', 'A')}\n{"Action":"fa`],
    ['of another tool', '{"numTotalTests": 3, "success": true}'],
  ])('JSON %s is refused', (_name, text) => {
    expect(() => read(text, 'tests.json')).toThrow('a test report cannot be read');
  });
});
