import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { parseJestReport, type SuiteReport } from './jest-report.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const projects = ['pure', 'lab', 'alone'] as const;

export type Project = (typeof projects)[number];

/** For one test; jest takes no timeout from a project's configuration. */
const timeoutsMs: Readonly<Record<Project, number>> = {
  pure: 15_000,
  lab: 120_000,
  alone: 300_000,
};

/** Suites of the lab mostly wait: three of them keep two cores busy. */
const workers: Readonly<Record<Project, string>> = {
  pure: '--maxWorkers=2',
  lab: '--maxWorkers=3',
  alone: '--runInBand',
};

const jest = [
  process.execPath,
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  fileURLToPath(import.meta.resolve('jest/bin/jest')),
] as const;

/** Lines of jest that say what the run says better. */
const isNoise = /^(?:Ran all test suites|Test results written to|Running one project|Snapshots:)/;

export interface JestRun {
  readonly project: Project;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** A regular expression over names of tests. */
  readonly namePattern?: string;
  /** As in `LAB_WITHOUT`. */
  readonly leftOut: string;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** The files of tests of a project, in the order of their names. */
export async function listTests(project: Project, signal: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await runCommand([...jest, '--listTests', '--selectProjects', project], {
    cwd: root,
    signal,
  });
  return stdout
    .split('\n')
    .filter((line) => line.endsWith('.test.ts'))
    .toSorted();
}

/** Runs suites with jest, and answers with what it reports; jest without a report is a failed suite. */
export async function runJest(run: JestRun): Promise<readonly SuiteReport[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-jest-'));
  const report = join(folder, 'report.json');
  const name = run.namePattern === undefined ? [] : ['--testNamePattern', run.namePattern];
  try {
    const { exitCode } = await runCommand(
      [
        ...jest,
        ...['--selectProjects', run.project, '--json', '--outputFile', report],
        `--testTimeout=${timeoutsMs[run.project]}`,
        ...[workers[run.project], ...name],
        ...['--runTestsByPath', ...run.files],
      ],
      {
        cwd: root,
        env: { LAB_WITHOUT: run.leftOut, FORCE_COLOR: '0' },
        signal: run.signal,
        acceptExitCodes: [1],
        onStderrLine: (line) => {
          if (!isNoise.test(line)) run.print(line);
        },
      },
    );
    const suites = existsSync(report) ? parseJestReport(readFileSync(report, 'utf8')) : [];
    const hasFailure = suites.some(
      ({ tests, loadFailure }) =>
        loadFailure !== undefined || tests.some(({ state }) => state === 'failed'),
    );
    if (suites.length > 0 && (exitCode === 0 || hasFailure)) return suites;
    return [...suites, brokenRun(run.project, `jest ended with exit code ${exitCode}`)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What counts as one failed test although there was none. */
export function brokenRun(path: string, loadFailure: string): SuiteReport {
  return { path, durationMs: 0, tests: [], loadFailure };
}
