/** A test that did not pass, or did not pass at once. */
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

/** The text with `***` for what is masked. */
export type Redact = (text: string) => string;

/** What a report says about one try of one test, in full. */
export interface TestCase extends FailedTest {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
  /** It was tried before, and failed then; `message` says how. */
  readonly isFlaky: boolean;
  /** What the tool calls it, with its suites, in full; a report may call several cases so. */
  readonly id: string;
  /** Cases with the same one are tries of the same test, in this order; absent where a name does not tell. */
  readonly test?: string;
  /** Its tool tries a test again only when it failed, and does not write that it did. */
  readonly hidesFailures?: boolean;
}

const longestName = 300;
const longestMessage = 400;

/** Colours are for terminals, and other control characters for nobody. */
export function cleanText(text: string): string {
  return text.replaceAll(/\u001b\[[\d;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

/** @example formatName(' adds\n two ') // 'adds two' */
export function formatName(text: string): string {
  return cleanText(text).replaceAll(/\s+/g, ' ').trim();
}

/** The first line that says something, of texts that may have many. */
export function firstLine(
  texts: readonly string[],
  isTelling: (line: string) => boolean = () => true,
): string | undefined {
  const lines = texts.flatMap((text) => cleanText(text).split('\n')).map((line) => line.trim());
  return lines.find((each) => each !== '' && isTelling(each));
}

/** A name as it is shown: half of a secret would not be known any more. */
export function showName(name: string, redact: Redact): string {
  return shorten(redact(name), longestName);
}

/** A message as it is shown. */
export function showMessage(message: string, redact: Redact): string {
  return shorten(redact(message), longestMessage);
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/**
 * The tries of one test as one case: the last counts, and a test that passed is flaky when it had failed. To be
 * skipped is no try: it takes back no failure.
 *
 * @example joinTries([failed, passed]) // [{ …passed, isFlaky: true }]
 */
export function joinTries(cases: readonly TestCase[]): readonly TestCase[] {
  const joined: TestCase[] = [];
  const places = new Map<string, number>();
  for (const each of cases) {
    const place = each.test === undefined ? undefined : places.get(each.test);
    if (each.test !== undefined && place === undefined) places.set(each.test, joined.length);
    const earlier = place === undefined ? undefined : joined[place];
    if (place === undefined || earlier === undefined) joined.push(each);
    else joined[place] = joinTwo(earlier, each);
  }
  return joined;
}

function joinTwo(earlier: TestCase, later: TestCase): TestCase {
  const before = showFailure(earlier);
  const isFailedOnce = before.outcome === 'failed' || before.isFlaky;
  if (later.outcome === 'failed' || !isFailedOnce) return later;
  if (later.outcome === 'skipped') return before;
  const { message, file, line } = before;
  return {
    ...later,
    isFlaky: true,
    message,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

/** A try that was followed by another, as what it was. */
function showFailure(each: TestCase): TestCase {
  if (each.hidesFailures !== true || each.outcome !== 'passed' || each.isFlaky) return each;
  const message = 'it was tried again, and the report does not say why';
  return { ...each, outcome: 'failed', message };
}
