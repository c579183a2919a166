import { readdir, readFile, stat } from 'node:fs/promises';
import { invalidInput, type Problem } from '@slipway/core/errors';
import {
  buildLayout,
  runCommands,
  runCompose,
  runTestStage,
  writeEvidence,
  tryReadBuiltCommit,
  writeProvenance,
  type BuiltCommit,
  type BuiltImage,
  type ImagePlan,
  type SourcePlan,
  type StageFailure,
  type StageOutcome,
  type StageTools,
} from '@slipway/flow/container-build';
import { shortestMasked, type Annotation, type Runtime } from '@slipway/flow/runtime';
import { joinTestResults, type TestResults } from '@slipway/flow/test-report';
import {
  openCompose,
  openEngine,
  uniqueName,
  type Compose,
  type Engine,
  type ImageBuild,
} from '@slipway/io/engine';
import type { Inputs } from './inputs.js';
import { planBuild, type BuildPlan } from './plan.js';

export interface Result {
  readonly plan: BuildPlan;
  readonly name: string;
  readonly engine: Pick<Engine, 'name' | 'description'>;
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
  readonly durationMs: number;
}

/** Where tests ran. */
interface TestPlace {
  readonly kind: 'image' | 'service' | 'stage';
  readonly name: string;
}

/** A stage of the build that came to its end. */
type EndedStage = StageOutcome & { readonly place: TestPlace };

type Built = Pick<
  Result,
  'results' | 'testedIn' | 'image' | 'failure' | 'failedIn' | 'annotations' | 'evidence' | 'logs'
>;

/** Runs, tests and builds, in this order; the first that fails is the last. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { clock, logger, workspace, temporaryFolder } = runtime;
  const startedMs = clock.monotonicMs();
  const plan = planBuild(inputs, { workspace, temporaryFolder, projectName: uniqueName() });
  await assertReady(plan, runtime);
  logger.info(plan.sentence);
  const [engine, commit] = await Promise.all([
    openEngine(inputs.engine, runtime),
    plan.source && plan.image && tryReadBuiltCommit(plan.source, plan.image, runtime),
  ]);
  logger.info(`with ${engine.description}`);
  try {
    assertAble(engine, plan);
    const compose = plan.compose && (await openCompose(engine, plan.compose, runtime));
    const built = await build(plan, { compose, commit }, { engine, runtime }, runtime);
    const durationMs = clock.monotonicMs() - startedMs;
    return { ...built, plan, name: inputs.name, engine, durationMs };
  } finally {
    await engine.close();
  }
}

/** What the engine cannot do is said before anything is built. */
function assertAble(engine: Engine, { command, source, image }: BuildPlan): void {
  const problems = engine.listRefusals({
    hasVolumes:
      command !== undefined && command.caches.length > 0 && command.cacheFolder === undefined,
    // what is run has them from us, on every engine
    hasSecrets: command === undefined && source !== undefined && source.secrets.length > 0,
    platforms: image?.platforms ?? [],
    cacheFrom: source?.cacheFrom ?? [],
    cacheTo: image?.cacheTo ?? [],
  });
  if (problems.length > 0) throw invalidInput(problems);
}

