import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parseReference, parseRepository, parseTag } from '@slipway/core/image-ref';
import { runCommand } from '@slipway/io/command';
import { computeDigest, mediaTypes, parseManifest, type Manifest } from '@slipway/io/registry';
import { openLab } from '@slipway/lab/parts';
import { startClassicDocker, type ClassicDocker } from '@slipway/testing/engine';
import { openTestClient } from '@slipway/testing/registry';
import { openEngineJobs, type EngineJobs, type Job } from '@slipway/testing/step';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const files = {
  Dockerfile: 'FROM scratch\nCOPY a.txt /\nCOPY b.txt /\nLABEL who=slipway\n',
  'a.txt': 'a'.repeat(100_000),
  'b.txt': 'b',
};

let jobs: EngineJobs;
let host: string;
let clients: string;
let suite: string;
/** What the engine calls the image. */
let name: string;

beforeAll(async () => {
  const lab = await openLab();
  ({ host } = await lab.registry('candidates'));
  clients = (await lab.engine()).programs;
  jobs = await openEngineJobs(main);
  suite = `${host}/docker-daemon/${process.pid}`;
  name = `slipway-test-${process.pid}:1.4.0`;
  const { workspace } = await jobs.open({ files });
  await jobs.docker('build', '--provenance=false', '--load', '--tag', name, workspace);
});

afterEach(async () => {
  await jobs.removeAll();
});

afterAll(async () => {
  await jobs.docker('image', 'rm', '--force', name);
  await jobs.close();
});

async function readManifest(reference: string): Promise<Manifest> {
  const { repository, digest } = parseReference(reference);
  const { client } = await openTestClient({ plainHttp: [host] });
  const fetched = digest && (await client.fetchManifest(repository, digest));
  client.close();
  if (fetched === undefined) throw new Error(`${reference} is not there`);
  return parseManifest(fetched.bytes, reference);
}

function push(job: Job, source: string, path: string, environment = {}): ReturnType<Job['run']> {
  const image = `${suite}/${path}`;
  return job.run({ source, image, tags: '1.4.0', 'plain-http': host }, environment);
}

/** An index of the image, and of one for a platform that this machine is not. */
async function putIndex(job: Job): Promise<string> {
  const step = await push(job, `docker-daemon:${name}`, 'index');
  const { repository, digest } = parseReference(step.outputs.get('reference') ?? '');
  const { client } = await openTestClient({ plainHttp: [host] });
  const own = digest && (await client.fetchManifest(repository, digest));
  if (own === undefined) throw new Error('the image was not pushed');
  const { mediaType, descriptor } = own;
  const other = Buffer.concat([own.bytes, Buffer.from(' ')]);
  const otherDigest = computeDigest(other);
  await client.putManifest(repository, otherDigest, { mediaType, bytes: other });
  const architecture = await jobs.docker('image', 'inspect', '-f', '{{.Architecture}}', name);
  const manifests = [
    { ...descriptor, platform: { os: 'linux', architecture } },
    {
      ...descriptor,
      digest: otherDigest,
      size: other.length,
      platform: { os: 'linux', architecture: 's390x' },
    },
  ];
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  const content = { mediaType: index.mediaType, bytes: Buffer.from(JSON.stringify(index)) };
  await client.putManifest(repository, parseTag('both'), content);
  client.close();
  return `${suite}/index:both`;
}

