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
  /** What could not be built, where that is why it failed. */
  failedBuild?: string;
}

/** What go wrote while it built something. */
interface Build {
  output: string;
  hasFailed: boolean;
}

/** In the order in which they began. */
interface GoLog {
  readonly runs: PackageRun[];
  /** By what is built, such as `shop [shop.test]`. */
  readonly builds: Map<string, Build>;
}

const outcomes: ReadonlyMap<string, TestCase['outcome']> = new Map([
  ['pass', 'passed'],
  ['fail', 'failed'],
  ['skip', 'skipped'],
  ['bench', 'passed'],
]);
const longestOutput = 65_536;
/** How Go before 1.24 says, beside the events, that a package has no tests to run. */
const unbuiltPattern = /^FAIL\t(?<pkg>\S+) \[(?<what>(?:build|setup) failed)\]\r?$/;
/** Go's own lines around what a test wrote. */
const framePattern = /^(?:# |=== |--- |FAIL\b|PASS\b|ok\b|exit status )/;

/**
 * The cases of `go test -json`: every test and subtest. One that failed in any round of a run has failed; one that
 * passed in a later run of its package is flaky. A test or package that did not end has failed, and so has a
 * package that failed without a failed test: it does not compile, or ended itself. What could not be built has
 * failed also where no package says so. A benchmark passes with its package.
 *
 * @example readGoReport('{"Action":"run","Package":"shop","Test":"TestSum"}\n…') // { state: 'read', cases: [{ name: 'shop › TestSum', … }] }
 */
export function readGoReport(text: string): GoCases {
  const log: GoLog = { runs: [], builds: new Map() };
  const open = new Map<string, PackageRun>();
  for (const [index, line] of text.split('\n').entries()) {
    if (!line.trimStart().startsWith('{')) {
      readPlainLine(log, line);
      continue;
    }
    const event = tryReadEvent(line);
    if (event === undefined) {
      return {
        state: 'refused',
        reason: `JSON that breaks off or is not of go test (line ${index + 1})`,
      };
    }
    if (event.pkg === '') addBuildEvent(log, event);
    else addPackageEvent(log, open, event);
  }
  return { state: 'read', cases: [...log.runs.flatMap(listCases), ...listFailedBuilds(log)] };
}

/** What go itself says beside the tests. */
function readPlainLine({ builds }: GoLog, line: string): void {
  const { pkg, what = '' } = unbuiltPattern.exec(line)?.groups ?? {};
  if (pkg !== undefined) builds.set(pkg, { output: what, hasFailed: true });
}

function addBuildEvent({ builds }: GoLog, { action, built, output }: GoEvent): void {
  const build = builds.get(built) ?? { output: '', hasFailed: false };
  builds.set(built, build);
  build.output += output;
  build.hasFailed ||= action === 'build-fail';
}

/** @param open the runs that have not ended, by package */
function addPackageEvent(log: GoLog, open: Map<string, PackageRun>, event: GoEvent): void {
  const { pkg, failedBuild } = event;
  const run: PackageRun = open.get(pkg) ?? { pkg, tests: new Map(), output: '' };
  if (!open.has(pkg)) {
    open.set(pkg, run);
    log.runs.push(run);
  }
  addEvent(run, event);
  if (failedBuild !== '') {
    run.failedBuild = failedBuild;
    run.output = `${log.builds.get(failedBuild)?.output ?? ''}${run.output}`;
  }
  if (run.outcome !== undefined) open.delete(pkg);
}

/** Those of which no package says that it failed because of them. */
function listFailedBuilds({ runs, builds }: GoLog): readonly TestCase[] {
  const failed = runs.filter(({ outcome }) => outcome === 'failed');
  const told = new Set(failed.flatMap(({ pkg, failedBuild }) => [pkg, failedBuild]));
  return [...builds].flatMap(([built, { output, hasFailed }]) => {
    const pkg = built.replace(/ \[.*$/, '');
    if (!hasFailed || told.has(built) || told.has(pkg)) return [];
    told.add(pkg);
    const id = JSON.stringify([pkg]);
    const own = { name: formatName(pkg), id, test: id, seconds: 0, isFlaky: false };
    return [{ ...own, outcome: 'failed', ...explain([output], pkg) }];
  });
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
    const { outcome: said = isSilentPass(run, name) ? 'passed' : undefined } = test;
    const outcome = said ?? 'failed';
    const unended = said === undefined ? ['it did not end'] : [];
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

/** Go says of a benchmark that it began, and often not that it ended. */
function isSilentPass({ outcome }: PackageRun, name: string): boolean {
  return outcome === 'passed' && name.startsWith('Benchmark');
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
  const found = findTestLocation(
    cleanText(texts.map((text) => text.slice(-longestOutput)).join('\n')),
    undefined,
    pkg,
  );
  return { message: message ?? 'failed without a word', ...found };
}
