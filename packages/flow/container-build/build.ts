import type { Compose, ImageBuild } from '@slipway/io/engine';
import type { Annotation, Runtime } from '../runtime/index.js';
import { joinTestResults, type TestResults } from '../test-report/index.js';
import { buildLayout, writeEvidence, type BuiltImage } from './build-layout.js';
import type { BuildPlan, ImagePlan, SourcePlan } from './build-plan.js';
import type { BuiltCommit } from './built-commit.js';
import type { StageFailure } from './judge-tests.js';
import { runCommands } from './run-commands.js';
import { runCompose } from './run-compose.js';
import { runTestStage } from './run-test-stage.js';
import { endStage, explainEnd, type StageOutcome, type StageTools } from './stage.js';
import { writeProvenance } from './write-provenance.js';

/** How a build went. */
export interface Built {
  readonly results?: TestResults;
  /** Where the tests ran that the results are of. */
  readonly testedIn: readonly TestPlace[];
  readonly image?: BuiltImage;
  readonly evidence: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly failure?: StageFailure;
  /** Where what failed ran; absent where it is the build of the image. */
  readonly failedIn?: TestPlace;
  /** The folder with what Compose services wrote, when something failed. */
  readonly logs?: string;
}

/** Where tests ran. */
interface TestPlace {
  readonly kind: 'image' | 'service' | 'stage';
  readonly name: string;
}

/** A stage of the build that came to its end. */
type EndedStage = StageOutcome & { readonly place: TestPlace };

/** What is known besides the plan, before anything is built. */
export interface BuildFacts {
  /** Of the plan's file. */
  readonly compose: Compose | undefined;
  readonly commit: BuiltCommit | undefined;
}

/**
 * Runs, tests and builds, in this order; the first that fails is the last. A build that is stopped or loses its engine
 * has failed, too, and what is known by then is told.
 *
 * @throws SlipwayError `invalid-input` for what is found to be wrong with an input
 */
export async function build(
  plan: BuildPlan,
  facts: BuildFacts,
  tools: StageTools,
  runtime: Runtime,
): Promise<Built> {
  const { source, image } = plan;
  const startedAt = runtime.clock.now().toISOString();
  const imageBuild = source && toImageBuild(source, facts.commit, runtime);
  const ended = await runStages(plan, facts.compose, imageBuild, tools);
  const tested = joinStages(ended);
  if (image === undefined || imageBuild === undefined || tested.failure !== undefined) {
    return { ...tested, evidence: [] };
  }
  const inWorkspace = ended.filter(({ place }) => place.kind !== 'stage');
  const provenance = {
    engine: tools.engine.description,
    commit: facts.commit,
    ranBefore: inWorkspace.map(({ place }) => formatPlace(place)),
    startedAt,
  };
  try {
    const target = image.target === undefined ? {} : { target: image.target };
    const built = await buildLayout(image, { ...imageBuild, ...target }, tools);
    if ('error' in built) return { ...tested, failure: built, evidence: [] };
    if (source !== undefined) await writeProvenance({ image, source }, built, provenance, runtime);
    const evidence = await proveTests(image, built, tested, runtime);
    return { ...tested, image: built, evidence: [...evidence, image.provenance] };
  } catch (error) {
    return { ...tested, failure: explainEnd(error), evidence: [] };
  }
}

async function runStages(
  { command, compose: composePlan, source, test }: BuildPlan,
  compose: Compose | undefined,
  imageBuild: ImageBuild | undefined,
  tools: StageTools,
): Promise<readonly EndedStage[]> {
  const { logger } = tools.runtime;
  const ended: EndedStage[] = [];
  const add = async (place: TestPlace, work: () => Promise<StageOutcome>): Promise<void> => {
    if (!hasFailed(ended)) ended.push({ ...(await endStage(work)), place });
  };
  if (command !== undefined) {
    await add({ kind: 'image', name: command.image }, () =>
      logger.group(`Run in ${command.image}`, () => runCommands(command, tools)),
    );
  }
  if (composePlan !== undefined && compose !== undefined) {
    await add({ kind: 'service', name: composePlan.service }, () =>
      runCompose(composePlan, compose, tools),
    );
  }
  if (test !== undefined && imageBuild !== undefined) {
    const build = { ...imageBuild, target: test.target };
    await add({ kind: 'stage', name: test.target }, () =>
      runTestStage(test, build, source?.folder ?? '.', tools),
    );
  }
  return ended;
}

function hasFailed(ended: readonly EndedStage[]): boolean {
  return ended.some(({ failure }) => failure !== undefined);
}

function joinStages(ended: readonly EndedStage[]): Omit<Built, 'image' | 'evidence'> {
  const tested = ended.filter(({ results }) => results !== undefined);
  const failed = ended.find((stage) => stage.failure !== undefined);
  const logs = ended.find((stage) => stage.logs !== undefined)?.logs;
  const results = tested.flatMap((stage) => stage.results ?? []);
  return {
    annotations: ended.flatMap(({ annotations }) => annotations),
    testedIn: tested.map(({ place }) => place),
    ...(results.length === 0 ? {} : { results: joinTestResults(results) }),
    ...(failed?.failure === undefined ? {} : { failure: failed.failure, failedIn: failed.place }),
    ...(logs === undefined ? {} : { logs }),
  };
}

/** @example formatPlace({ kind: 'service', name: 'test' }) // 'service test' */
function formatPlace({ kind, name }: TestPlace): string {
  return kind === 'image' ? name : `${kind} ${name}`;
}

async function proveTests(
  image: ImagePlan,
  built: BuiltImage,
  { results, testedIn }: Pick<Built, 'results' | 'testedIn'>,
  { clock, run }: Runtime,
): Promise<readonly string[]> {
  if (results === undefined) return [];
  await writeEvidence(image, built, results, {
    tested: testedIn.map(formatPlace),
    at: clock.now().toISOString(),
    run: run.url,
  });
  return [image.evidence];
}

/** The time of the commit is the time of everything in the image, so that its digest is of the sources alone. */
function toImageBuild(
  source: SourcePlan,
  commit: BuiltCommit | undefined,
  { logger }: Runtime,
): ImageBuild {
  if (commit === undefined) {
    logger.info('no commit is known here: files keep their times, and so the digest may vary');
  } else if (commit.changed.length > 0) {
    const [first = ''] = commit.changed;
    const more = commit.changed.length === 1 ? '' : ` and ${commit.changed.length - 1} more`;
    logger.info(
      `not as commit ${commit.hash.slice(0, 12)} has them: ${first}${more}; the provenance says so`,
    );
  }
  return { ...source, ...(commit === undefined ? {} : { sourceDateEpoch: commit.seconds }) };
}
