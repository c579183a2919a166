import { readdir, readFile, stat } from 'node:fs/promises';
import { SlipwayError, invalidInput, type Problem } from '@slipway/core/errors';
import {
  buildLayout,
  runCommands,
  runCompose,
  runTestStage,
  writeEvidence,
  writeProvenance,
  type BuiltImage,
  type ImagePlan,
  type SourcePlan,
  type StageFailure,
  type StageOutcome,
  type StageTools,
} from '@slipway/flow/container-build';
import type { Annotation, Runtime } from '@slipway/flow/runtime';
import { joinTestResults, type TestResults } from '@slipway/flow/test-report';
import {
  openCompose,
  openEngine,
  uniqueName,
  type Compose,
  type Engine,
  type ImageBuild,
} from '@slipway/io/engine';
import { openRepository } from '@slipway/io/git';
import type { Inputs } from './inputs.js';
import { planBuild, type BuildPlan } from './plan.js';

export interface Result {
  readonly plan: BuildPlan;
  readonly name: string;
  readonly engine: Pick<Engine, 'name' | 'description'>;
  readonly results?: TestResults;
  readonly image?: BuiltImage;
  readonly evidence: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly failure?: StageFailure;
  /** The folder with what Compose services wrote, when something failed. */
  readonly logs?: string;
  readonly durationMs: number;
}

/** Of which the checkout is, and when it was made. */
interface Commit {
  readonly hash: string;
  readonly seconds: number;
}

type Built = Pick<Result, 'results' | 'image' | 'failure' | 'annotations' | 'evidence' | 'logs'>;

/** Runs, tests and builds, in this order; the first that fails is the last. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { clock, logger, workspace, temporaryFolder } = runtime;
  const startedMs = clock.monotonicMs();
  const plan = planBuild(inputs, { workspace, temporaryFolder, projectName: uniqueName() });
  await assertReady(plan, runtime);
  logger.info(plan.sentence);
  const [engine, commit] = await Promise.all([
    openEngine(inputs.engine, runtime),
    plan.source && tryReadCommit(runtime),
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
  }: { readonly compose: Compose | undefined; readonly commit: Commit | undefined },
  tools: StageTools,
  runtime: Runtime,
): Promise<Built> {
  const { command, source, test, image } = plan;
  const outcomes: StageOutcome[] = [];
  const title = `Run in ${command?.image ?? ''}`;
  if (command !== undefined) {
    outcomes.push(await runtime.logger.group(title, () => runCommands(command, tools)));
  }
  if (plan.compose !== undefined && compose !== undefined && !hasFailed(outcomes)) {
    outcomes.push(await runCompose(plan.compose, compose, tools));
  }
  const imageBuild = source && toImageBuild(source, commit, runtime);
  const startedAt = runtime.clock.now().toISOString();
  if (test !== undefined && imageBuild !== undefined && !hasFailed(outcomes)) {
    const build = { ...imageBuild, target: test.target };
    outcomes.push(await runTestStage(test, build, source?.folder ?? '.', tools));
  }
  const tested = joinOutcomes(outcomes);
  if (image === undefined || imageBuild === undefined || tested.failure !== undefined) {
    return { ...tested, evidence: [] };
  }
  const target = image.target === undefined ? {} : { target: image.target };
  const built = await buildLayout(image, { ...imageBuild, ...target }, tools);
  if ('error' in built) return { ...tested, failure: built, evidence: [] };
  const provenance = { engine: tools.engine.description, commit: commit?.hash, startedAt };
  if (source !== undefined) await writeProvenance({ image, source }, built, provenance, runtime);
  const evidence = await proveTests(plan, image, built, tested, runtime);
  return { ...tested, image: built, evidence: [...evidence, image.provenance] };
}

function hasFailed(outcomes: readonly StageOutcome[]): boolean {
  return outcomes.some(({ failure }) => failure !== undefined);
}

function joinOutcomes(outcomes: readonly StageOutcome[]): Omit<Built, 'image' | 'evidence'> {
  const results = outcomes.flatMap((outcome) => outcome.results ?? []);
  const failure = outcomes.find((outcome) => outcome.failure !== undefined)?.failure;
  const logs = outcomes.find((outcome) => outcome.logs !== undefined)?.logs;
  return {
    annotations: outcomes.flatMap(({ annotations }) => annotations),
    ...(results.length === 0 ? {} : { results: joinTestResults(results) }),
    ...(failure === undefined ? {} : { failure }),
    ...(logs === undefined ? {} : { logs }),
  };
}

async function proveTests(
  { command, compose, test }: BuildPlan,
  image: ImagePlan,
  built: BuiltImage,
  { results }: Pick<Built, 'results'>,
  { clock, run }: Runtime,
): Promise<readonly string[]> {
  if (results === undefined) return [];
  const tested = [
    ...(command?.junit === undefined ? [] : [command.image]),
    ...(compose === undefined ? [] : [`service ${compose.service}`]),
    ...(test === undefined ? [] : [`stage ${test.target}`]),
  ];
  await writeEvidence(image, built, results, {
    tested,
    at: clock.now().toISOString(),
    run: run.url,
  });
  return [image.evidence];
}

/** The time of the commit is the time of everything in the image, so that its digest is of the sources alone. */
function toImageBuild(
  source: SourcePlan,
  commit: Commit | undefined,
  { logger }: Runtime,
): ImageBuild {
  if (commit === undefined) {
    logger.info('no commit is known here: files keep their times, and so the digest may vary');
  }
  return { ...source, ...(commit === undefined ? {} : { sourceDateEpoch: commit.seconds }) };
}

async function tryReadCommit({ workspace, signal }: Runtime): Promise<Commit | undefined> {
  try {
    const repository = await openRepository(workspace, { signal });
    return await repository.tryReadCommit('HEAD');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
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
  if ('variable' in secret) {
    const value = runtime.readSecretVariable(secret.variable)?.reveal();
    if (value !== undefined && value !== '') return maskLines(value, runtime);
    const given = `id=${secret.id},env=${secret.variable}`;
    const expected = `the variable ${secret.variable} to be set`;
    return [{ subject: 'secrets', given, expected, fix: 'Set it under env of this step.' }];
  }
  const value = await readFile(secret.file, 'utf8').catch(() => undefined);
  if (value !== undefined) return maskLines(value, runtime);
  const given = `id=${secret.id},src=${secret.file}`;
  return [{ subject: 'secrets', given, expected: 'a file', fix: 'Check the path.' }];
}

/** A line that is shorter is found in too much that is no secret. */
const shortestMasked = 6;

function maskLines(value: string, runtime: Runtime): readonly Problem[] {
  for (const line of value.split(/\r?\n/).map((each) => each.trim())) {
    if (line.length >= shortestMasked) runtime.mask(line);
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
