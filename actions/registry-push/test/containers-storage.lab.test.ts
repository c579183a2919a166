import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { parseReference } from '@slipway/core/image-ref';
import { runCommand } from '@slipway/io/command';
import { parseManifest } from '@slipway/io/registry';
import { openLab } from '@slipway/lab/parts';
import { openContainersStorage, type ContainersStorage } from '@slipway/testing/engine';
import { openTestClient } from '@slipway/testing/registry';
import { openJob, type Job } from '@slipway/testing/step';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const image = 'localhost/orders:1.4.0';
const list = 'localhost/list:1.4.0';
let storage: ContainersStorage;
let host: string;
let folder: string;
let job: Job | undefined;

beforeAll(async () => {
  ({ host } = await (await openLab()).registry('candidates'));
  storage = await openContainersStorage();
  folder = await mkdtemp(join(tmpdir(), 'programs-'));
  await writeFile(join(folder, 'a.txt'), 'a'.repeat(100_000));
  await runCommand(['tar', '-C', folder, '-cf', join(folder, 'root.tar'), 'a.txt']);
  await storage.podman('import', join(folder, 'root.tar'), image);
  await storage.podman('manifest', 'create', list);
  await storage.podman('manifest', 'add', list, `containers-storage:${image}`);
});

afterEach(async () => {
  await job?.remove();
});

afterAll(async () => {
  await storage.close();
  await rm(folder, { recursive: true });
});

/** A runner that has only the programs that are named. */
async function openRunner(...programs: readonly ('podman' | 'buildah')[]): Promise<Job> {
  const own = await mkdtemp(join(folder, 'path-'));
  await chmod(own, 0o755);
  for (const program of programs) await symlink(storage.find(program), join(own, program));
  job = await openJob({ main, files: {}, environment: { ...storage.environment, PATH: own } });
  return job;
}

function push(runner: Job, name: string): ReturnType<Job['run']> {
  const repository = `${host}/containers-storage/${process.pid}`;
  const source = `containers-storage:${name}`;
  return runner.run({ source, image: repository, 'plain-http': host });
}

test.each(['podman', 'buildah'] as const)('an image, through %s', async (program) => {
  const runner = await openRunner(program);

  const step = await push(runner, image);

  expect(step.outputs.get('failure-message')).toBe('');
  const { repository, digest } = parseReference(step.outputs.get('reference') ?? '');
  const { client } = await openTestClient({ plainHttp: [host] });
  const fetched = digest && (await client.fetchManifest(repository, digest));
  client.close();
  const manifest = fetched && parseManifest(fetched.bytes, image);
  const id = await storage.podman('image', 'inspect', '--format', '{{.Id}}', image);
  expect(manifest).toMatchObject({
    config: { digest: `sha256:${id}` },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }],
  });
  expect(await readdir(runner.temporaryFolder)).toEqual([]);
});

test.each(['podman', 'buildah'] as const)('a whole list, through %s', async (program) => {
  const runner = await openRunner(program);

  const step = await push(runner, list);

  expect(step.outputs.get('failure-message')).toBe('');
  const { repository, digest } = parseReference(step.outputs.get('reference') ?? '');
  const { client } = await openTestClient({ plainHttp: [host] });
  const fetched = digest && (await client.fetchManifest(repository, digest));
  client.close();
  expect(fetched && parseManifest(fetched.bytes, list)).toMatchObject({
    kind: 'index',
    manifests: [{ platform: { os: 'linux' } }],
  });
});

test.each(['podman', 'buildah'] as const)('an image that %s has not', async (program) => {
  const runner = await openRunner(program);

  const step = await push(runner, 'localhost/nothing:1');

  expect(step.outputs.get('failure-code')).toBe('not-found');
  expect(step.outputs.get('failure-message')).toContain(
    `${program} has no image localhost/nothing:1`,
  );
  expect(await readdir(runner.temporaryFolder)).toEqual([]);
});

test('a runner without either', async () => {
  const runner = await openRunner();

  const step = await push(runner, image);

  expect(step.outputs.get('failure-code')).toBe('engine-missing');
  expect(step.outputs.get('failure-message')).toBe(
    `there is no podman and no buildah on this machine to take containers-storage:${image} from. Use a runner that has podman or buildah; an image that docker keeps is named docker-daemon:${image}.`,
  );
});
