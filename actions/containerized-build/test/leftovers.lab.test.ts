import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCommand } from '@slipway/io/command';
import { uniqueName } from '@slipway/io/engine';
import { openLab, type Lab } from '@slipway/lab/parts';
import { openEngineAccess, openJob, type RunnerEngine } from '@slipway/testing/step';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const image = 'busybox:1.36';

/** How something is made with a name, found by it, and removed. */
interface Kind {
  readonly what: string;
  readonly make: (name: string) => Argv;
  readonly list: Argv;
  readonly remove: Argv;
}

type Argv = readonly [string, ...string[]];

const container = (program: string, ...options: readonly string[]): Kind => ({
  what: 'a container',
  make: (name) => [program, 'run', '--detach', ...options, '--name', name, image, 'sleep', '1000'],
  list: [program, 'container', 'ls', '--all', '--format', '{{.Names}}'],
  remove: [program, 'container', 'rm', '--force'],
});
const named = (program: string, kind: string): Kind => ({
  what: kind,
  make: (name) => [program, kind, 'create', name],
  list: [program, kind, 'ls', '--format', '{{.Name}}'],
  remove: [program, kind, 'rm'],
});

const kinds = {
  docker: [
    container('docker'),
    named('docker', 'network'),
    named('docker', 'volume'),
    {
      what: 'an image',
      make: (name) => ['docker', 'tag', image, name],
      list: ['docker', 'image', 'ls', '--format', '{{.Repository}}'],
      remove: ['docker', 'image', 'rm'],
    },
    {
      what: 'a builder',
      make: (name) => ['docker', 'buildx', 'create', '--name', name],
      list: ['docker', 'buildx', 'ls', '--format', '{{.Builder.Name}}'],
      remove: ['docker', 'buildx', 'rm'],
    },
  ],
  podman: [
    container('podman', '--stop-timeout', '1'),
    named('podman', 'network'),
    named('podman', 'volume'),
    {
      what: 'a list of images',
      make: (name) => ['podman', 'manifest', 'create', name],
      list: ['podman', 'image', 'ls', '--format', '{{.Repository}}'],
      remove: ['podman', 'manifest', 'rm'],
    },
  ],
  buildah: [
    {
      what: 'a container',
      make: (name) => ['buildah', 'from', '--name', name, image],
      list: ['buildah', 'containers', '--format', '{{.ContainerName}}'],
      remove: ['buildah', 'rm'],
    },
    {
      what: 'a list of images',
      make: (name) => ['buildah', 'manifest', 'create', name],
      list: ['buildah', 'images', '--format', '{{.Name}}'],
      remove: ['buildah', 'manifest', 'rm'],
    },
  ],
} as const satisfies Partial<Record<RunnerEngine, readonly Kind[]>>;

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(async () => {
  await lab.close();
});

/** As a process of this machine that is gone called it. */
function nameOfDeadRun(): string {
  return uniqueName().replace(/^(slipway-[\da-f]+)-\d+-/, '$1-999999999-');
}

test.each(['docker', 'podman', 'buildah'] as const)(
  'what dead runs left with %s goes with the next run, and nothing else',
  async (engine) => {
    const access = await openEngineAccess(lab, engine);
    const env = access.environment;
    const files = { Dockerfile: 'FROM busybox:1.36\n' };
    const job = await openJob({ main, files, environment: env });
    const [dead, alive] = [nameOfDeadRun(), uniqueName()];
    const ours: readonly Kind[] = kinds[engine];
    for (const { make } of ours) {
      for (const name of [dead, alive]) await runCommand(make(name), { env });
    }
    for (const name of [dead, alive]) await mkdir(join(job.temporaryFolder, name));

    const step = await job.run({
      engine,
      'run-image': image,
      run: 'true',
      dockerfile: 'Dockerfile',
    });

    const left: string[] = [];
    for (const { what, list, remove } of ours) {
      const { stdout } = await runCommand(list, { env });
      for (const name of [dead, alive]) if (stdout.includes(name)) left.push(`${what} ${name}`);
      await runCommand([...remove, alive], { env });
    }
    const folders = await readdir(job.temporaryFolder);
    await job.remove();
    await access.close();
    expect(step.outputs.get('failure-message')).toBe('');
    expect(left).toEqual(ours.map(({ what }) => `${what} ${alive}`));
    expect(folders).not.toContain(dead);
    expect(folders).toContain(alive);
  },
);
