import { cleanText, firstLine, formatName, type FailedTest, type TestCase } from './test-case.js';
import { findTestLocation } from './test-location.js';
import type { XmlChoice, XmlElement } from './xml-element.js';

/** Of a try that counts, and of an earlier one (Surefire's schema; nextest, Playwright and others write it, too). */
const failureNames = ['failure', 'error'];
const earlierNames = ['flakyFailure', 'flakyError', 'rerunFailure', 'rerunError', 'rerun'];
/** Written when every try failed; without a `failure` beside them they are one. */
const rerunNames = ['rerunFailure', 'rerunError'];
const groupNames = ['testsuites', 'testsuite', 'testcase'];
const keptNames = [...groupNames, ...failureNames, ...earlierNames, 'skipped', 'stackTrace'];
const outputNames = ['system-out', 'system-err'];
/** How tools say it in `status` or `result` of a case (CTest, GoogleTest). */
const skippedWords = ['notrun', 'disabled', 'skipped', 'suppressed', 'ignored', 'pending'];
const failedWords = ['fail', 'failed', 'failure', 'error', 'errored', 'broken'];

/** The elements that say something about cases; a case that did not fail needs no output. */
export const junitChoice: XmlChoice = {
  keeps: ({ name, attributes }) =>
    keptNames.includes(name) ||
    outputNames.includes(name) ||
    (name === 'property' && attributes['name'] === 'go.version'),
  prune: ({ name, attributes, children }) => {
    if (outputNames.includes(name)) return [];
    const isNeeded = name === 'testcase' && (hasFailure(children) || isFailedWord(attributes));
    return isNeeded ? children : children.filter((each) => !outputNames.includes(each.name));
  },
};

interface Suite {
  readonly name: string;
  readonly file?: string;
  /** Whoever wrote it gives each test a name of its own, so that a repeated one is another try. */
  readonly hasUniqueNames: boolean;
}

const noSuite: Suite = { name: '', hasUniqueNames: false };

/** The root elements of JUnit XML. */
export function isJunitRoot({ name }: XmlElement): boolean {
  return name === 'testsuites' || name === 'testsuite';
}

/**
 * The cases below an element. One with several outcomes has its worst; an error or failure of a suite is a case,
 * and so is each `testcase`, also where names repeat, but in suites of gotestsum and pytest: these name a test
 * once, and what repeats is another try of it (`test`).
 */
export function listJunitCases(element: XmlElement, outer: Suite = noSuite): readonly TestCase[] {
  const suite = readSuite(element, outer);
  const own = hasFailure(element.children) ? [readCase(element, noSuite)] : [];
  return [...own, ...listBelow(element, suite)];
}

function listBelow({ children }: XmlElement, suite: Suite): readonly TestCase[] {
  return children.flatMap((child) => {
    if (child.name === 'testcase') return [readCase(child, suite), ...listBelow(child, suite)];
    return isJunitRoot(child) ? listJunitCases(child, suite) : [];
  });
}

function readSuite({ attributes, children }: XmlElement, outer: Suite): Suite {
  const file = attributes['file'] ?? attributes['filepath'] ?? outer.file;
  const name = attributes['name'] ?? outer.name;
  // go-junit-report numbers its suites; it never tries a test again, as gotestsum does
  const isGotestsum = children.some(isGoVersion) && attributes['id'] === undefined;
  return {
    name,
    hasUniqueNames: isGotestsum || name === 'pytest',
    ...(file === undefined ? {} : { file }),
  };
}

function isGoVersion({ name }: XmlElement): boolean {
  return name === 'property';
}

function hasFailure(elements: readonly XmlElement[]): boolean {
  return elements.some(({ name }) => failureNames.includes(name));
}

function isFailedWord({ status, result }: XmlElement['attributes']): boolean {
  return [status, result].some((word) => failedWords.includes(word?.toLowerCase() ?? ''));
}

function isSkipped({ attributes: { status, result }, children }: XmlElement): boolean {
  const words = [status, result].map((word) => word?.toLowerCase() ?? '');
  return (
    children.some(({ name }) => name === 'skipped') ||
    words.some((word) => skippedWords.includes(word))
  );
}

function readCase(element: XmlElement, suite: Suite): TestCase {
  const { attributes, children } = element;
  const failures = children.filter(({ name }) => failureNames.includes(name));
  const earlier = children.filter(({ name }) => earlierNames.includes(name));
  const reruns = children.filter(({ name }) => rerunNames.includes(name));
  const hasFailed = failures.length > 0 || reruns.length > 0 || isFailedWord(attributes);
  const outcome = hasFailed ? 'failed' : isSkipped(element) ? 'skipped' : 'passed';
  const isFlaky = outcome === 'passed' && earlier.length > 0;
  const said = failures.length > 0 ? failures : earlier;
  const name = readName(element, suite);
  const what = hasFailed || isFlaky ? readFailure(element, said, suite) : { message: '' };
  return {
    ...what,
    name,
    outcome,
    isFlaky,
    seconds: readSeconds(attributes['time'] ?? attributes['duration']),
    ...(suite.hasUniqueNames
      ? { test: JSON.stringify([suite.name, attributes['file'], name]) }
      : {}),
  };
}

/** In seconds; some write thousands apart. */
function readSeconds(text: string | undefined): number {
  const seconds = Number((text ?? '').replaceAll(',', ''));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

/** Node's own reporter calls every class `test`: the suite says more. */
function readName({ attributes }: XmlElement, suite: Suite): string {
  const name = formatName(attributes['name'] ?? '');
  const given = attributes['classname'] ?? '';
  const group = formatName(given === 'test' || given === 'suite' ? suite.name : given);
  const isKnown = group === '' || name.startsWith(group);
  return isKnown ? name || 'a test without a name' : `${group} › ${name}`;
}

function readFailure(
  element: XmlElement,
  failures: readonly XmlElement[],
  suite: Suite,
): Pick<FailedTest, 'message' | 'file' | 'line'> {
  const { attributes, children } = element;
  const outputs = children.filter(({ name }) => outputNames.includes(name));
  const texts = failures.map((failure) => ({
    message: failure.attributes['message'] ?? '',
    text: [failure, ...failure.children].map((each) => each.text).join('\n'),
  }));
  const written = [
    ...texts.flatMap(({ message, text }) => [message, text]),
    ...outputs.map(({ text }) => text),
  ];
  const own = [
    attributes['name'] ?? '',
    `${attributes['classname'] ?? ''}::${attributes['name'] ?? ''}`,
  ];
  const message =
    firstLine(written, (line) => isTelling(line) && !own.includes(line)) ?? firstLine(written);
  const file = attributes['file'] ?? failures[0]?.attributes['file'] ?? suite.file;
  const group = attributes['classname'] ?? '';
  const found = findTestLocation(cleanText(written.join('\n')), file, group);
  const line = found?.line ?? Number(attributes['line'] ?? failures[0]?.attributes['line'] ?? NaN);
  const place = file ?? found?.file;
  return {
    message: message ?? 'failed without a word',
    ...(place === undefined ? {} : { file: place }),
    ...(place === undefined || !(line > 0) ? {} : { line }),
  };
}

/** Words that go before what a person wants to know (gotestsum, Swift, CTest, Python). */
const headingPattern =
  /^(?:failed|failure|error|test failed|=== (?:RUN|PAUSE|CONT|NAME)\b.*|--- FAIL: .*|Traceback \(most recent call last\):)$/i;

function isTelling(line: string): boolean {
  return !headingPattern.test(line);
}
