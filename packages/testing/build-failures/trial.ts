import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { openJob, type EngineAccess, type RunnerEngine } from '../step/index.js';
import type { BuildFailure } from './rows.js';

const main = fileURLToPath(
  new URL('../../../actions/containerized-build/src/main.ts', import.meta.url),
);

/**
 * Lets a build fail with an engine.
 *
 * @returns what is not as it must be: the code, the sentence, and what is left of it
 */
export async function tryBuildFailure(
  failure: BuildFailure,
  engine: RunnerEngine,
  access: EngineAccess,
): Promise<readonly string[]> {
  const { files, inputs, full, cancelled } = failure;
  const job = await openJob({ main, files, environment: access.environment });
  const small = full === undefined ? undefined : join(job.workspace, full);
  try {
    if (small !== undefined) await mountSmall(small);
    const name = engine === 'classic' ? 'docker' : engine;
    const running = await job.start({ engine: name, ...inputs });
    if (cancelled !== undefined) {
      await running.written(cancelled);
      running.interrupt();
    }
    const { exitCode, outputs } = await running.ended;
    const [code = '', message = ''] = ['failure-code', 'failure-message'].map((each) =>
      outputs.get(each),
    );
    return [
      ...(exitCode === 0 ? ['the step succeeded'] : []),
      ...(code === failure.code ? [] : [`${code} instead of ${failure.code}`]),
      ...(failure.message.test(message) ? [] : [`it says: ${message}`]),
      ...(outputs.get('digest') === '' ? [] : ['it names a digest']),
      ...(await listLeft(engine, running.processId, access)).map((left) => `it left ${left}`),
    ];
  } finally {
    if (small !== undefined) await runCommand(['umount', small]);
    await job.remove();
  }
}

/** Room for a Dockerfile, and for no layer. */
async function mountSmall(folder: string): Promise<void> {
  await mkdir(folder);
  await runCommand(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
}

/** Containers with a name of this run: each holds the number of its process. */
async function listLeft(
  engine: RunnerEngine,
  processId: number,
  { environment }: EngineAccess,
): Promise<readonly string[]> {
  const program = engine === 'podman' ? 'podman' : 'docker';
  const { stdout } = await runCommand(
    engine === 'buildah'
      ? ['buildah', 'containers', '--format', '{{.ContainerName}}']
      : [program, 'container', 'ls', '--all', '--format', '{{.Names}}'],
    { env: environment },
  );
  return stdout.split('\n').filter((name) => name.includes(`-${processId}-`));
}
