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

describe('where a failed test is, in the words of its tool', () => {
  test.each<[string, string, string, string, number | undefined]>([
    [
      'Surefire and Gradle: the frame of the test’s own class',
      `<testsuite name="shop.money.TotalTest"><testcase name="adds" classname="shop.money.TotalTest" time="0.6"><failure message="expected:&lt;3&gt; but was:&lt;4&gt;" type="java.lang.AssertionError">${javaTrace}</failure></testcase></testsuite>`,
      'expected:<3> but was:<4>',
      'shop/money/TotalTest.java',
      58,
    ],
    [
      'a class that is not in the trace: the first frame that is not of a framework',
      `<testsuite name="all"><testcase name="adds" classname="all tests"><failure message="no">${javaTrace}</failure></testcase></testsuite>`,
      'no',
      'shop/money/Total.java',
      7,
    ],
    [
      'Kotest on a module path',
      '<testsuite name="shop.TotalSpec"><testcase name="adds" classname="shop.TotalSpec"><failure message="3 should be 4">io.kotest.assertions.AssertionFailedError\n\tat app//shop.TotalSpec$1.invokeSuspend(TotalSpec.kt:9)</failure></testcase></testsuite>',
      '3 should be 4',
      'shop/TotalSpec.kt',
      9,
    ],
    [
      'gotestsum: not its own headings',
      '<testsuites><testsuite name="example.com/shop/money"><properties><property name="go.version" value="go1.26"/></properties><testcase classname="example.com/shop/money" name="TestSum"><failure message="Failed" type="">=== RUN   TestSum&#xA;    money_test.go:12: got 3&#xA;--- FAIL: TestSum (0.00s)&#xA;</failure></testcase></testsuite></testsuites>',
      'money_test.go:12: got 3',
      'example.com/shop/money/money_test.go',
      12,
    ],
    [
      'nextest',
      '<testsuites><testsuite name="shop"><testcase name="tests::adds" classname="shop"><failure message="thread &apos;tests::adds&apos; panicked at src/lib.rs:10:9" type="test failure with exit code 101">assertion failed</failure></testcase></testsuite></testsuites>',
      "thread 'tests::adds' panicked at src/lib.rs:10:9",
      'src/lib.rs',
      10,
    ],
    [
      'PHPUnit: not the name once more',
      '<testsuites><testsuite name="TotalTest" file="/app/tests/TotalTest.php"><testcase name="testAdds" class="TotalTest" classname="TotalTest" file="/app/tests/TotalTest.php" line="10"><failure type="PHPUnit\\Framework\\ExpectationFailedException">TotalTest::testAdds\nFailed asserting that 3 matches expected 4.\n\n/app/tests/TotalTest.php:13\n</failure></testcase></testsuite></testsuites>',
      'Failed asserting that 3 matches expected 4.',
      '/app/tests/TotalTest.php',
      13,
    ],
    [
      'RSpec',
      '<testsuite name="rspec"><testcase classname="spec.total_spec" name="Total adds" file="./spec/total_spec.rb"><failure message="expected: 4" type="RSpec">expected: 4\n./spec/total_spec.rb:6:in `block (2 levels)\'</failure></testcase></testsuite>',
      'expected: 4',
      './spec/total_spec.rb',
      6,
    ],
    [
      'NUnit by a converter',
      '<testsuites><testsuite name="Shop.Tests"><testcase name="Adds" classname="Shop.TotalTests"><failure message="Expected: 4">   at Shop.TotalTests.Adds() in /app/Shop.Tests/TotalTests.cs:line 21</failure></testcase></testsuite></testsuites>',
      'Expected: 4',
      '/app/Shop.Tests/TotalTests.cs',
      21,
    ],
    [
      'GoogleTest',
      '<testsuites><testsuite name="Total"><testcase name="Adds" file="/app/total_test.cc" line="5" status="run" result="completed" classname="Total"><failure message="/app/total_test.cc:8&#x0A;Expected equality" type=""><![CDATA[/app/total_test.cc:8\nExpected equality]]></failure></testcase></testsuite></testsuites>',
      '/app/total_test.cc:8',
      '/app/total_test.cc',
      8,
    ],
    [
      'Catch2',
      '<testsuites><testsuite name="tests"><testcase classname="tests.global" name="adds" status="run"><failure message="total() == 4" type="REQUIRE">\nFAILED:\n  REQUIRE( total() == 4 )\nat /app/test/total.cpp:9\n</failure></testcase></testsuite></testsuites>',
      'total() == 4',
      '/app/test/total.cpp',
      9,
    ],
    [
      'CTest: in the output of the case',
      '<testsuite name="Linux-c++"><testcase name="total" classname="total" status="fail"><failure message="Failed"/><system-out>/app/total.c:4: total() == 4 failed</system-out></testcase></testsuite>',
      '/app/total.c:4: total() == 4 failed',
      '/app/total.c',
      4,
    ],
    [
      'mocha and Cypress: the file of the suite',
      '<testsuites><testsuite name="Root Suite" file="/app/cypress/e2e/total.cy.js"><testcase name="adds" classname="adds"><failure message="expected 3 to equal 4" type="AssertionError"><![CDATA[AssertionError: expected 3 to equal 4\n    at Context.eval (webpack:///./cypress/e2e/total.cy.js:5:14)]]></failure></testcase></testsuite></testsuites>',
      'expected 3 to equal 4',
      '/app/cypress/e2e/total.cy.js',
      5,
    ],
    [
      'Playwright',
      '<testsuites><testsuite name="total.spec.ts"><testcase name="adds" classname="total.spec.ts"><failure message="total.spec.ts:3:5 adds" type="FAILURE"><![CDATA[  [chromium] › total.spec.ts:3:5 › adds\n\n    Error: expect(received).toBe(expected)\n\n        at /app/tests/total.spec.ts:4:21]]></failure></testcase></testsuite></testsuites>',
      'total.spec.ts:3:5 adds',
      'total.spec.ts',
      3,
    ],
    [
      'Swift: a failure that says nothing',
      '<testsuites><testsuite name="TestResults"><testcase classname="ShopTests.TotalTests" name="testAdds" time="0.1"><failure message="failed"></failure></testcase></testsuite></testsuites>',
      'failed',
      '',
      undefined,
    ],
  ])('%s', (_name, text, message, file, line) => {
    const [failed] = read(text).failed;

    expect([failed?.message, failed?.file ?? '', failed?.line]).toEqual([message, file, line]);
  });
});

