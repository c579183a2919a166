import { SlipwayError, type Problem } from '@slipway/core/errors';
import { findTestLocation } from './test-location.js';
import { readXml, type XmlElement } from './xml-element.js';

export interface ReportFile {
  /** How the user calls it, for messages. */
  readonly path: string;
  readonly text: string;
}

export interface FailedTest {
  readonly name: string;
  /** What went wrong, in one line. */
  readonly message: string;
  /** Where, as the tool wrote it: the path may be absolute, and of the container. */
  readonly file?: string;
  readonly line?: number;
}

export interface TimedTest {
  readonly name: string;
  readonly seconds: number;
}

/** What test reports say, all of them together. */
export interface TestResults {
  /** All cases: passed, failed and skipped. */
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
  readonly failed: readonly FailedTest[];
  /** The five that took longest, longest first. */
  readonly slowest: readonly TimedTest[];
}

interface TestCase extends FailedTest {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
}

const expected = 'a JUnit report: XML that begins with testsuites or testsuite';
const fix = 'Look at what the test tool writes there, and how it is told to write JUnit XML.';
const slowestCount = 5;

/**
 * Reads JUnit XML (https://github.com/testmoapp/junitxml describes what tools write). Cases are counted; the
 * totals that a report claims are not looked at. A case with several outcomes counts once, at its worst; an
 * error or failure of a whole suite counts as a failed case. Each `testcase` is a case, also where names repeat.
 *
 * @example readTestReports([{ path: 'reports/junit.xml', text }]).failures // 1
 * @throws SlipwayError `test-report-invalid` when one cannot be read, or when no test ran
 */
export function readTestReports(files: readonly ReportFile[]): TestResults {
  const problems: Problem[] = [];
  const cases = files.flatMap(({ path, text }) => {
    const roots = readRoots(text);
    if (typeof roots !== 'string') return roots.flatMap((root) => listCases(root, ''));
    problems.push({ subject: path, given: roots, expected, fix });
    return [];
  });
  if (problems.length > 0) {
    const count = problems.length === 1 ? 'a test report' : `${problems.length} test reports`;
    throw new SlipwayError('test-report-invalid', `${count} cannot be read`, { problems });
  }
  const results = summarize(cases);
  if (results.tests === results.skipped) throw nothingRan(files, results.skipped);
  return results;
}

/** The roots of a report, or what the file is instead. */
function readRoots(text: string): readonly XmlElement[] | string {
  if (text.trim() === '') return 'an empty file';
  if (/^\uFEFF?\s*<(?:!doctype\s+html|html)\b/i.test(text)) return 'an HTML page';
  const document = readXml(text);
  if (document.state === 'refused') return document.reason;
  const other = document.roots.find(({ name }) => name !== 'testsuites' && name !== 'testsuite');
  if (document.roots.length === 0) return 'XML without an element';
  return other === undefined ? document.roots : `XML that begins with ${other.name}`;
}

function listCases(element: XmlElement, suite: string): readonly TestCase[] {
  const name = element.attributes['name'] ?? suite;
  const own = element.children.some(isFailure) ? [readCase(element, '')] : [];
  const below = element.children.flatMap((child) => {
    if (child.name === 'testcase') return [readCase(child, name)];
    return child.name === 'testsuite' ? listCases(child, name) : [];
  });
  return [...own, ...below];
}

function readCase(element: XmlElement, suite: string): TestCase {
  const name = readName(element, suite);
  const seconds = Number((element.attributes['time'] ?? '').replaceAll(',', ''));
  const timed = { name, seconds: Number.isFinite(seconds) ? seconds : 0 };
  const failures = element.children.filter(isFailure);
  if (failures.length > 0)
    return { ...timed, outcome: 'failed', ...readFailure(element, failures) };
  const isSkipped = element.children.some((child) => child.name === 'skipped');
  return { ...timed, outcome: isSkipped ? 'skipped' : 'passed', message: '' };
}

function isFailure({ name }: XmlElement): boolean {
  return name === 'failure' || name === 'error';
}

/** Node's own reporter calls every class `test`: the suite says more. */
function readName({ attributes }: XmlElement, suite: string): string {
  const name = attributes['name'] ?? '';
  const given = attributes['classname'] ?? '';
  const group = given === 'test' || given === 'suite' ? suite : given;
  const isKnown = group === '' || name.startsWith(group);
  return isKnown ? name || 'a test without a name' : `${group} › ${name}`;
}

function readFailure(
  element: XmlElement,
  failures: readonly XmlElement[],
): Pick<FailedTest, 'message' | 'file' | 'line'> {
  const texts = failures.map((failure) => {
    const message = failure.attributes['message'] ?? '';
    return { message: strip(message), all: strip(`${message}\n${failure.text}`) };
  });
  const written = texts.flatMap(({ message, all }) => [message, ...all.split('\n')]);
  const message = written.map((line) => firstLine(line)).find((line) => line !== '');
  const all = texts.map((text) => text.all).join('\n');
  const file = element.attributes['file'] ?? failures[0]?.attributes['file'];
  const found = findTestLocation(all, file);
  const line = found?.line ?? Number(element.attributes['line'] ?? Number.NaN);
  const place = file ?? found?.file;
  return {
    message: message ?? 'failed without a word',
    ...(place === undefined ? {} : { file: place }),
    ...(place === undefined || !(line > 0) ? {} : { line }),
  };
}

const longestMessage = 400;

function firstLine(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? '';
  const trimmed = line.trim();
  return trimmed.length > longestMessage ? `${trimmed.slice(0, longestMessage)}…` : trimmed;
}

/** Colours are for terminals. */
function strip(text: string): string {
  return text.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '').replaceAll('\r', '');
}

function summarize(cases: readonly TestCase[]): TestResults {
  const failed = cases.filter(({ outcome }) => outcome === 'failed');
  return {
    tests: cases.length,
    failures: failed.length,
    skipped: cases.filter(({ outcome }) => outcome === 'skipped').length,
    failed: failed.map(({ outcome: _outcome, seconds: _seconds, ...test }) => test),
    slowest: chooseSlowest(cases),
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
