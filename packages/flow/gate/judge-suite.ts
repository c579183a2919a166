import { SlipwayError, describeError } from '@slipway/core/errors';
import { redact } from '../deployment/index.js';
import { readTestReports, type TestResults } from '../test-report/index.js';
import { cutReport } from './cut-report.js';

/** How the Job of a suite ended. */
export type SuiteEnd =
  | { readonly kind: 'ended'; readonly exitCode: number }
  /** It never ran, was killed, or did not end in time. */
  | { readonly kind: 'broken'; readonly sentence: string; readonly fix: string };

/** The log of one container of the suite. */
export interface SuiteLog {
  readonly container: string;
  readonly text: string;
}

/** A report that a container printed. */
export type SuiteReport = SuiteLog;

interface SuiteRecord {
  /** Absent where the suite printed no report, or one that says nothing. */
  readonly results?: TestResults;
  /** As they were printed. */
  readonly reports: readonly SuiteReport[];
  /** What the suite printed beside its reports; what looks like a secret is redacted. */
  readonly logs: readonly SuiteLog[];
}

/** What a suite found: three outcomes that are never mixed. */
export type SuiteVerdict = SuiteRecord &
  (
    | { readonly state: 'passed' }
    | { readonly state: 'failed'; readonly failure: SlipwayError }
    | { readonly state: 'errored'; readonly failure: SlipwayError }
  );

/**
 * Judges a suite by its end and by the reports in its logs. Without a report only the exit code 0 is an
 * answer: another one does not tell a test that failed from a suite that could not run.
 *
 * @example judgeSuite({ kind: 'ended', exitCode: 0 }, [{ container: 'suite', text: '…</testsuites>' }]).state // 'passed'
 */
export function judgeSuite(end: SuiteEnd, logs: readonly SuiteLog[]): SuiteVerdict {
  const cuts = logs.map(({ container, text }) => ({ container, cut: cutReport(text) }));
  const reports = cuts.flatMap(({ container, cut }) =>
    cut.state === 'whole' ? [{ container, text: cut.text }] : [],
  );
  const beside = cuts.map(({ container, cut }) => ({ container, text: redact(cut.log) }));
  const record = { reports, logs: beside };
  if (end.kind === 'broken') return errored(record, end.sentence, end.fix);
  const half = cuts.find(({ cut }) => cut.state === 'broken');
  if (half !== undefined) {
    return errored(
      record,
      `the report in the log of container ${half.container} is not whole`,
      'Print the report in one piece at the end, and less than 256 KiB of it.',
    );
  }
  return reports.length === 0
    ? judgeExitCode(record, end.exitCode)
    : judgeReports(record, end.exitCode);
}

function judgeExitCode(record: SuiteRecord, exitCode: number): SuiteVerdict {
  if (exitCode === 0) return { state: 'passed', ...record };
  return errored(
    record,
    `it ended with exit code ${exitCode} and printed no JUnit report, so it is not known whether a test failed`,
    'Read its log; let the suite print a JUnit XML report at its end, also when a test fails.',
  );
}

function judgeReports(record: SuiteRecord, exitCode: number): SuiteVerdict {
  let results: TestResults;
  try {
    const files = record.reports.map(({ container, text }) => ({
      path: `the report of container ${container}`,
      bytes: Buffer.from(text),
    }));
    results = readTestReports(files, redact);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const given = error.problems.map((problem) => `: ${problem.given ?? ''}`).join('');
    const fix = 'A suite that runs no test proves nothing: look at how it chooses its tests.';
    return errored(record, `${describeError(error)}${given}`, error.problems[0]?.fix ?? fix);
  }
  if (results.failures > 0)
    return { state: 'failed', failure: failed(results), ...record, results };
  if (exitCode === 0) return { state: 'passed', ...record, results };
  return errored(
    { ...record, results },
    `its report has no failure, but it ended with exit code ${exitCode}`,
    'Read its log: something beside the tests went wrong.',
  );
}

const namedTests = 5;

function failed({ failed: tests, failures, tests: all }: TestResults): SlipwayError {
  const named = tests.slice(0, namedTests).map(({ name, message }) => `${name} (${message})`);
  const more = tests.length > namedTests ? ` and ${tests.length - namedTests} more` : '';
  return new SlipwayError(
    'integration-failed',
    `${failures} of ${all} integration tests failed: ${named.join(', ')}${more}`,
    { fix: 'Mend the candidate, or its neighbour if that one is at fault; nothing was promoted.' },
  );
}

function errored(record: SuiteRecord, sentence: string, fix: string): SuiteVerdict {
  const message = `the integration suite could not answer: ${sentence}`;
  const failure = new SlipwayError('integration-errored', message, { fix });
  return { state: 'errored', failure, ...record };
}
