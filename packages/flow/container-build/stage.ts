import { SlipwayError } from '@slipway/core/errors';
import type { ContainerOutcome, ContainerRun, Engine } from '@slipway/io/engine';
import type { Annotation, Runtime } from '../runtime/index.js';
import type { FailedTest, TestResults } from '../test-report/index.js';
import type { ContainerSettings } from './build-plan.js';
import type { StageFailure } from './judge-tests.js';
import type { RunnerFiles } from './runner-files.js';
import { createSourceFinder, type SourceFinder } from './find-source.js';
import type { SourceRoots } from './test-places.js';

/** What a stage of a build is done with. */
export interface StageTools {
  readonly engine: Engine;
  readonly runtime: Pick<
    Runtime,
    'logger' | 'clock' | 'signal' | 'workspace' | 'temporaryFolder' | 'stepFiles' | 'redact'
  >;
}

/** How a stage went: tests that ran, and why it goes no further. */
export interface StageOutcome {
  readonly results?: TestResults;
  readonly annotations: readonly Annotation[];
  readonly failure?: StageFailure;
  /** The folder with what services wrote. */
  readonly logs?: string;
}

/** GitHub shows ten errors of a step; one place is left for the failure itself. */
const shownAnnotations = 9;

/** What a container of either kind gets: the user's variables, and the files that speak to the runner. */
export function planContainer(
  image: string,
  { variables, network, user }: ContainerSettings,
  files: RunnerFiles,
): ContainerRun {
  return {
    image,
    variables: [...variables, ...files.settings],
    shared: files.shared,
    ...(network === undefined ? {} : { network }),
    ...(user === undefined ? {} : { user }),
  };
}

/** The failure of a container that did not even start. */
export function explainNotStarted(
  what: string,
  { reason }: Extract<ContainerOutcome, { state: 'not-started' }>,
): StageFailure {
  const error = new SlipwayError('build-failed', `the ${what} cannot be started: ${reason}`, {
    fix: 'Check the name of the image, and that what it starts is in it.',
  });
  return { error, lines: [] };
}

/** The failed tests, each beside its line where that can be found in the workspace. */
export async function annotateTests(
  { failed }: TestResults,
  roots: SourceRoots,
): Promise<readonly Annotation[]> {
  const sources = createSourceFinder(roots);
  const annotations: Annotation[] = [];
  for (const test of failed.slice(0, shownAnnotations)) {
    annotations.push(await annotateTest(test, sources));
  }
  return annotations;
}

async function annotateTest(
  { name, message, file, line }: FailedTest,
  sources: SourceFinder,
): Promise<Annotation> {
  const found = file === undefined ? undefined : await sources.find(file);
  return {
    title: `failed test: ${name}`,
    message,
    ...(found === undefined
      ? {}
      : { place: { file: found, ...(line === undefined ? {} : { line }) } }),
  };
}
