import { expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { forEachTrial, mutateBytes, type Chooser } from '@slipway/testing/fuzz';
import { readTestReports, type TestResults } from './index.js';

const failure = '<failure message="no">at /app/a.js:3</failure>';

/** A report, and how many of its cases failed. */
function writeReport(choose: Chooser): { readonly text: string; readonly failures: number } {
  let failures = 0;
  const cases = Array.from({ length: 1 + choose.below(6) }, (_each, index) => {
    const hasFailed = choose.chance(0.4);
    if (hasFailed) failures += 1;
    const body = hasFailed
      ? failure
      : choose.of(['', '<skipped/>', '<system-out>x &amp; y</system-out>']);
    return `<testcase name="t${index}" classname="c">${body}</testcase>`;
  });
  const suite = `<testsuite name="s" tests="9">${cases.join('\n')}</testsuite>`;
  return {
    text: `<?xml version="1.0"?>\n<testsuites failures="0">${suite}</testsuites>`,
    failures,
  };
}

function tryRead(bytes: Uint8Array): TestResults | undefined {
  try {
    return readTestReports([{ path: 'a.xml', bytes }]);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'test-report-invalid') return undefined;
    throw error;
  }
}

test('any bytes are read or refused, and the counts agree with each other', async () => {
  await forEachTrial((choose) => {
    const results = tryRead(mutateBytes(writeReport(choose).text, choose));
    if (results === undefined) return;

    expect(results.failed).toHaveLength(results.failures);
    expect(results.failures + results.skipped).toBeLessThanOrEqual(results.tests);
    expect(results.tests).toBeGreaterThan(results.skipped);
  });
});

test('a report that was cut off anywhere is never read as fewer failures', async () => {
  await forEachTrial((choose) => {
    const { text } = writeReport(choose);

    expect(tryRead(Buffer.from(text.slice(0, choose.below(text.length))))).toBeUndefined();
  });
});

test('white space, comments and the order of encodings change nothing', async () => {
  await forEachTrial((choose) => {
    const { text, failures } = writeReport(choose);
    const spaced = text.replaceAll('><', () => choose.of(['><', '>\n <', '><!-- <failure/> --><']));
    const wide = choose.chance(0.5);
    const bytes = wide ? Buffer.from(`\uFEFF${spaced}`, 'utf16le') : Buffer.from(spaced);
    const results = tryRead(bytes);

    expect(results?.failures ?? failures).toBe(failures);
    expect(results === undefined && failures > 0).toBe(false);
  });
});
