import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { parseReference } from '@slipway/core/image-ref';
import { runCommand } from '@slipway/io/command';
import { parseManifest, type Manifest } from '@slipway/io/registry';
import { openLab } from '@slipway/lab/parts';
import { openContainersStorage, type ContainersStorage } from '@slipway/testing/engine';
import { openTestClient } from '@slipway/testing/registry';
import { openJob, type Job, type Step } from '@slipway/testing/step';

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

async function readManifest({ outputs }: Step): Promise<Manifest> {
  const reference = outputs.get('reference') ?? '';
  const { repository, digest } = parseReference(reference);
  const { client } = await openTestClient({ plainHttp: [host] });
  const fetched = digest && (await client.fetchManifest(repository, digest));
  client.close();
  if (fetched === undefined) throw new Error(`${reference} is not there`);
  return parseManifest(fetched.bytes, reference);
}

test.each(['podman', 'buildah'] as const)('an image, through %s', async (program) => {
  const runner = await openRunner(program);

  const step = await push(runner, image);

  expect(step.outputs.get('failure-message')).toBe('');
  const id = await storage.podman('image', 'inspect', '--format', '{{.Id}}', image);
  expect(await readManifest(step)).toMatchObject({
    config: { digest: `sha256:${id}` },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }],
  });
  expect(await readdir(runner.temporaryFolder)).toEqual([]);
});

test.each(['podman', 'buildah'] as const)('a whole list, through %s', async (program) => {
  const runner = await openRunner(program);

  const step = await push(runner, list);

  expect(step.outputs.get('failure-message')).toBe('');
  expect(await readManifest(step)).toMatchObject({
    kind: 'index',
    manifests: [{ platform: { os: 'linux' } }],
  });
});

test('an archive without a layout, as podman writes it for docker', async () => {
  const runner = await openRunner();
  const archive = join(runner.workspace, 'image.tar');
  await storage.podman('save', '--format', 'docker-archive', '--output', archive, image);
  const repository = `${host}/containers-storage/${process.pid}`;
  const inputs = { image: repository, 'plain-http': host };

  const first = await runner.run({ source: 'image.tar', ...inputs });
  const second = await runner.run({ source: `docker-archive:image.tar:${image}`, ...inputs });

  expect(first.outputs.get('failure-message')).toBe('');
  expect(await readManifest(first)).toMatchObject({
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }],
  });
  expect(first.log).toContain('image.tar holds no OCI layout');
  expect(second.outputs.get('unchanged')).toBe('true');
  expect(second.outputs.get('digest')).toBe(first.outputs.get('digest'));
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
