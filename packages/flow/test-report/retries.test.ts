import { describe, expect, test } from '@jest/globals';
import { readTestReports, type TestResults } from './index.js';

const read = (text: string, path = 'reports/junit.xml'): TestResults =>
  readTestReports([{ path, bytes: Buffer.from(text) }]);

/** [tests, failures, skipped, flaky] */
function countOf({ tests, failures, skipped, flaky }: TestResults): readonly number[] {
  return [tests, failures, skipped, flaky.length];
}

const javaTrace = `java.lang.AssertionError: expected:&lt;3&gt; but was:&lt;4&gt;
	at org.junit.Assert.fail(Assert.java:89)
	at java.base/java.util.ArrayList.forEach(ArrayList.java:1596)
	at shop.money.Total.of(Total.java:7)
	at shop.money.TotalTest.adds(TotalTest.java:58)`;

describe('a test that was tried again is one case', () => {
  const gotestsum = (cases: string, attributes = ''): string =>
    `<testsuites><testsuite name="shop" ${attributes}><properties><property name="go.version" value="go1.26"/></properties>${cases}</testsuite></testsuites>`;
  const failed = '<testcase name="a" classname="c"><failure message="no"/></testcase>';
  const passed = '<testcase name="a" classname="c"/>';
  const skipped = '<testcase name="a" classname="c"><skipped/></testcase>';
  const goRun = ['run', 'pass']
    .map((action) => `${JSON.stringify({ Action: action, Package: 'shop', Test: 'TestA' })}\n`)
    .concat(`${JSON.stringify({ Action: 'pass', Package: 'shop' })}\n`)
    .join('');
  const another = '<testcase name="b" classname="c"/>';

  test.each<[string, string, readonly number[]]>([
    [
      'Surefire, passed at last',
      '<testsuite><testcase name="a"><flakyFailure message="no"><stackTrace>x</stackTrace></flakyFailure><flakyError message="oh"/></testcase></testsuite>',
      [1, 0, 0, 1],
    ],
    [
      'Surefire, never passed',
      '<testsuite><testcase name="a"><failure message="no"/><rerunFailure message="no"/></testcase></testsuite>',
      [1, 1, 0, 0],
    ],
    [
      'reruns that say of nothing else that it failed',
      '<testsuite><testcase name="a"><rerunError message="no"/></testcase></testsuite>',
      [1, 1, 0, 0],
    ],
    ['gotestsum, passed at last', gotestsum(`${failed}${failed}${passed}`), [1, 0, 0, 1]],
    ['gotestsum, never passed', gotestsum(`${failed}${failed}`), [1, 1, 0, 0]],
    [
      'gotestsum, failed and then skipped',
      gotestsum(`${failed}${skipped}${another}`),
      [2, 1, 0, 0],
    ],
    [
      'gotestsum, failed, passed and then skipped',
      gotestsum(`${failed}${passed}${skipped}${another}`),
      [2, 0, 0, 1],
    ],
    [
      'gotestsum, passed and then skipped',
      gotestsum(`${passed}${skipped}${another}`),
      [2, 0, 1, 0],
    ],
    [
      'pytest, failed and then skipped',
      `<testsuites><testsuite name="pytest">${failed}${skipped}${another}</testsuite></testsuites>`,
      [2, 1, 0, 0],
    ],
    ['gotestsum of -count=2: it passed twice', gotestsum(`${passed}${passed}`), [1, 0, 0, 0]],
    [
      'gotestsum of -count=3: it failed once, and is flaky',
      gotestsum(`${failed}${passed}${passed}`),
      [1, 0, 0, 1],
    ],
    ['gotestsum, skipped and then passed', gotestsum(`${skipped}${passed}`), [1, 0, 0, 0]],
    [
      'pytest, skipped and then passed',
      `<testsuites><testsuite name="pytest">${skipped}${passed}</testsuite></testsuites>`,
      [1, 0, 0, 0],
    ],
    [
      'pytest, whose failed try says nothing, and then was skipped',
      `<testsuites><testsuite name="pytest">${passed}${skipped}${another}</testsuite></testsuites>`,
      [2, 1, 0, 0],
    ],
    ['go test -json, twice in one file, passed both times', `${goRun}${goRun}`, [1, 0, 0, 0]],
    [
      'go-junit-report of -count=2: it never tries again',
      gotestsum(`${failed}${passed}`, 'id="0"'),
      [2, 1, 0, 0],
    ],
    [
      'pytest, passed at last',
      `<testsuites><testsuite name="pytest">${failed}${passed}</testsuite></testsuites>`,
      [1, 0, 0, 1],
    ],
    [
      'pytest, whose failed tries say nothing',
      `<testsuites><testsuite name="pytest">${passed}${passed}</testsuite></testsuites>`,
      [1, 0, 0, 1],
    ],
    [
      'pytest, never passed',
      `<testsuites><testsuite name="pytest">${passed}${failed}</testsuite></testsuites>`,
      [1, 1, 0, 0],
    ],
    [
      'pytest, failed and then could not be torn down',
      `<testsuites><testsuite name="pytest">${failed}<testcase name="a" classname="c"><error message="oh"/></testcase></testsuite></testsuites>`,
      [1, 1, 0, 0],
    ],
    [
      'of any other tool: each is a case',
      `<testsuites><testsuite name="s">${failed}${passed}</testsuite></testsuites>`,
      [2, 1, 0, 0],
    ],
    [
      'two runs of pytest in one report: a pass of one takes back no failure of the other',
      `<testsuites><testsuite name="pytest" hostname="a">${failed}</testsuite><testsuite name="pytest" hostname="b">${passed}</testsuite></testsuites>`,
      [2, 1, 0, 0],
    ],
    [
      'two runs of pytest in one report, which both passed',
      `<testsuites><testsuite name="pytest">${passed}</testsuite><testsuite name="pytest">${passed}</testsuite></testsuites>`,
      [2, 0, 0, 0],
    ],
    [
      'two runs of pytest, each in a group of suites of its own',
      `<testsuites><testsuite name="py"><testsuite name="pytest">${failed}</testsuite></testsuite><testsuite name="py"><testsuite name="pytest">${passed}</testsuite></testsuite></testsuites>`,
      [2, 1, 0, 0],
    ],
    [
      'two suites of gotestsum of one name',
      gotestsum(failed).replace('</testsuites>', gotestsum(passed).slice('<testsuites>'.length)),
      [2, 1, 0, 0],
    ],
    [
      'the same name of two suites of gotestsum',
      gotestsum(failed).replace(
        '</testsuites>',
        gotestsum(passed).replace('name="shop"', 'name="other"').slice('<testsuites>'.length),
      ),
      [2, 1, 0, 0],
    ],
  ])('%s', (_name, text, expected) => {
    expect(countOf(read(text))).toEqual(expected);
  });

  describe('a name is what the tool wrote, not what is shown of it', () => {
    const pytest = (...cases: readonly string[]): string =>
      `<testsuites><testsuite name="pytest">${cases.join('')}</testsuite></testsuites>`;
    const nameCase = (name: string, body = ''): string =>
      `<testcase name="${name}" classname="c">${body}</testcase>`;
    const long = 'x'.repeat(300);
    const failure = '<failure message="no"/>';

    test.each<[string, string, readonly number[]]>([
      [
        'names that differ after 300 characters',
        pytest(nameCase(`${long}1`, failure), nameCase(`${long}2`)),
        [2, 1, 0, 0],
      ],
      [
        'names that differ in white space',
        pytest(nameCase('a[x y]', failure), nameCase('a[x  y]')),
        [2, 1, 0, 0],
      ],
      [
        'a class that the name begins with',
        pytest(nameCase('cd', failure), '<testcase name="cd" classname=""/>'),
        [2, 1, 0, 0],
      ],
      [
        'a long one that was tried again',
        pytest(nameCase(`${long}1`, failure), nameCase(`${long}1`)),
        [1, 0, 0, 1],
      ],
    ])('%s', (_name, text, expected) => {
      expect(countOf(read(text))).toEqual(expected);
    });
  });

  test('a flaky one is named with what its failed try said, and where', () => {
    const { flaky } = read(
      `<testsuite><testcase name="adds" classname="shop.money.TotalTest"><flakyFailure message="too slow"><stackTrace>${javaTrace}</stackTrace></flakyFailure></testcase></testsuite>`,
    );

    expect(flaky).toEqual([
      {
        name: 'shop.money.TotalTest › adds',
        message: 'too slow',
        file: 'shop/money/TotalTest.java',
        line: 58,
      },
    ]);
  });

  describe('Bazel keeps earlier tries beside the last', () => {
    const inSuite = (name: string, cases: string): string =>
      `<testsuite name="${name}">${cases}</testsuite>`;
    const long = 'x'.repeat(300);
    const nameCase = (name: string, body = ''): string =>
      `<testcase name="${name}" classname="c">${body}</testcase>`;

    test.each<[string, Readonly<Record<string, string>>, readonly number[]]>([
      [
        'of each target for itself, in their order',
        {
          'shop/test.xml': passed,
          'shop/test_attempts/attempt_2.xml': passed,
          'shop/test_attempts/attempt_1.xml': failed,
          'other/test.xml': failed,
        },
        [2, 1, 0, 1],
      ],
      [
        'cases of one name in a report stay cases',
        {
          'shop/test_attempts/attempt_1.xml': `${failed}${failed}`,
          'shop/test.xml': `${failed}${failed}`,
        },
        [2, 2, 0, 0],
      ],
      [
        'of which each is the try of its like',
        {
          'shop/test_attempts/attempt_1.xml': `${failed}${failed}`,
          'shop/test.xml': `${failed}${passed}`,
        },
        [2, 1, 0, 1],
      ],
      [
        'cases of one name in two suites',
        {
          'shop/test_attempts/attempt_1.xml': `${inSuite('one', failed)}${inSuite('two', failed)}`,
          'shop/test.xml': `${inSuite('two', passed)}${inSuite('one', failed)}`,
        },
        [2, 1, 0, 1],
      ],
      [
        'cases whose shown names are the same',
        {
          'shop/test_attempts/attempt_1.xml': nameCase(`${long}1`, '<failure message="no"/>'),
          'shop/test.xml': `${nameCase(`${long}2`)}${nameCase(`${long}1`)}`,
        },
        [2, 0, 0, 1],
      ],
      [
        'one that failed and then was skipped',
        {
          'shop/test_attempts/attempt_1.xml': failed,
          'shop/test.xml': `${skipped}${another}`,
        },
        [2, 1, 0, 0],
      ],
      [
        'one that passed each time is not flaky',
        {
          'shop/test_attempts/attempt_1.xml': `${failed}${another}`,
          'shop/test.xml': `${passed}${another}`,
        },
        [2, 0, 0, 1],
      ],
      [
        'nor is one of pytest',
        {
          'shop/test_attempts/attempt_1.xml': inSuite('pytest', `${failed}${another}`),
          'shop/test.xml': inSuite('pytest', `${passed}${another}`),
        },
        [2, 0, 0, 1],
      ],
      [
        'one that pytest tried again within the first of them is flaky',
        {
          'shop/test_attempts/attempt_1.xml': inSuite('pytest', `${passed}${passed}${another}`),
          'shop/test.xml': inSuite('pytest', `${passed}${another}`),
        },
        [2, 0, 0, 1],
      ],
      [
        'what failed and is not in the last has failed',
        { 'shop/test_attempts/attempt_1.xml': `${failed}${another}`, 'shop/test.xml': another },
        [2, 1, 0, 0],
      ],
    ])('%s', (_name, reports, expected) => {
      const files = Object.entries(reports).map(([path, cases]) => ({
        path: `testlogs/${path}`,
        bytes: Buffer.from(`<testsuites>${inSuite('s', cases)}</testsuites>`),
      }));

      expect(countOf(readTestReports(files))).toEqual(expected);
    });
  });
});
