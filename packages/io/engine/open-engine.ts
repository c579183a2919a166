import { SlipwayError } from '@slipway/core/errors';
import { CommandError } from '../command/index.js';
import { chooseBuilder, type BuilderFacts } from './docker-arguments.js';
import { createDockerEngine } from './docker-engine.js';
import { askDocker, tryAskForJson, type EngineCollaborators } from './docker.js';
import type { Engine } from './engine.js';
import { removeAbandoned } from './own-things.js';
import { textAt, tryParseJson, valueAt } from './json.js';

const fix =
  'Use a runner that has docker with buildx, as GitHub’s Ubuntu runners have; podman and buildah, the other two engines, are not used yet.';

/**
 * Finds the engine of this machine, which is docker.
 *
 * @example const engine = await openEngine({ logger, clock, signal });
 * @throws SlipwayError `engine-missing` when there is none, or its daemon does not answer
 */
export async function openEngine(collaborators: EngineCollaborators): Promise<Engine> {
  const { signal } = collaborators;
  const [version] = await Promise.all([readServerVersion(signal), removeAbandoned('docker')]);
  return createDockerEngine(`docker ${version}`, collaborators, {
    assertAnswers: async () => {
      await readServerVersion();
    },
    chooseBuilder: async () => {
      await requireBuildx(signal);
      return chooseBuilder(await readBuilders(signal));
    },
  });
}

async function readServerVersion(signal?: AbortSignal): Promise<string> {
  const { stdout, stderr } = await askForEngine(signal);
  const version = textAt(tryParseJson(stdout), 'Server', 'Version');
  if (version !== undefined) return version;
  const said = stderr.replaceAll(/\s+/g, ' ').trim();
  throw new SlipwayError('engine-missing', 'there is docker, but its daemon does not answer', {
    ...(said === '' ? {} : { cause: new Error(said) }),
    fix: `Start it, or let DOCKER_HOST name one that runs. ${fix}`,
  });
}

async function askForEngine(
  signal?: AbortSignal,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  try {
    return await askDocker(['version', '--format', 'json'], signal);
  } catch (error) {
    if (!(error instanceof CommandError) || error.kind !== 'not-found') throw error;
    throw new SlipwayError('engine-missing', 'there is no container engine on this machine', {
      fix,
    });
  }
}

async function requireBuildx(signal: AbortSignal): Promise<void> {
  const { exitCode } = await askDocker(['buildx', 'version'], signal);
  if (exitCode === 0) return;
  throw new SlipwayError('engine-missing', 'there is docker, but not its plug-in buildx', {
    fix: `Install docker-buildx, or use docker/setup-buildx-action before this step. ${fix}`,
  });
}

async function readBuilders(signal: AbortSignal): Promise<BuilderFacts> {
  const [info, builders] = await Promise.all([
    tryAskForJson(['info', '--format', 'json'], signal),
    askDocker(['buildx', 'ls', '--format', builderTemplate], signal),
  ]);
  const current = builders.exitCode === 0 ? findCurrentBuilder(builders.stdout) : undefined;
  const status = valueAt(info, 'DriverStatus');
  const pairs: readonly unknown[] = Array.isArray(status) ? status : [];
  return {
    hasContainerdStore: pairs.some(
      (pair) => textAt(pair, 0) === 'driver-type' && textAt(pair, 1)?.startsWith('io.containerd.'),
    ),
    ...(current === undefined ? {} : { current }),
  };
}

/** JSON made here: until buildx 0.24 its own does not say which builder is the current one (docker/buildx#3175). */
const builderTemplate =
  '{"name":{{json .Builder.Name}},"driver":{{json .Builder.Driver}},"isCurrent":{{json .Builder.Current}}}';

/**
 * The builder that buildx takes by itself, of a line for each as the template makes them.
 *
 * @example findCurrentBuilder('{"name":"b","driver":"docker","isCurrent":true}') // { name: 'b', driver: 'docker' }
 */
export function findCurrentBuilder(lines: string): BuilderFacts['current'] {
  const builders = lines.split('\n').map(tryParseJson);
  const current = builders.find((builder) => valueAt(builder, 'isCurrent') === true);
  const [name, driver] = [textAt(current, 'name'), textAt(current, 'driver')];
  return name === undefined || driver === undefined ? undefined : { name, driver };
}
