import { relative } from 'node:path';
import { describeError } from '@slipway/core/errors';
import { formatDuration } from '@slipway/core/duration';
import { systemClock } from '@slipway/io/clock';
import {
  defaultParts,
  openLab,
  PartLeftOutError,
  type Lab,
  type PartName,
} from '@slipway/lab/parts';
import { prepareTestRegistries } from '@slipway/lab/test-registry';
import { canaryVariable, readCanary } from '@slipway/testing/canary';
import { parseArguments, type RunArguments } from './arguments.js';
import type { SuiteReport } from './jest-report.js';
import { brokenRun, listTests, projects, root, runJest, type Project } from './jest.js';
import { SecretSearch } from './secret-search.js';
import { addUp, formatTotals, type Totals } from './totals.js';

/** `npm test`: every test, those that need nothing first. Returns the exit code. */
async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const started = systemClock.monotonicMs();
  const args = parseArguments(argv, process.env['LAB_WITHOUT']);
  const selection = await selectTests(args, signal);
  const suites: SuiteReport[] = [];
  for (const project of projects) {
    const files = selection.files[project];
    if (files.length === 0) continue;
    const run = { project, files, leftOut: args.leftOut.join(','), signal, print };
    const name = selection.isNarrowedByName ? { namePattern: args.pattern ?? '' } : {};
    const work = (): Promise<readonly SuiteReport[]> => runJest({ ...run, ...name });
    suites.push(...(await (project === 'lab' ? withLab(args, signal, work) : work())));
  }
  printDurations(suites);
  const { suite, lines } = search.finish();
  for (const line of lines) print(line);
  const isEmpty = isNothing(addUp(suites, selection));
  const { withoutPart, ...totals } = addUp(isEmpty ? [] : [...suites, suite], selection);
  for (const [part, count] of withoutPart) print(`without ${part}: ${count} tests skipped`);
  if (isEmpty) print(`no test matches ${args.pattern ?? 'anything'}`);
  print(`in ${formatDuration(systemClock.monotonicMs() - started)}`);
  print(formatTotals(isEmpty ? { ...totals, failed: 1 } : totals));
  return isEmpty || totals.failed > 0 ? 1 : 0;
}

function isNothing({ passed, failed, skipped }: Totals): boolean {
  return passed + failed + skipped === 0;
}

interface Selection {
  readonly files: Readonly<Record<Project, readonly string[]>>;
  readonly isNarrowedByName: boolean;
}

/** A pattern that matches no path is looked for in the names of all tests. */
async function selectTests({ pattern }: RunArguments, signal: AbortSignal): Promise<Selection> {
  const all = {
    pure: await listTests('pure', signal),
    lab: await listTests('lab', signal),
    alone: await listTests('alone', signal),
  };
  if (pattern === undefined) return { files: all, isNarrowedByName: false };
  const expression = new RegExp(pattern, 'i');
  const choose = (files: readonly string[]): readonly string[] =>
    files.filter((file) => expression.test(relative(root, file)));
  const files = { pure: choose(all.pure), lab: choose(all.lab), alone: choose(all.alone) };
  const isInPaths = Object.values(files).some(({ length }) => length > 0);
  return isInPaths ? { files, isNarrowedByName: false } : { files: all, isNarrowedByName: true };
}

/**
 * One lab for all suites: what its parts are made of is there before the first suite asks, so that no test's
 * time limit has to hold a build. The lab ends with this run, unless somebody keeps it up.
 */
async function withLab(
  { leftOut }: RunArguments,
  signal: AbortSignal,
  work: () => Promise<readonly SuiteReport[]>,
): Promise<readonly SuiteReport[]> {
  let lab: Lab;
  try {
    lab = await openLab({ log: print, signal });
  } catch (error) {
    return [brokenRun('the lab', tell(error))];
  }
  try {
    const parts = [...defaultParts, 'engine:docker' as const].filter(
      (part) => !leftOut.includes(part),
    );
    await Promise.all(parts.map((part) => prepareIfThere(lab, part)));
    await prepareTestRegistries(print, signal);
    const suites = await work();
    return [...suites, ...(await tryLookIntoLab(lab))];
  } catch (error) {
    signal.throwIfAborted();
    return [brokenRun('the lab', tell(error))];
  } finally {
    await lab.close();
  }
}

/** What an existing cluster’s user does not have, its tests say themselves. */
async function prepareIfThere(lab: Lab, part: PartName): Promise<void> {
  try {
    await lab.prepare([part]);
  } catch (error) {
    if (!(error instanceof PartLeftOutError)) throw error;
    print(error.message);
  }
}

/** A search that could not be done has found nothing out. */
async function tryLookIntoLab(lab: Lab): Promise<readonly SuiteReport[]> {
  try {
    await search.lookIntoLab(await lab.status());
    return [];
  } catch (error) {
    const sentence = `the lab cannot be searched for secrets: ${describeError(error)}`;
    print(sentence);
    return [brokenRun('the search for secrets', sentence)];
  }
}

function tell(error: unknown): string {
  const sentence = describeError(error);
  print(`the lab cannot be used: ${sentence}`);
  return sentence;
}

/** The slowest last, where people look; suites that were not run are left out. */
function printDurations(suites: readonly SuiteReport[]): void {
  const ran = suites.filter(({ tests }) => tests.some(({ state }) => state !== 'skipped'));
  print('');
  for (const { path, durationMs, tests } of ran.toSorted((a, b) => a.durationMs - b.durationMs)) {
    const seconds = (durationMs / 1000).toFixed(1).padStart(7);
    print(`${seconds} s  ${relative(root, path)}  (${tests.length} tests)`);
  }
  print('');
}

function print(line: string): void {
  search.note(line);
  process.stdout.write(`${line}\n`);
}

// every suite, and every process of the lab, has it from the environment
process.env[canaryVariable] = readCanary();
const search = new SecretSearch(readCanary());
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => interruption.abort(new Error(`interrupted by ${name}`)));
}
try {
  process.exitCode = await main(process.argv.slice(2), interruption.signal);
} catch (error) {
  if (interruption.signal.aborted) {
    print(describeError(interruption.signal.reason));
    process.exitCode = 130;
  } else {
    print(describeError(error));
    print(formatTotals({ passed: 0, failed: 1, skipped: 0 }));
    process.exitCode = 1;
  }
}
