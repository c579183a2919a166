import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { joinTestResults, readTestReports, type TestResults } from './index.js';

const path = 'reports/junit.xml';
const read = (text: string): TestResults => readTestReports([{ path, bytes: Buffer.from(text) }]);
const suite = (cases: string): string =>
  `<?xml version="1.0"?><testsuites tests="99" failures="7"><testsuite name="s" tests="99">${cases}</testsuite></testsuites>`;

function errorOf(...texts: readonly string[]): SlipwayError {
  try {
    readTestReports(
      texts.map((text, index) => ({ path: `reports/${index}.xml`, bytes: Buffer.from(text) })),
    );
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('cases are counted, not what the report claims', () => {
  test.each([
    [
      'passed, failed, skipped',
      '<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><skipped/></testcase>',
      [3, 1, 1],
    ],
    [
      'several outcomes: the worst, once',
      '<testcase name="a"><skipped/><error/><failure/></testcase>',
      [1, 1, 0],
    ],
    ['a name twice is two cases', '<testcase name="a"/><testcase name="a"/>', [2, 0, 0]],
    [
      'suites in suites',
      '<testsuite name="t"><testsuite><testcase name="a"/></testsuite></testsuite><testcase name="b"/>',
      [2, 0, 0],
    ],
    [
      'a suite that could not start',
      '<testcase name="a"/><testsuite name="t"><error message="no such module"/></testsuite>',
      [2, 1, 0],
    ],
    [
      'output that looks like a failure',
      '<testcase name="a"><system-out>&lt;failure/></system-out></testcase>',
      [1, 0, 0],
    ],
    [
      'a comment that looks like a case',
      '<testcase name="a"/><!-- <testcase name="b"><failure/></testcase> -->',
      [1, 0, 0],
    ],
  ])('%s', (_name, cases, expected) => {
    const { tests, failures, skipped } = read(suite(cases));

    expect([tests, failures, skipped]).toEqual(expected);
  });

  test('of all reports together', () => {
    const bytes = Buffer.from(suite('<testcase name="a"/>'));

    expect(
      readTestReports([
        { path: 'a.xml', bytes },
        { path: 'b.xml', bytes },
      ]).tests,
    ).toBe(2);
  });

  test('an empty suite beside others says nothing', () => {
    const files = [
      { path: 'a.xml', bytes: Buffer.from(suite('<testcase name="a"/>')) },
      { path: 'b.xml', bytes: Buffer.from('<testsuites/>') },
    ];

    expect(readTestReports(files).tests).toBe(1);
  });
});

describe('what tools write', () => {
  test('pytest: class, message and place', () => {
    const { failed } = read(
      '<testsuites><testsuite name="pytest"><testcase classname="tests.test_total.TestTotal" name="test_sum" time="0.002">' +
        '<failure message="AssertionError: assert 3 == 4&#10;  +  where 3 = total()">self = &lt;x&gt;\n\n&gt;  assert 3 == 4\nE  AssertionError\n\ntests/test_total.py:12: AssertionError</failure>' +
        '</testcase></testsuite></testsuites>',
    );

    expect(failed).toEqual([
      {
        name: 'tests.test_total.TestTotal › test_sum',
        message: 'AssertionError: assert 3 == 4',
        file: 'tests/test_total.py',
        line: 12,
      },
    ]);
  });

  test('Python’s unittest: the innermost frame', () => {
    const { failed } = read(
      suite(
        '<testcase classname="test_total" name="test_sum"><error message="boom"><![CDATA[Traceback (most recent call last):\n  File "/app/test_total.py", line 7, in test_sum\n  File "/app/total.py", line 3, in total\n  File "/usr/lib/python3.11/json.py", line 9, in load\nValueError: boom]]></error></testcase>',
      ),
    );

    expect(failed).toEqual([
      { name: 'test_total › test_sum', message: 'boom', file: '/app/total.py', line: 3 },
    ]);
  });

  test('Node’s own reporter: the suite for a name, the file of the case', () => {
    const { failed } = read(
      '<testsuites><testsuite name="total"><testcase name="adds" classname="test" file="/app/test/total.test.js" time="0.01">' +
        '<failure type="testCodeFailure" message="3 !== 4">[Error: x\n at assert (node:assert:1:1)\n at /app/node_modules/x/i.js:1:1\n at total (/app/src/total.js:3:1)\n at TestContext.&lt;anonymous&gt; (file:///app/test/total.test.js:12:5)]</failure></testcase></testsuite></testsuites>',
    );

    expect(failed).toEqual([
      { name: 'total › adds', message: '3 !== 4', file: '/app/test/total.test.js', line: 12 },
    ]);
  });

  test('go-junit-report and colours: the first line that says something', () => {
    const { failed } = read(
      suite(
        '<testcase classname="shop/money" name="TestSum"><failure message=""><![CDATA[\n    \u001b[31mmoney_test.go:12: got 3\u001b[0m]]></failure></testcase>',
      ),
    );

    expect(failed).toEqual([
      {
        name: 'shop/money › TestSum',
        message: 'money_test.go:12: got 3',
        file: 'shop/money/money_test.go',
        line: 12,
      },
    ]);
  });

  test('a failure without a word, and a case without a name', () => {
    expect(read('<testsuite><testcase><failure/></testcase></testsuite>').failed).toEqual([
      { name: 'a test without a name', message: 'failed without a word' },
    ]);
  });

  test('references are decoded once, and not in CDATA', () => {
    const { failed } = read(
      suite(
        '<testcase name="&lt;b&gt; &#65;&#x42; &amp;lt; R&amp;D"><failure><![CDATA[1 &lt; 2]]></failure></testcase>',
      ),
    );

    expect(failed).toEqual([{ name: '<b> AB &lt; R&D', message: '1 &lt; 2' }]);
  });

  test('the slowest five', () => {
    const times = ['0.1', '1,000.5', '3', 'NaN', '2', '0.5', '4'];
    const cases = times.map((time, index) => `<testcase name="t${index}" time="${time}"/>`);

    expect(read(suite(cases.join(''))).slowest).toEqual([
      { name: 't1', seconds: 1000.5 },
      { name: 't6', seconds: 4 },
      { name: 't2', seconds: 3 },
      { name: 't4', seconds: 2 },
      { name: 't5', seconds: 0.5 },
    ]);
  });
});

describe('what is no report is never taken for success', () => {
  test.each([
    ['nothing', '', 'an empty file'],
    ['a page', '<!DOCTYPE html>\n<html><body>42 passed</body></html>', 'an HTML page'],
    ['other XML', '<coverage/>', 'XML that begins with coverage'],
    ['text', '42 passed', 'ill-formed XML (line 1: non-whitespace before first tag)'],
    [
      'a report that was cut off',
      '<testsuite><testcase name="a"/>',
      'ill-formed XML (line 1: unclosed root tag)',
    ],
    [
      'words after the report',
      '<testsuite><testcase name="a"/></testsuite>\nKilled',
      'ill-formed XML (line 2: text data outside of root node)',
    ],
    [
      'a bare ampersand',
      '<testsuite><testcase name="R&D"/></testsuite>',
      'ill-formed XML (line 1: invalid character in entity name)',
    ],
    [
      'suites without end',
      `${'<testsuite>'.repeat(500)}${'</testsuite>'.repeat(500)}`,
      'XML that is nested deeper than 100 elements',
    ],
    ['a declaration and no more', '<?xml version="1.0"?>', 'XML without an element'],
    [
      'an entity of its own',
      '<?xml version="1.0"?><!-- x --><!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&x;"/></testsuite>',
      'XML with a document type',
    ],
    [
      'a document type in the middle',
      '<testsuite><!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testcase name="a"/></testsuite>',
      'ill-formed XML (line 1: inappropriately located doctype declaration)',
    ],
  ])('%s', (_name, text, given) => {
    const error = errorOf(text, suite('<testcase name="a"/>'));

    expect(error.code).toBe('test-report-invalid');
    expect(error.message).toBe('a test report cannot be read');
    expect(error.problems).toEqual([
      {
        subject: 'reports/0.xml',
        given,
        expected:
          'a JUnit report, XML that begins with testsuites or testsuite, or the output of go test -json',
        fix: 'Look at what the test tool writes there, and how it is told to write JUnit XML.',
      },
    ]);
  });

  test('all that cannot be read at once', () => {
    const error = errorOf('', 'text');

    expect(error.message).toBe('2 test reports cannot be read');
    expect(error.problems.map(({ subject }) => subject)).toEqual([
      'reports/0.xml',
      'reports/1.xml',
    ]);
  });

  test.each([
    ['no report', [], 'no test ran: there is no test report'],
    ['no case', ['<testsuites tests="12"/>'], 'no test ran: reports/0.xml has no test case'],
    [
      'no case in two',
      ['<testsuites/>', '<testsuite/>'],
      'no test ran: reports/0.xml, reports/1.xml have no test case',
    ],
    [
      'all skipped',
      [suite('<testcase name="a"><skipped/></testcase><testcase name="b"><skipped/></testcase>')],
      'no test ran: all 2 tests were skipped (reports/0.xml)',
    ],
  ])('%s', (_name, texts, message) => {
    const error = errorOf(...texts);

    expect(error.code).toBe('test-report-invalid');
    expect(error.message).toBe(message);
  });
});

test('joinTestResults: counts add up, and the slowest of all are chosen', () => {
  const one = read(suite('<testcase name="a" time="1"/><testcase name="b"><skipped/></testcase>'));
  const other = read(suite('<testcase name="c" time="2"><failure message="no"/></testcase>'));

  expect(joinTestResults([one, other])).toEqual({
    tests: 3,
    failures: 1,
    skipped: 1,
    failed: [{ name: 'c', message: 'no' }],
    flaky: [],
    slowest: [
      { name: 'c', seconds: 2 },
      { name: 'a', seconds: 1 },
    ],
  });
});

describe('a link in the place of a report', () => {
  const bytes = Buffer.from('<testsuite><testcase name="a"/></testsuite>');
  const report = { path: 'reports/junit-1.xml', bytes };

  test('is refused by its name, also beside a report that passes', () => {
    const link = { path: 'reports/latest.xml', linksTo: '/app/out.xml' };

    expect(() => readTestReports([report, link])).toThrow(
      expect.objectContaining({
        code: 'test-report-invalid',
        problems: [
          expect.objectContaining({
            subject: 'reports/latest.xml',
            given: 'a link, which is not followed, to /app/out.xml',
          }),
        ],
      }),
    );
  });

  test('is nothing new where it leads to a report that is read', () => {
    const link = { path: 'reports/latest.xml', linksTo: 'junit-1.xml' };

    expect(readTestReports([report, link]).tests).toBe(1);
  });
});

describe('what is masked is hidden before anything is cut', () => {
  const secret = 'x'.repeat(500);
  const redact = (text: string): string => text.replaceAll(secret, '***');
  const failure = `<failure message="b ${secret} c">at a.js:1</failure>`;
  const xml = `<testsuite><testcase name="a ${secret}" time="1">${failure}</testcase><testcase name="flaky" classname="${secret}" time="2"><flakyFailure message="d ${secret}"/></testcase></testsuite>`;

  test('in names and messages', () => {
    const files = [{ path: 'reports/junit.xml', bytes: Buffer.from(xml) }];

    const { failed, flaky, slowest } = readTestReports(files, redact);

    expect(failed).toMatchObject([{ name: 'a ***', message: 'b *** c' }]);
    expect(flaky).toMatchObject([{ name: '*** › flaky', message: 'd ***' }]);
    expect(slowest.map(({ name }) => name)).toEqual(['*** › flaky', 'a ***']);
  });

  test('and what is long is cut', () => {
    const files = [{ path: 'reports/junit.xml', bytes: Buffer.from(xml) }];

    const { failed } = readTestReports(files);

    expect(failed).toMatchObject([
      { name: `a ${'x'.repeat(298)}…`, message: `b ${'x'.repeat(398)}…` },
    ]);
  });
});
