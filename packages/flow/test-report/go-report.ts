import { cleanText, firstLine, formatName, type TestCase } from './test-case.js';
import { findTestLocation } from './test-location.js';

/** What `go test -json` writes, a line each (`go doc test2json`). */
interface GoEvent {
  readonly action: string;
  readonly pkg: string;
  readonly test: string;
  readonly output: string;
  readonly seconds: number;
  /** What is built, of the events of a build. */
  readonly built: string;
  /** What could not be built, of the end of a package. */
  readonly failedBuild: string;
}

export type GoCases =
  | { readonly state: 'read'; readonly cases: readonly TestCase[] }
  /** `reason` completes “it is …”. */
  | { readonly state: 'refused'; readonly reason: string };

/** Whether a text has lines of JSON; go itself may say something before them. */
export function looksLikeJson(text: string): boolean {
  return !text.trimStart().startsWith('<') && /^[ \t]*\{/m.test(text);
}

/** One run of the tests of a package; a later run of the same package tries again what failed. */
interface PackageRun {
  readonly pkg: string;
  /** In the order in which they began; undefined while it has not ended. */
  readonly tests: Map<string, { outcome?: TestCase['outcome']; output: string; seconds: number }>;
  outcome?: TestCase['outcome'];
  output: string;
}

const outcomes: ReadonlyMap<string, TestCase['outcome']> = new Map([
  ['pass', 'passed'],
  ['fail', 'failed'],
  ['skip', 'skipped'],
]);
const longestOutput = 65_536;
/** Go's own lines around what a test wrote. */
const framePattern = /^(?:# |=== |--- |FAIL\b|PASS\b|ok\b|exit status )/;

/**
 * The cases of `go test -json`: every test and subtest. One that failed in any round of a run has failed; one that
 * passed in a later run of its package is flaky. A test or package that did not end has failed, and so has a
 * package that failed without a failed test: it does not compile, or ended itself.
 *
 * @example readGoReport('{"Action":"run","Package":"shop","Test":"TestSum"}\n…') // { state: 'read', cases: [{ name: 'shop › TestSum', … }] }
 */
export function readGoReport(text: string): GoCases {
  const runs: PackageRun[] = [];
  const open = new Map<string, PackageRun>();
  const builds = new Map<string, string>();
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!line.trimStart().startsWith('{')) continue; // what go itself says beside the tests
    const event = tryReadEvent(line);
    if (event === undefined) {
      return {
        state: 'refused',
        reason: `JSON that breaks off or is not of go test (line ${index + 1})`,
      };
    }
    if (event.pkg === '') {
      builds.set(event.built, `${builds.get(event.built) ?? ''}${event.output}`);
      continue;
    }
    const run: PackageRun = open.get(event.pkg) ?? { pkg: event.pkg, tests: new Map(), output: '' };
    if (!open.has(event.pkg)) {
      open.set(event.pkg, run);
      runs.push(run);
    }
    addEvent(run, event);
    run.output = `${builds.get(event.failedBuild) ?? ''}${run.output}`;
    if (run.outcome !== undefined) open.delete(event.pkg);
  }
  return { state: 'read', cases: runs.flatMap(listCases) };
}

function tryReadEvent(line: string): GoEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const fields = new Map<string, unknown>(Object.entries(value ?? {}));
  const textOf = (key: string): string => {
    const field = fields.get(key);
    return typeof field === 'string' ? field : '';
  };
  const seconds = fields.get('Elapsed');
  const [action, pkg] = [textOf('Action'), textOf('Package')];
  // the events of a build name what is built, and its package fails afterwards
  const isEvent = pkg !== '' || action.startsWith('build-');
  if (action === '' || !isEvent) return undefined;
  return {
    action,
    pkg,
    test: textOf('Test'),
    output: textOf('Output'),
    built: textOf('ImportPath'),
    failedBuild: textOf('FailedBuild'),
    seconds: typeof seconds === 'number' ? seconds : 0,
  };
}

function addEvent(run: PackageRun, { action, test, output, seconds }: GoEvent): void {
  const outcome = outcomes.get(action);
  if (test === '') {
    run.output = keepEnd(run.output + output);
    if (outcome !== undefined) run.outcome = outcome;
    return;
  }
  const known = run.tests.get(test) ?? { output: '', seconds: 0 };
  run.tests.set(test, known);
  known.output = keepEnd(known.output + output);
  known.seconds += seconds;
  // with -count a test has several rounds: one that failed stays failed
  if (outcome !== undefined && known.outcome !== 'failed') known.outcome = outcome;
}

/** What is a little too long stays: to cut it at every line would take longer than to read it. */
function keepEnd(output: string): string {
  return output.length > 2 * longestOutput ? output.slice(-longestOutput) : output;
}

function listCases(run: PackageRun): readonly TestCase[] {
  const parents = listFailedParents(run);
  const cases = [...run.tests].map(([name, test]): TestCase => {
    const outcome = test.outcome ?? 'failed';
    const unended = test.outcome === undefined ? ['it did not end'] : [];
    const texts = parents.has(name)
      ? [...unended, 'a subtest of it failed']
      : [...unended, test.output];
    const id = JSON.stringify([run.pkg, name]);
    return {
      name: formatName(`${run.pkg} › ${name}`),
      id,
      test: id,
      outcome,
      seconds: test.seconds,
      isFlaky: false,
      ...(outcome === 'failed' ? explain(texts, run.pkg) : { message: '' }),
    };
  });
  const isFailed = run.outcome === undefined || run.outcome === 'failed';
  const name = formatName(run.pkg);
  const id = JSON.stringify([run.pkg]);
  const own = { name, id, test: id, seconds: 0, isFlaky: false };
  if (!isFailed || cases.some(({ outcome }) => outcome === 'failed')) return cases;
  const unended = run.outcome === undefined ? ['its tests did not end'] : [];
  return [...cases, { ...own, outcome: 'failed', ...explain([...unended, run.output], run.pkg) }];
}

/** Tests of which a subtest failed, whatever a subtest of that is. */
function listFailedParents({ tests }: PackageRun): ReadonlySet<string> {
  const parents = new Set<string>();
  for (const [name, { outcome }] of tests) {
    if (outcome !== 'failed') continue;
    // whose parent is known has its grandparents known, too
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const parent = name.slice(0, end);
      if (parents.has(parent)) break;
      parents.add(parent);
    }
  }
  return parents;
}

function explain(
  texts: readonly string[],
  pkg: string,
): Pick<TestCase, 'message' | 'file' | 'line'> {
  const message = firstLine(texts, (line) => !framePattern.test(line)) ?? firstLine(texts);
  const found = findTestLocation(cleanText(texts.join('\n')), undefined, pkg);
  return { message: message ?? 'failed without a word', ...found };
}
