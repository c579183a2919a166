import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { startProcess } from '../command/index.js';
import type { ComposeProgram } from './compose-program.js';
import type { EngineCollaborators } from './docker.js';
import { withPlace } from './own-things.js';

const startLimitMs = 20_000;
const lookEveryMs = 20;
/** Whoever removes things has asked for the first by then. */
const removalIdleSeconds = 20;

/**
 * Works with podman’s service, which answers as docker does, on a socket of its own: nothing has to be set up on
 * the machine, and nobody else gets in.
 *
 * @param work gets the path of the socket
 */
export async function withPodmanService<T>(
  { clock, signal }: EngineCollaborators,
  work: (socket: string) => Promise<T>,
): Promise<T> {
  return withPlace(tmpdir(), async (place) => {
    const socket = join(place, 'podman.sock');
    // podman asks systemd to check the health of containers; where there is none, it does not even start them
    const env = { DISABLE_HC_SYSTEMD: 'true' };
    const argv = ['podman', 'system', 'service', '--time=0', `unix://${socket}`] as const;
    const service = await startProcess(argv, { env });
    const ended = service.ended.then((how): never => {
      throw new SlipwayError('engine-missing', 'podman does not answer as docker does', {
        cause: new Error(how),
        fix: 'Make podman system service work as the user of the runner.',
      });
    });
    ended.catch(() => undefined); // it ends afterwards, too
    try {
      await Promise.race([waitForFile(socket, { clock, signal }), ended]);
      return await work(socket);
    } finally {
      await service.stop();
    }
  });
}

async function waitForFile(
  file: string,
  { clock, signal }: Pick<EngineCollaborators, 'clock' | 'signal'>,
): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(startLimitMs)]);
  while ((await stat(file).catch(() => undefined)) === undefined) {
    await clock.sleep(lookEveryMs, limit);
  }
}

/** Compose, as it speaks to podman’s service. Podman has no BuildKit: its own builder answers the older question. */
export function throughPodman({ words }: ComposeProgram, socket: string): ComposeProgram {
  const env = ['env', '-u', 'DOCKER_CONTEXT', '-u', 'DOCKER_TLS_VERIFY'] as const;
  const settings = [`DOCKER_HOST=unix://${socket}`, 'DOCKER_BUILDKIT=0'];
  return { engine: 'podman', words: [...env, ...settings, ...words] };
}

/** Serves for one command, which it is given, also when whoever has started the first service is gone. */
const removalScript = `podman system service --time=${removalIdleSeconds} "unix://$0" & service=$!
for _ in $(seq 200); do test -S "$0" && break; sleep 0.1; done
"$@"; code=$?; kill "$service"; rm -f "$0"; exit "$code"`;

/** @param argv speaks to that socket */
export function formatPodmanRemoval(
  socket: string,
  argv: readonly string[],
): readonly [string, ...string[]] {
  return ['sh', '-c', removalScript, socket, ...argv];
}
