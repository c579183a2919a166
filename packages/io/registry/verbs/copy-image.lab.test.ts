import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  digestOf,
  formatRepository,
  parseRepository,
  parseTag,
  type Digest,
  type Repository,
  type Tag,
} from '@slipway/core/image-ref';
import { openLab, type RegistryName } from '@slipway/lab/parts';
import { createManualClock } from '@slipway/testing/clock';
import { ArtifactWriter } from '@slipway/testing/content';
import { writeLayout } from '@slipway/testing/layout';
import { createRecordingLogger } from '@slipway/testing/logger';
import {
  openTestClient,
  startRegistryProxy,
  type Fault,
  type ProxiedRequest,
  type RegistryProxy,
} from '@slipway/testing/registry';
import { openLayout } from '../layout/index.js';
import {
  computeDigest,
  parseManifest,
  type Descriptor,
  type RegistryClient,
} from '../protocol/index.js';
import { copyImage, pushImage, type CopyResult, type SendOptions } from './index.js';

const absent = digestOf('0'.repeat(64));
const oneZero = parseTag('1.0.0');

/** An index of two platforms, with all that can belong to one. */
interface Scene {
  readonly from: Repository;
  readonly to: Repository;
  readonly index: Descriptor;
  readonly child: Descriptor;
  readonly onIndex: Descriptor;
  readonly onChild: Descriptor;
  readonly onReferrer: Descriptor;
  readonly signature: Descriptor;
  readonly signatureTag: Tag;
}

