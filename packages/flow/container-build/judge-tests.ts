import { SlipwayError } from '@slipway/core/errors';
import {
  addPanics,
  readTestReports,
  type Redact,
  type ReportFile,
  type TestResults,
} from '../test-report/index.js';

/** Why a build goes no further, and what was written last, for who does not open the log. */
export interface StageFailure {
  readonly error: SlipwayError;
  readonly lines: readonly string[];
}

/** A container that has ended, as far as its tests are concerned. */
export interface EndedStage {
  /** `stage test`, `run in node:24` */
  readonly what: string;
  /** Whether its command is the test, or a command that may test among other things. */
  readonly isTest: boolean;
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
  readonly lines: readonly string[];
  /** Undefined when none were asked for. */
  readonly reports?: readonly ReportFile[];
  /** What to say when there is none. */
  readonly absent: SlipwayError;
}

export interface Verdict {
  readonly results?: TestResults;
  readonly failure?: StageFailure;
}

const shownLines = 20;
const seeTests = 'The summary of this step lists the failed tests, with what each said.';
const seeLines = 'See what it wrote last, in the log of this step.';

/**
 * Decides how a container's tests went. The exit code and the reports must agree that all is well: tests that
 * fail are a failure whatever the exit code is, and so is an exit code that no test explains.
 *
 * @param redact hides what is masked, before anything is cut
 */
export function judgeTests(stage: EndedStage, redact: Redact): Verdict {
  const { what, exitCode, isTest } = stage;
  const written = stage.lines.map(redact);
  const lines = written.filter((line) => line.trim() !== '').slice(-shownLines);
  const read = readResults(stage, written, redact);
  const results = read instanceof SlipwayError ? undefined : read;
  const failed = results !== undefined && results.failures > 0 ? results : undefined;
  if (exitCode === 0 && failed === undefined) {
    return read instanceof SlipwayError ? { failure: { error: read, lines } } : withResults(read);
  }
  const how = stage.isOutOfMemory
    ? 'was ended because its memory was used up'
    : `ended with exit code ${exitCode}`;
  const fail = (code: 'tests-failed' | 'build-failed', message: string, fix: string): Verdict => ({
    ...withResults(results),
    failure: { error: new SlipwayError(code, message, { fix }), lines },
  });
  if (failed !== undefined) {
    const count = `${failed.failures} of ${formatTests(failed.tests)} failed in the ${what}`;
    const yet = exitCode === 0 ? ', although it ended with exit code 0' : '';
    return fail('tests-failed', `${count}${yet}`, seeTests);
  }
  if (!isTest) return fail('build-failed', `the ${what} ${how}`, seeLines);
  const though =
    results === undefined
      ? 'and it left no test report that can be read'
      : `although none of its ${formatTests(results.tests)} failed`;
  return fail('tests-failed', `the ${what} ${how}, ${though}`, seeLines);
}

/** A verdict without a failure, and what was wrong with the runner's files that the container wrote. */
export function withFileFailure(verdict: Verdict, error: SlipwayError | undefined): Verdict {
  if (verdict.failure !== undefined || error === undefined) return verdict;
  return { ...verdict, failure: { error, lines: [] } };
}

function withResults(results: TestResults | undefined): Verdict {
  return results === undefined ? {} : { results };
}

/** The results, why there are none, or undefined when nobody asked. */
function readResults(
  { reports, absent }: EndedStage,
  lines: readonly string[],
  redact: Redact,
): TestResults | SlipwayError | undefined {
  if (reports === undefined) return undefined;
  if (reports.length === 0) return absent;
  try {
    return addPanics(readTestReports(reports, redact), lines);
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
}

function formatTests(count: number): string {
  return count === 1 ? '1 test' : `${count} tests`;
}
