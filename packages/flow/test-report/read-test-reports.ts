import { posix } from 'node:path';
import { formatBytes } from '@slipway/core/byte-size';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { decodeReport } from './decode-report.js';
import { looksLikeJson, readGoReport } from './go-report.js';
import { isJunitRoot, junitChoice, listJunitCases } from './junit-report.js';
import {
  joinTries,
  showMessage,
  showName,
  type FailedTest,
  type Redact,
  type TestCase,
  type TimedTest,
} from './test-case.js';
import { readXml } from './xml-element.js';

/** What all reports of a run may have together: a test tool that writes more has put something else there. */
export const largestReports = 64_000_000;

export interface ReportFile {
  /** How the user calls it, for messages. */
  readonly path: string;
  /** Absent where it does not fit into `largestReports`, and of a link. */
  readonly bytes?: Uint8Array;
  /** Of a link, which is not followed: where it leads to, as it is written. */
  readonly linksTo?: string;
}

const showAll: Redact = (text) => text;

/** What test reports say, all of them together. */
export interface TestResults {
  /** All cases: passed, failed and skipped. */
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
  readonly failed: readonly FailedTest[];
  /** Passed, after they had failed. */
  readonly flaky: readonly FailedTest[];
  /** The five that took longest, longest first. */
  readonly slowest: readonly TimedTest[];
}

const expected =
  'a JUnit report, XML that begins with testsuites or testsuite, or the output of go test -json';
const fix = 'Look at what the test tool writes there, and how it is told to write JUnit XML.';
const slowestCount = 5;

/**
 * Reads JUnit XML (https://github.com/testmoapp/junitxml describes what tools write), and what `go test -json`
 * writes. Cases are counted; the totals that a report claims are not looked at. A case with several outcomes
 * counts once, at its worst; an error or failure of a whole suite counts as a failed case.
 *
 * Each `testcase` is a case, also where names repeat. Tries of one test are one case: those that the tool marks
 * (`flakyFailure`, `rerunFailure` and their like), those in one suite of a tool that gives a test one name
 * (gotestsum, pytest), those of later runs of a package of go test, and those that Bazel keeps in `test_attempts` beside the last, where the first case of a name is a try
 * of the first one there, and the second of the second. The last try counts; to
 * be skipped is none.
 *
 * @param redact hides what is masked in names and messages, before they are cut
 * @example readTestReports([{ path: 'reports/junit.xml', bytes }]).failures // 1
 * @throws SlipwayError `test-report-invalid` when one cannot be read, or when no test ran
 */
export function readTestReports(
  found: readonly ReportFile[],
  redact: Redact = showAll,
): TestResults {
  const problems: Problem[] = [];
  const files = withoutRepeats(found);
  const retried = new Set(files.filter(isAttempt).map(({ path }) => targetOf(path)));
  const cases = files.toSorted(byAttempt).flatMap((file) => {
    const read = readCases(file);
    if (typeof read !== 'string') return nameTries(joinTries(read), file, retried);
    problems.push({ subject: file.path, given: read, expected, fix });
    return [];
  });
  if (problems.length > 0) {
    const count = problems.length === 1 ? 'a test report' : `${problems.length} test reports`;
    throw new SlipwayError('test-report-invalid', `${count} cannot be read`, { problems });
  }
  const results = summarize(joinTries(cases), redact);
  if (results.tests === results.skipped) throw nothingRan(files, results.skipped);
  return results;
}

/** Tools link the latest of their reports, which is read by its own name. */
function withoutRepeats(files: readonly ReportFile[]): readonly ReportFile[] {
  const read = new Set(
    files.filter(({ linksTo }) => linksTo === undefined).map(({ path }) => path),
  );
  return files.filter(
    ({ path, linksTo }) =>
      linksTo === undefined || !read.has(posix.join(posix.dirname(path), linksTo)),
  );
}

const attemptPattern = /(?<=^|\/)test_attempts\/attempt_(?<number>\d+)\.xml$/;

/** Bazel’s earlier tries come before the last, whose report is beside them. */
function byAttempt(one: ReportFile, other: ReportFile): number {
  const [first, second] = [one, other].map(({ path }) =>
    Number(attemptPattern.exec(path)?.groups?.['number'] ?? Infinity),
  );
  if (first === second) return 0;
  return (first ?? 0) < (second ?? 0) ? -1 : 1;
}

