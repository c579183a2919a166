import { readdir, readFile, stat } from 'node:fs/promises';
import { invalidInput, type Problem } from '@slipway/core/errors';
import {
  build,
  needsBuildSecrets,
  tryReadBuiltCommit,
  type BuildPlan,
  type Built,
  type SourcePlan,
} from '@slipway/flow/container-build';
import { shortestMasked, type Runtime } from '@slipway/flow/runtime';
import { openCompose, openEngine, uniqueName, type Engine } from '@slipway/io/engine';
import type { Inputs } from './inputs.js';
import { planBuild, type Plan } from './plan.js';

export interface Result extends Built {
  readonly plan: Plan;
  readonly name: string;
  readonly engine: Pick<Engine, 'name' | 'description'>;
  readonly durationMs: number;
}

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
    await assertAble(engine, plan);
    const compose = plan.compose && (await openCompose(engine, plan.compose, runtime));
    const built = await build(plan, { compose, commit }, { engine, runtime }, runtime);
    const durationMs = clock.monotonicMs() - startedMs;
    return { ...built, plan, name: inputs.name, engine, durationMs };
  } finally {
    await engine.close();
  }
}

/** What the engine cannot do is said before anything is built. */
async function assertAble(engine: Engine, plan: BuildPlan): Promise<void> {
  const { command, source, image } = plan;
  const problems = engine.listRefusals({
    hasVolumes:
      command !== undefined && command.caches.length > 0 && command.cacheFolder === undefined,
    hasSecrets: await needsBuildSecrets(plan),
    platforms: image?.platforms ?? [],
    cacheFrom: source?.cacheFrom ?? [],
    cacheTo: image?.cacheTo ?? [],
  });
  if (problems.length > 0) throw invalidInput(problems);
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