test('a whole report in a namespace is read', () => {
  const text =
    '<j:TestSuites xmlns:j="urn:junit"><j:testsuite name="s"><j:testcase name="a"/><j:testcase name="b"><j:failure message="no"><j:stackTrace>at /app/a.js:3</j:stackTrace></j:failure><j:system-out>x</j:system-out></j:testcase></j:testsuite></j:TestSuites>';

  expect(read(text)).toMatchObject({
    tests: 2,
    failed: [{ name: 'b', message: 'no', file: '/app/a.js', line: 3 }],
  });
});

describe('words of a case that count without an element', () => {
  test.each<[string, string, readonly number[]]>([
    [
      'GoogleTest’s disabled',
      '<testcase name="a"/><testcase name="b" status="notrun" result="suppressed"/>',
      [2, 0, 1, 0],
    ],
    [
      'CTest’s disabled',
      '<testcase name="a"/><testcase name="b" status="disabled"/>',
      [2, 0, 1, 0],
    ],
    ['a status that failed', '<testcase name="a" status="failed"/>', [1, 1, 0, 0]],
    ['a status that timed out', '<testcase name="a" status="timeout"/>', [1, 1, 0, 0]],
    ['the same in two words', '<testcase name="a" status="Timed-Out"/>', [1, 1, 0, 0]],
    ['a result that was aborted', '<testcase name="a" result="ABORTED"/>', [1, 1, 0, 0]],
    ['a status in capitals', '<testcase name="a" Status="timedout"/>', [1, 1, 0, 0]],
    [
      'a failure in capitals',
      '<testcase name="a"/><testcase name="b"><Failure/></testcase>',
      [2, 1, 0, 0],
    ],
    [
      'a failure of a namespace',
      '<testcase name="a"/><testcase name="b"><x:failure/></testcase>',
      [2, 1, 0, 0],
    ],
    [
      'a case of a namespace, in capitals',
      '<testcase name="a"/><x:TestCase name="b"><x:Error/></x:TestCase>',
      [2, 1, 0, 0],
    ],
    [
      'a flaky one of a namespace',
      '<testcase name="a"><x:flakyFailure message="no"/></testcase>',
      [1, 0, 0, 1],
    ],
    [
      'one of a namespace that was skipped',
      '<testcase name="a"/><testcase name="b"><x:Skipped/></testcase>',
      [2, 0, 1, 0],
    ],
    [
      'pytest’s xfail',
      '<testcase name="a"/><testcase name="b"><skipped type="pytest.xfail" message="x"/></testcase>',
      [2, 0, 1, 0],
    ],
    [
      'a case inside of something unknown',
      '<cases><testcase name="a"><failure/></testcase></cases>',
      [1, 1, 0, 0],
    ],
    [
      'a failure inside of something unknown',
      '<testcase name="a"><outcome><failure/></outcome></testcase>',
      [1, 1, 0, 0],
    ],
    [
      'a case inside of a case',
      '<testcase name="a"><testcase name="b"><failure/></testcase></testcase>',
      [2, 1, 0, 0],
    ],
  ])('%s', (_name, cases, expected) => {
    expect(
      countOf(read(`<testsuites><testsuite name="s">${cases}</testsuite></testsuites>`)),
    ).toEqual(expected);
  });
});