function isAttempt({ path }: ReportFile): boolean {
  return attemptPattern.test(path);
}

function targetOf(path: string): string {
  return path.replace(attemptPattern, 'test.xml');
}

/**
 * The tests of a report, so that the reports of all of Bazel’s tries of one target can be joined, and no others: the
 * n-th case of a name is a try of the n-th in the other tries.
 */
function nameTries(
  cases: readonly TestCase[],
  { path }: ReportFile,
  retried: ReadonlySet<string>,
): readonly TestCase[] {
  const target = targetOf(path);
  const nameless = cases.map(({ test: _test, hidesFailures: _hides, ...each }) => each);
  if (!retried.has(target)) return nameless;
  const counts = new Map<string, number>();
  return nameless.map((each) => {
    const count = counts.get(each.id) ?? 0;
    counts.set(each.id, count + 1);
    return { ...each, test: JSON.stringify([target, each.id, count]) };
  });
}

/** The cases of a report, or what the file is instead. */
function readCases({ bytes, linksTo }: ReportFile): readonly TestCase[] | string {
  if (linksTo !== undefined) return `a link, which is not followed, to ${linksTo}`;
  if (bytes === undefined) {
    return `more than the ${formatBytes(largestReports)} that all reports may have together`;
  }
  const decoded = decodeReport(bytes);
  if (decoded.state === 'refused') return decoded.reason;
  const { text } = decoded;
  if (text.trim() === '') return 'an empty file';
  if (/^\s*<(?:!doctype\s+html|html)\b/i.test(text)) return 'an HTML page';
  if (looksLikeJson(text)) {
    const report = readGoReport(text);
    return report.state === 'read' ? report.cases : report.reason;
  }
  const document = readXml(text, junitChoice);
  if (document.state === 'refused') return document.reason;
  if (document.roots.length === 0) return 'XML without an element';
  const other = document.roots.find((root) => !isJunitRoot(root));
  if (other !== undefined) return `XML that begins with ${other.name}`;
  return listJunitCases(document.roots);
}

function summarize(cases: readonly TestCase[], redact: Redact): TestResults {
  const failed = cases.filter(({ outcome }) => outcome === 'failed');
  return {
    tests: cases.length,
    failures: failed.length,
    skipped: cases.filter(({ outcome }) => outcome === 'skipped').length,
    failed: failed.map((each) => toFailedTest(each, redact)),
    flaky: cases.filter(({ isFlaky }) => isFlaky).map((each) => toFailedTest(each, redact)),
    slowest: chooseSlowest(cases).map(({ name, seconds }) => ({
      name: showName(name, redact),
      seconds,
    })),
  };
}

function toFailedTest({ name, message, file, line }: TestCase, redact: Redact): FailedTest {
  return {
    name: showName(name, redact),
    message: showMessage(message, redact),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

/** What several runs of tests say together. */
export function joinTestResults(all: readonly TestResults[]): TestResults {
  const sum = (count: (results: TestResults) => number): number =>
    all.reduce((total, results) => total + count(results), 0);
  return {
    tests: sum(({ tests }) => tests),
    failures: sum(({ failures }) => failures),
    skipped: sum(({ skipped }) => skipped),
    failed: all.flatMap(({ failed }) => failed),
    flaky: all.flatMap(({ flaky }) => flaky),
    slowest: chooseSlowest(all.flatMap(({ slowest }) => slowest)),
  };
}

function chooseSlowest(tests: readonly TimedTest[]): readonly TimedTest[] {
  return tests
    .filter(({ seconds }) => seconds > 0)
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, slowestCount)
    .map(({ name, seconds }) => ({ name, seconds }));
}

function nothingRan(files: readonly ReportFile[], skipped: number): SlipwayError {
  const where = files.map(({ path }) => path).join(', ');
  const what =
    files.length === 0
      ? 'there is no test report'
      : skipped === 0
        ? `${where} ${files.length === 1 ? 'has' : 'have'} no test case`
        : `${skipped === 1 ? 'the only test was' : `all ${skipped} tests were`} skipped (${where})`;
  return new SlipwayError('test-report-invalid', `no test ran: ${what}`, {
    fix: 'Check that the test command finds the tests, and that it writes its report there.',
  });
}
