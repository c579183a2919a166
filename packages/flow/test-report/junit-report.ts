import { cleanText, firstLine, formatName, type FailedTest, type TestCase } from './test-case.js';
import { findTestLocation } from './test-location.js';
import type { XmlChoice, XmlElement } from './xml-element.js';

/**
 * Of a try that counts, and of an earlier one (Surefire's schema; nextest, Playwright and others write it, too).
 * These and all names below are kinds, as `kindOf` says them.
 */
const failureKinds = ['failure', 'error'];
const earlierKinds = ['flakyfailure', 'flakyerror', 'rerunfailure', 'rerunerror', 'rerun'];
/** Written when every try failed; without a `failure` beside them they are one. */
const rerunKinds = ['rerunfailure', 'rerunerror'];
const groupKinds = ['testsuites', 'testsuite', 'testcase'];
const keptKinds = [...groupKinds, ...failureKinds, ...earlierKinds, 'skipped', 'stacktrace'];
const outputKinds = ['system-out', 'system-err'];
/** How tools say it in `status` or `result` of a case (CTest, GoogleTest), without what is no letter. */
const skippedWords = ['notrun', 'disabled', 'skipped', 'suppressed', 'ignored', 'pending'];
const failedWords = [
  ...['fail', 'failed', 'failure', 'error', 'errored', 'broken'],
  ...['timeout', 'timedout', 'aborted', 'crashed', 'killed', 'terminated', 'interrupted'],
  ...['cancelled', 'canceled'],
];

/** The elements that say something about cases; a case that did not fail needs no output. */
export const junitChoice: XmlChoice = {
  keeps: (element) => {
    const kind = kindOf(element);
    return (
      keptKinds.includes(kind) ||
      outputKinds.includes(kind) ||
      (kind === 'property' && element.attributes['name'] === 'go.version')
    );
  },
  prune: (element) => {
    if (isOutput(element)) return [];
    const { attributes, children } = element;
    const isNeeded = isCase(element) && (hasFailure(children) || isFailedWord(attributes));
    return isNeeded ? children : children.filter((each) => !isOutput(each));
  },
};

/**
 * What an element is, whatever its prefix and its case: a failure in the spelling of another must not be missed.
 *
 * @example kindOf({ name: 'x:Failure' }) // 'failure'
 */
function kindOf({ name }: Pick<XmlElement, 'name'>): string {
  return name.slice(name.lastIndexOf(':') + 1).toLowerCase();
}

function isCase(element: XmlElement): boolean {
  return kindOf(element) === 'testcase';
}

function isOutput(element: XmlElement): boolean {
  return outputKinds.includes(kindOf(element));
}

interface Suite {
  readonly name: string;
  /** The names of the suites that it is in, from the outermost, and its own. */
  readonly path: readonly string[];
  /** Which of the report's elements it is, counted from the outermost: suites of several runs may share a path. */
  readonly place: readonly number[];
  readonly file?: string;
  /** Whoever wrote it gives each test a name of its own, so that a repeated one is another try. */
  readonly hasUniqueNames: boolean;
  /** pytest-rerunfailures: a failed try that is followed by another is a case without a failure. */
  readonly hidesFailures: boolean;
}

const noSuite: Suite = {
  name: '',
  path: [],
  place: [],
  hasUniqueNames: false,
  hidesFailures: false,
};

/** The root elements of JUnit XML. */
export function isJunitRoot(element: XmlElement): boolean {
  const kind = kindOf(element);
  return kind === 'testsuites' || kind === 'testsuite';
}

/**
 * The cases of a report's root elements. One with several outcomes has its worst; an error or failure of a suite is
 * a case, and so is each `testcase`, also where names repeat, but in a suite of gotestsum or pytest: these name a
 * test once, and what repeats within the suite is another try of it (`test`).
 */
export function listJunitCases(roots: readonly XmlElement[]): readonly TestCase[] {
  return listBelow(roots, noSuite);
}

function listBelow(elements: readonly XmlElement[], suite: Suite): readonly TestCase[] {
  return elements.flatMap((element, index) => {
    if (isCase(element)) return [readCase(element, suite), ...listBelow(element.children, suite)];
    return isJunitRoot(element) ? listSuite(element, readSuite(element, suite, index)) : [];
  });
}

function listSuite(element: XmlElement, suite: Suite): readonly TestCase[] {
  const own = hasFailure(element.children)
    ? [readCase(element, { ...noSuite, path: suite.path })]
    : [];
  return [...own, ...listBelow(element.children, suite)];
}

function readSuite({ attributes, children }: XmlElement, outer: Suite, index: number): Suite {
  const file = attributes['file'] ?? attributes['filepath'] ?? outer.file;
  const name = attributes['name'] ?? outer.name;
  // go-junit-report numbers its suites; it never tries a test again, as gotestsum does
  const isGotestsum = children.some(isGoVersion) && attributes['id'] === undefined;
  const isPytest = name === 'pytest';
  return {
    name,
    path: [...outer.path, attributes['name'] ?? ''],
    place: [...outer.place, index],
    hasUniqueNames: isGotestsum || isPytest,
    hidesFailures: isPytest,
    ...(file === undefined ? {} : { file }),
  };
}

function isGoVersion(element: XmlElement): boolean {
  return kindOf(element) === 'property';
}

function hasFailure(elements: readonly XmlElement[]): boolean {
  return elements.some((element) => failureKinds.includes(kindOf(element)));
}

function isFailedWord(attributes: XmlElement['attributes']): boolean {
  return listWords(attributes).some((word) => failedWords.includes(word));
}

function isSkipped({ attributes, children }: XmlElement): boolean {
  return (
    children.some((child) => kindOf(child) === 'skipped') ||
    listWords(attributes).some((word) => skippedWords.includes(word))
  );
}

/** @example listWords({ name: 'a', Status: 'Timed-out' }) // ['timedout'] */
function listWords(attributes: XmlElement['attributes']): readonly string[] {
  return Object.entries(attributes)
    .filter(([name]) => ['status', 'result'].includes(kindOf({ name })))
    .map(([, word]) => word.toLowerCase().replaceAll(/[^a-z]/g, ''));
}

function readCase(element: XmlElement, suite: Suite): TestCase {
  const { attributes, children } = element;
  const failures = children.filter((child) => failureKinds.includes(kindOf(child)));
  const earlier = children.filter((child) => earlierKinds.includes(kindOf(child)));
  const reruns = children.filter((child) => rerunKinds.includes(kindOf(child)));
  const hasFailed = failures.length > 0 || reruns.length > 0 || isFailedWord(attributes);
  const outcome = hasFailed ? 'failed' : isSkipped(element) ? 'skipped' : 'passed';
  const isFlaky = outcome === 'passed' && earlier.length > 0;
  const said = failures.length > 0 ? failures : earlier;
  const name = readName(element, suite);
  const id = identify(element, suite);
  const what = hasFailed || isFlaky ? readFailure(element, said, suite) : { message: '' };
  return {
    ...what,
    name,
    outcome,
    isFlaky,
    seconds: readSeconds(attributes['time'] ?? attributes['duration']),
    id,
    ...(suite.hasUniqueNames
      ? { test: JSON.stringify([id, suite.place, attributes['file']]) }
      : {}),
    ...(suite.hidesFailures ? { hidesFailures: true } : {}),
  };
}

/** As the tool wrote it: what is shown is shortened, and could be the same for two tests. */
function identify(element: XmlElement, { path }: Suite): string {
  const { classname, name } = element.attributes;
  return JSON.stringify([kindOf(element), path, classname, name]);
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
  const outputs = children.filter(isOutput);
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