async function build(
  plan: BuildPlan,
  {
    compose,
    commit,
  }: { readonly compose: Compose | undefined; readonly commit: BuiltCommit | undefined },
  tools: StageTools,
  runtime: Runtime,
): Promise<Built> {
  const { command, source, test, image } = plan;
  const ended: EndedStage[] = [];
  if (command !== undefined) {
    const title = `Run in ${command.image}`;
    const outcome = await runtime.logger.group(title, () => runCommands(command, tools));
    ended.push({ ...outcome, place: { kind: 'image', name: command.image } });
  }
  if (plan.compose !== undefined && compose !== undefined && !hasFailed(ended)) {
    const outcome = await runCompose(plan.compose, compose, tools);
    ended.push({ ...outcome, place: { kind: 'service', name: plan.compose.service } });
  }
  const ranBefore = ended.map(({ place }) => formatPlace(place));
  const imageBuild = source && toImageBuild(source, commit, runtime);
  const startedAt = runtime.clock.now().toISOString();
  if (test !== undefined && imageBuild !== undefined && !hasFailed(ended)) {
    const build = { ...imageBuild, target: test.target };
    const outcome = await runTestStage(test, build, source?.folder ?? '.', tools);
    ended.push({ ...outcome, place: { kind: 'stage', name: test.target } });
  }
  const tested = joinStages(ended);
  if (image === undefined || imageBuild === undefined || tested.failure !== undefined) {
    return { ...tested, evidence: [] };
  }
  const target = image.target === undefined ? {} : { target: image.target };
  const built = await buildLayout(image, { ...imageBuild, ...target }, tools);
  if ('error' in built) return { ...tested, failure: built, evidence: [] };
  const provenance = {
    engine: tools.engine.description,
    commit,
    ranBefore,
    startedAt,
  };
  if (source !== undefined) await writeProvenance({ image, source }, built, provenance, runtime);
  const evidence = await proveTests(image, built, tested, runtime);
  return { ...tested, image: built, evidence: [...evidence, image.provenance] };
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

/** Everything that is missing on this machine, before anything is started. */
async function assertReady(
  { command, source, image, compose }: BuildPlan,
  runtime: Runtime,
): Promise<void> {
  const problems: Problem[] = [];
  if (compose !== undefined && !(await isKind(compose.file, 'isFile'))) {
    const fix = 'Check the path, and that the repository was checked out before this step.';
    const expected = 'a file in the workspace';
    problems.push({ subject: 'compose-file', given: compose.file, expected, fix });
  }
  if (source !== undefined) {
    const fix = 'Check the path, and that the repository was checked out before this step.';
    if (!(await isKind(source.context, 'isDirectory'))) {
      const given = source.folder;
      problems.push({
        subject: 'build-context',
        given,
        expected: 'a folder in the workspace',
        fix,
      });
    } else if (!(await isKind(source.dockerfile, 'isFile'))) {
      const given = source.dockerfile;
      problems.push({ subject: 'dockerfile', given, expected: 'a file in the workspace', fix });
    }
  }
  const secrets = [...(command?.secrets ?? []), ...(source?.secrets ?? [])];
  for (const secret of new Map(secrets.map((each) => [each.id, each])).values()) {
    problems.push(...(await checkSecret(secret, runtime)));
  }
  if (image !== undefined && !(await isReplaceable(image.layout))) {
    problems.push({
      subject: 'layout',
      given: image.layout,
      expected: 'a folder that is not there, is empty, or holds an OCI image layout',
      fix: 'Name another folder: this one would be replaced.',
    });
  }
  if (problems.length > 0) throw invalidInput(problems);
}

/** From here on its value is seen nowhere. */
async function checkSecret(
  secret: SourcePlan['secrets'][number],
  runtime: Runtime,
): Promise<readonly Problem[]> {
  const { id } = secret;
  if ('variable' in secret) {
    const value = runtime.readSecretVariable(secret.variable)?.reveal();
    if (value !== undefined && value !== '') return hideSecret(id, value, runtime);
    const given = `id=${id},env=${secret.variable}`;
    const expected = `the variable ${secret.variable} to be set`;
    return [{ subject: 'secrets', given, expected, fix: 'Set it under env of this step.' }];
  }
  const value = await readFile(secret.file, 'utf8').catch(() => undefined);
  if (value !== undefined) return hideSecret(id, value, runtime);
  const given = `id=${id},src=${secret.file}`;
  return [{ subject: 'secrets', given, expected: 'a file', fix: 'Check the path.' }];
}

function hideSecret(id: string, value: string, runtime: Runtime): readonly Problem[] {
  runtime.mask(value);
  if (value.trim().length < shortestMasked) {
    const lack = `has fewer than ${shortestMasked} characters, and is not hidden`;
    runtime.logger.warning(`the secret ${id} ${lack} in what the build writes`);
  }
  return [];
}

async function isKind(path: string, kind: 'isFile' | 'isDirectory'): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.[kind]() === true;
}

/** What a layout holds, and nothing else may go with it. */
const layoutNames = ['blobs', 'index.json', 'ingest', 'oci-layout'];

async function isReplaceable(folder: string): Promise<boolean> {
  const names: readonly string[] | undefined = await readdir(folder).catch((error: unknown) =>
    error instanceof Error && 'code' in error && error.code === 'ENOENT' ? [] : undefined,
  );
  return names?.every((name) => layoutNames.includes(name)) === true;
}
