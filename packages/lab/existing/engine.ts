import { dirname, join } from 'node:path';
import { homedir } from 'node:os';
import { runCommand } from '@slipway/io/command';
import type { EnginePart } from '../engine/index.js';
import { PartLeftOutError } from '../errors/index.js';
import { findProgram } from '../packages/index.js';

/** What the docker client says about where its engine is. */
const askEndpoint = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'] as const;

/**
 * The engine of this machine, as its own docker finds it (`DOCKER_HOST`, contexts). It is nobody’s to end.
 *
 * @throws PartLeftOutError where there is none that answers
 */
export async function findMachineEngine(signal?: AbortSignal): Promise<EnginePart> {
  const docker = findProgram('docker');
  if (docker === undefined)
    throw new PartLeftOutError('engine:docker', 'there is no docker in PATH');
  const stop = signal === undefined ? {} : { signal };
  const { exitCode, stderr } = await runCommand([docker, 'info', '--format', '{{.ID}}'], {
    acceptExitCodes: [1],
    ...stop,
  });
  if (exitCode !== 0)
    throw new PartLeftOutError(
      'engine:docker',
      `docker info says: ${stderr.trim().split('\n')[0] ?? ''}`,
    );
  const { stdout } = await runCommand([docker, ...askEndpoint], stop);
  const dockerHost = process.env['DOCKER_HOST'] ?? stdout.trim();
  const dockerConfig = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  return {
    dockerHost,
    dockerConfig,
    programs: dirname(docker),
    address: '127.0.0.1',
    environment: { DOCKER_HOST: dockerHost, DOCKER_CONFIG: dockerConfig },
  };
}

/** The same, or `undefined` where there is none. */
export async function checkMachineEngine(): Promise<EnginePart | undefined> {
  try {
    return await findMachineEngine();
  } catch (error) {
    if (error instanceof PartLeftOutError) return undefined;
    throw error;
  }
}