describe.each<[RegistryName, RegistryName]>([
  ['candidates', 'production'],
  ['production', 'candidates'],
  ['candidates', 'candidates'],
  ['production', 'production'],
])('from %s to %s', (source, target) => {
  let hosts: { readonly source: string; readonly target: string };
  let client: RegistryClient;
  let writer: ArtifactWriter;
  let folder: string;
  let count = 0;
  const proxies: RegistryProxy[] = [];

  beforeAll(async () => {
    const lab = await openLab();
    const [from, to] = await Promise.all([lab.registry(source), lab.registry(target)]);
    hosts = { source: from.host, target: to.host };
    client = await open();
    writer = new ArtifactWriter(client);
    folder = await mkdtemp(join(tmpdir(), 'copy-'));
  });

  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });

  afterAll(async () => {
    client.close();
    await rm(folder, { recursive: true });
  });

  async function open(): Promise<RegistryClient> {
    return (await openTestClient({ plainHttp: [hosts.source, hosts.target] })).client;
  }

  function freshRepositories(): { readonly from: Repository; readonly to: Repository } {
    count += 1;
    const name = `copy-test/${process.pid}-${source}-${target}-${count}`;
    return {
      from: parseRepository(`${hosts.source}/${name}/from`),
      to: parseRepository(`${hosts.target}/${name}/to`),
    };
  }

  const options = (change: Partial<SendOptions> = {}): SendOptions => ({
    isDryRun: false,
    logger: createRecordingLogger(),
    clock: createManualClock(),
    ...change,
  });

  async function pushIndex(repository: Repository): Promise<Descriptor> {
    const layers = ['x'.repeat(300_000), `layer ${count}`];
    const plan = { layers, platforms: ['amd64', 'arm64'] };
    const layout = await openLayout((await writeLayout(join(folder, `${count}`), plan)).folder);
    const tagged = { ...options(), tags: [oneZero], tagPolicy: 'fail' } as const;
    await pushImage(client, layout, repository, tagged);
    return layout.root.descriptor;
  }

  async function setScene(): Promise<Scene> {
    const { from, to } = freshRepositories();
    const index = await pushIndex(from);
    const fetched = await client.fetchManifest(from, index.digest);
    const manifest = parseManifest(fetched?.bytes ?? Buffer.of(), 'index');
    const [child] = manifest.kind === 'index' ? manifest.manifests : [];
    if (child === undefined) throw new Error('no child');
    const onIndex = await writer.attach(from, index, 'tested');
    const onChild = await writer.attach(from, child, 'scanned');
    const onReferrer = await writer.attach(from, onIndex, 'the test was signed');
    const signed = await writer.sign(from, index.digest, ['a signature']);
    return { from, to, index, child, onIndex, onChild, onReferrer, ...signed };
  }

  /** Inside one registry nothing is sent: blobs are mounted, whether they are there or not. */
  const arrived = (count: number) =>
    source === target ? { sent: 0, mounted: count } : { sent: count, mounted: 0 };

  function copy(
    { from, to, index }: Pick<Scene, 'from' | 'to' | 'index'>,
    change: Partial<SendOptions> = {},
    by = client,
  ): Promise<CopyResult> {
    return copyImage(by, { from, digest: index.digest, to }, options(change));
  }

  /** The repository behind a proxy that does `fault` to the requests that fit. */
  async function through(
    { registry, path }: Repository,
    faultOf: (request: ProxiedRequest) => Fault | undefined,
  ): Promise<Repository> {
    const proxy = await startRegistryProxy(registry, faultOf);
    proxies.push(proxy);
    return { registry: proxy.host, path };
  }

  async function listOwnTags(repository: Repository): Promise<readonly Tag[]> {
    return (await client.listTags(repository)).filter((tag) => !tag.startsWith('sha256-'));
  }

  async function listDigests(repository: Repository, subject: Descriptor) {
    return (await client.listReferrers(repository, subject.digest)).map(({ digest }) => digest);
  }

  test('everything that belongs to an image is there afterwards, byte for byte', async () => {
    const scene = await setScene();
    const { from, to, index, child, onIndex, onChild, onReferrer, signature } = scene;

    const result = await copy(scene);

    // 2 layers, 2 configs, the empty config, 4 texts; the index, 2 platforms, 4 that refer to them.
    expect(result).toMatchObject({
      digest: index.digest,
      blobs: { ...arrived(9), present: 0 },
      manifests: { sent: 7, present: 0 },
      referrers: 4,
    });
    if (source !== target) expect(result.bytesSent).toBe(result.bytes);
    for (const { digest } of [index, child, onIndex, onChild, onReferrer, signature]) {
      const there = await client.fetchManifest(to, digest);
      expect(there).toBeDefined();
      expect(there).toEqual(await client.fetchManifest(from, digest));
    }
    expect(await listDigests(to, index)).toEqual([onIndex.digest]);
    expect(await listDigests(to, child)).toEqual([onChild.digest]);
    expect(await listDigests(to, onIndex)).toEqual([onReferrer.digest]);
    expect((await client.resolve(to, scene.signatureTag))?.digest).toBe(signature.digest);
    expect(await listOwnTags(to)).toEqual([]);
  });

  test('a second run sends nothing and says so', async () => {
    const scene = await setScene();
    await copy(scene);
    const again = await open();
    const logger = createRecordingLogger();

    const result = await copy(scene, { logger }, again);

    expect(result).toMatchObject({
      blobs: { sent: 0, present: 9 },
      manifests: { sent: 0, present: 7 },
      referrers: 4,
      bytesSent: 0,
    });
    expect(again.stats).toMatchObject({ writes: 0, bytesSent: 0 });
    expect(logger.lines.at(-1)).toBe(
      `unchanged: all 16 parts were in ${formatRepository(scene.to)} already`,
    );
  });

  test('evidence that came later is all that a later run sends', async () => {
    const scene = await setScene();
    await copy(scene);
    const added = await writer.attach(scene.from, scene.child, 'approved');

    const result = await copy(scene);

    expect(result).toMatchObject({
      blobs: source === target ? { mounted: 2 } : { sent: 1, present: 9 },
      manifests: { sent: 1 },
      referrers: 5,
    });
    expect(await listDigests(scene.to, scene.child)).toEqual(
      expect.arrayContaining([scene.onChild.digest, added.digest]),
    );
  });

  test('a dry run tells the same and sends nothing', async () => {
    const scene = await setScene();
    const asking = await open();
    const logger = createRecordingLogger();

    const result = await copy(scene, { isDryRun: true, logger }, asking);

    expect(result).toMatchObject({ blobs: { sent: 9 }, manifests: { sent: 7 }, referrers: 4 });
    expect(asking.stats.writes).toBe(0);
    expect(logger.lines[0]).toBe(
      `dry run: would copy ${formatRepository(scene.from)}@${scene.index.digest} to ${formatRepository(scene.to)}: 7 manifests, 4 of them refer to another, and 9 blobs`,
    );
    expect(await client.resolve(scene.to, scene.index.digest)).toBeUndefined();
  });

  test('an artifact is copied by its digest too, also without what it refers to', async () => {
    const { from, to, index, onIndex, onReferrer } = await setScene();

    const result = await copy({ from, to, index: onIndex });

    expect(result).toMatchObject({ blobs: arrived(3), manifests: { sent: 2 }, referrers: 2 });
    expect(await listDigests(to, index)).toEqual([onIndex.digest]);
    expect(await listDigests(to, onIndex)).toEqual([onReferrer.digest]);
  });

  test('an image that is not there', async () => {
    const { from, to } = freshRepositories();
    const request = { from, digest: absent, to };

    await expect(copyImage(client, request, options())).rejects.toMatchObject({
      code: 'not-found',
      message: `the image ${formatRepository(from)}@${absent} is not in the registry`,
    });
  });

  test('a platform that is not there is told before anything is sent', async () => {
    const scene = await setScene();
    const { child, index } = scene;
    const from = await through(scene.from, gone('GET', `/manifests/${child.digest}`));
    const { writes } = client.stats;

    await expect(copy({ ...scene, from })).rejects.toMatchObject({
      code: 'not-found',
      message: `${formatRepository(from)} does not have ${child.digest}, a part of ${index.digest}`,
    });
    expect(client.stats.writes).toBe(writes);
  });

  test('a referrer that is listed and gone is told before anything is sent', async () => {
    const scene = await setScene();
    const { onReferrer, onIndex } = scene;
    const from = await through(scene.from, gone('GET', `/manifests/${onReferrer.digest}`));
    const { writes } = client.stats;

    await expect(copy({ ...scene, from })).rejects.toMatchObject({
      code: 'registry-corrupt',
      message: `${formatRepository(from)} does not have ${onReferrer.digest}, listed as referring to ${onIndex.digest}`,
    });
    expect(client.stats.writes).toBe(writes);
  });

  test.each<[string, (digest: Digest) => (request: ProxiedRequest) => Fault | undefined, string]>([
    ['is missing in', (digest) => gone('GET', `/blobs/${digest}`), 'not-found'],
    [
      'is damaged by',
      (digest) =>
        answer('GET', `/blobs/${digest}`, { status: 200, body: 'x'.repeat(300_000) + 'y' }),
      'registry-corrupt',
    ],
  ])(
    'when a blob %s the source, neither manifest nor tag is written',
    async (_name, fault, code) => {
      const scene = await setScene();
      const layer = computeDigest(Buffer.from('x'.repeat(300_000)));
      const from = await through(scene.from, fault(layer));

      await expect(copy({ ...scene, from })).rejects.toMatchObject({ code });
      expect(await client.listTags(scene.to)).toEqual([]);
      expect(await client.resolve(scene.to, scene.child.digest)).toBeUndefined();
    },
  );

  test('a target that takes a referrer and does not list it is found out', async () => {
    const scene = await setScene();
    const { onIndex, index, onChild, child, onReferrer } = scene;
    const empty = { status: 200, body: '{"manifests":[]}' };
    const to = await through(scene.to, answer('GET', '/referrers/', empty));
    const unlisted = [
      [onChild, child] as const,
      [onIndex, index] as const,
      [onReferrer, onIndex] as const,
    ].map(
      ([referrer, subject]) =>
        `${formatRepository(to)}@${referrer.digest} is not listed as referring to ${subject.digest}`,
    );

    await expect(copy({ ...scene, to })).rejects.toMatchObject({
      code: 'registry-corrupt',
      message: `accepted, but read back ${unlisted.join('; ')}`,
    });
  });

  test('a tag of cosign that names less in the target names all afterwards', async () => {
    const scene = await setScene();
    await writer.sign(scene.to, scene.index.digest, []);

    const result = await copy(scene);

    expect(result).toMatchObject({ manifests: { sent: 7 } });
    expect((await client.resolve(scene.to, scene.signatureTag))?.digest).toBe(
      scene.signature.digest,
    );
  });

  test('a tag of cosign that names something else in the target stops the copy', async () => {
    const scene = await setScene();
    await writer.sign(scene.to, scene.index.digest, ['another']);

    await expect(copy(scene)).rejects.toMatchObject({ code: 'tag-taken' });
    expect(await client.resolve(scene.to, scene.index.digest)).toBeUndefined();
  });
});

function answer(method: string, path: string, said: Extract<Fault, { kind: 'answer' }>['answer']) {
  return (request: ProxiedRequest): Fault | undefined =>
    request.method === method && request.path.includes(path)
      ? { kind: 'answer', answer: said }
      : undefined;
}

function gone(method: string, path: string) {
  return answer(method, path, { status: 404 });
}
