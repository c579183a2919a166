import { SlipwayError, describeError } from '@slipway/core/errors';
import type { ContainerOutcome, ContainerRun, Engine } from '@slipway/io/engine';
import { toSlipwayError, type Annotation, type Runtime } from '../runtime/index.js';
import type { FailedTest, TestResults } from '../test-report/index.js';
import type { ContainerSettings } from './build-plan.js';
import type { StageFailure, Verdict } from './judge-tests.js';
import type { RunnerFiles } from './runner-files.js';
import { createSourceFinder, type SourceFinder } from './find-source.js';
import type { SourceRoots } from './test-places.js';

/** What a stage of a build is done with. */
export interface StageTools {
  readonly engine: Engine;
  readonly runtime: Pick<
    Runtime,
    | 'logger'
    | 'clock'
    | 'signal'
    | 'workspace'
    | 'temporaryFolder'
    | 'stepFiles'
    | 'redact'
    | 'run'
    | 'readSecretVariable'
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
/** As many as a summary lists. */
const locatedTests = 50;

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

/**
 * Works to the end of a stage. One that is stopped, or loses its engine, has failed, so that what is known of others
 * can be told.
 *
 * @throws SlipwayError when inputs are wrong
 */
export async function endStage(work: () => Promise<StageOutcome>): Promise<StageOutcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SlipwayError && error.problems.length > 0) throw error;
    return { annotations: [], failure: explainEnd(error) };
  }
}

/** What was thrown, as a failure whose message says it all. */
export function explainEnd(thrown: unknown): StageFailure {
  const { code, fix } = toSlipwayError(thrown);
  const error = new SlipwayError(code, describeError(toSlipwayError(thrown)), {
    cause: thrown,
    ...(fix === undefined ? {} : { fix }),
  });
  return { error, lines: [] };
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

/**
 * Finds where failed tests stand in the workspace: the paths that a tool wrote are those of its container. Each that
 * was found is annotated.
 */
export async function locateTests(
  verdict: Verdict,
  roots: SourceRoots,
): Promise<Pick<StageOutcome, 'results' | 'annotations'>> {
  const { results } = verdict;
  if (results === undefined) return { annotations: [] };
  const sources = createSourceFinder(roots);
  const annotations: Annotation[] = [];
  const failed: FailedTest[] = [];
  for (const test of results.failed) {
    const place = failed.length < locatedTests ? await findPlace(test, sources) : undefined;
    failed.push({ ...test, ...place });
    if (annotations.length < shownAnnotations) annotations.push(annotateTest(test, place));
  }
  return { results: { ...results, failed }, annotations };
}

async function findPlace(
  { file, line }: FailedTest,
  sources: SourceFinder,
): Promise<Annotation['place']> {
  const found = file === undefined ? undefined : await sources.find(file);
  if (found === undefined) return undefined;
  return { file: found, ...(line === undefined ? {} : { line }) };
}

function annotateTest({ name, message }: FailedTest, place: Annotation['place']): Annotation {
  const title = `failed test: ${name}`;
  return place === undefined ? { title, message } : { title, message, place };
}