describe('an engine with the containerd store', () => {
  test('has the digest that docker push gives, from the daemon and from an archive', async () => {
    const job = await jobs.open({ files: {} });
    await jobs.docker('save', '--output', join(job.workspace, 'image.tar'), name);
    const saved = await readFile(join(job.workspace, 'image.tar'));
    await writeFile(join(job.workspace, 'image.tar.gz'), gzipSync(saved));
    await jobs.docker('tag', name, `${suite}/pushed:1.4.0`);
    await jobs.docker('push', `${suite}/pushed:1.4.0`);
    const { client } = await openTestClient({ plainHttp: [host] });
    const repository = parseRepository(`${suite}/pushed`);
    const pushed = await client.resolve(repository, parseTag('1.4.0'));
    client.close();

    const steps = [
      await push(job, `docker-daemon:${name}`, 'ours'),
      await push(job, 'image.tar', 'ours'),
      await push(job, `image.tar.gz:${name}`, 'ours'),
    ];

    for (const step of steps) {
      expect(step.outputs.get('failure-message')).toBe('');
      expect(step.outputs.get('digest')).toBe(pushed?.digest);
    }
    expect(steps.map(({ outputs }) => outputs.get('unchanged'))).toEqual(['false', 'true', 'true']);
    expect(await readdir(job.temporaryFolder)).toEqual([]);
  });

  test('an archive with a layout is pushed with the digest that the build gave it', async () => {
    const job = await jobs.open({ files });
    const archive = join(job.workspace, 'image.tar');
    const metadata = join(job.workspace, 'metadata.json');
    const output = `type=oci,dest=${archive}`;
    await jobs.docker('build', '--output', output, '--metadata-file', metadata, job.workspace);
    const told: unknown = JSON.parse(await readFile(metadata, 'utf8'));

    const step = await push(job, 'oci-archive:image.tar', 'built');

    expect(told).toMatchObject({ 'containerimage.digest': step.outputs.get('digest') });
  });

  test('an index goes whole, with what attests to it', async () => {
    const job = await jobs.open({ files });
    const built = `slipway-test-${process.pid}:whole`;
    await jobs.docker('build', '--provenance=true', '--load', '--tag', built, job.workspace);

    const step = await push(job, `docker-daemon:${built}`, 'whole');

    await jobs.docker('image', 'rm', '--force', built);
    const manifest = await readManifest(step.outputs.get('reference') ?? '');
    expect(manifest.kind === 'index' && manifest.manifests).toMatchObject([
      { platform: { os: 'linux' } },
      { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
    ]);
  });

  test('an index of which docker keeps one platform is refused', async () => {
    const job = await jobs.open({ files: {} });
    const index = await putIndex(job);
    await jobs.docker('pull', index);

    const step = await push(job, `docker-daemon:${index}`, 'part');

    await jobs.docker('image', 'rm', '--force', index);
    expect(step.outputs.get('failure-code')).toBe('source-invalid');
    expect(step.outputs.get('failure-message')).toContain(
      'the manifest of the platform linux/s390x',
    );
    expect(step.log).not.toMatch(/^sent /m);
    expect(await readdir(job.temporaryFolder)).toEqual([]);
  });

  test('an image that is not there', async () => {
    const job = await jobs.open({ files: {} });

    const step = await push(job, 'docker-daemon:slipway/nothing', 'none');

    expect(step.outputs.get('failure-code')).toBe('not-found');
    expect(step.outputs.get('failure-message')).toContain(
      'docker has no image slipway/nothing:latest',
    );
    expect(await readdir(job.temporaryFolder)).toEqual([]);
  });

  test('a runner without an engine', async () => {
    const job = await jobs.openWithoutEngine({ files: {} });

    const step = await push(job, 'docker-daemon:orders:1', 'none');

    expect(step.outputs.get('failure-code')).toBe('engine-missing');
    expect(step.outputs.get('failure-message')).toBe(
      'there is no docker on this machine to take docker-daemon:orders:1 from. Use a runner that has docker; an image that podman or buildah keeps is named containers-storage:orders:1.',
    );
  });
});

describe('an engine with the classic store', () => {
  let classic: ClassicDocker;

  const docker = async (...argv: readonly string[]): Promise<string> => {
    const options = { env: classic.environment };
    return (await runCommand([join(clients, 'docker'), ...argv], options)).stdout.trim();
  };

  beforeAll(async () => {
    classic = await startClassicDocker(clients);
    const { workspace } = await jobs.open({ files: {} });
    const archive = join(workspace, 'image.tar');
    await jobs.docker('save', '--output', archive, name);
    await docker('load', '--input', archive);
  });

  afterAll(async () => {
    await classic.close();
  });

  test('layers are compressed, the image ID stays, and a real engine pulls what was pushed', async () => {
    const job = await jobs.open({ files: {} });

    const first = await push(job, `docker-daemon:${name}`, 'classic', classic.environment);
    const second = await push(job, `docker-daemon:${name}`, 'classic', classic.environment);

    expect(first.outputs.get('failure-message')).toBe('');
    expect(first.log).toContain(`docker-daemon:${name} holds layers without compression`);
    expect(second.outputs.get('unchanged')).toBe('true');
    const reference = first.outputs.get('reference') ?? '';
    const manifest = await readManifest(reference);
    if (manifest.kind !== 'image') throw new Error('no image');
    expect(manifest.config.digest).toBe(await docker('image', 'inspect', '-f', '{{.Id}}', name));
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.oci.image.layer.v1.tar+gzip',
      'application/vnd.oci.image.layer.v1.tar+gzip',
    ]);
    expect(manifest.layers[0]?.size).toBeLessThan(10_000);
    await jobs.docker('pull', reference);
    const label = await jobs.docker('image', 'inspect', '-f', '{{.Config.Labels.who}}', reference);
    expect(label).toBe('slipway');
    expect(await readdir(job.temporaryFolder)).toEqual([]);
  });

  test('of several images in one archive one is chosen by its name', async () => {
    const job = await jobs.open({ files: {} });
    await docker('tag', name, 'other:1');
    await writeFile(join(job.workspace, 'b.txt'), 'another');
    await runCommand(['tar', '-C', job.workspace, '-cf', `${job.workspace}/root.tar`, 'b.txt']);
    await docker('import', `${job.workspace}/root.tar`, 'another:1');
    await docker('save', '--output', `${job.workspace}/image.tar`, name, 'other:1', 'another:1');

    const none = await push(job, 'image.tar', 'several');
    const one = await push(job, 'image.tar:another:1', 'several');

    expect(none.outputs.get('failure-code')).toBe('source-invalid');
    for (const each of [name, 'other:1', 'another:1']) {
      expect(none.outputs.get('failure-message')).toContain(`docker.io/library/${each}`);
    }
    const manifest = await readManifest(one.outputs.get('reference') ?? '');
    const id = await docker('image', 'inspect', '-f', '{{.Id}}', 'another:1');
    expect(manifest).toMatchObject({ config: { digest: id } });
  });
});
