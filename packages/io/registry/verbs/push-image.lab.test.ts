import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRepository, parseTag, type Repository } from '@slipway/core/image-ref';
import { openLab, type RegistryName } from '@slipway/lab/parts';
import { createManualClock } from '@slipway/testing/clock';
import { writeLayout, type LayoutPlan } from '@slipway/testing/layout';
import { createRecordingLogger } from '@slipway/testing/logger';
import {
  openTestClient,
  startRegistryProxy,
  type Fault,
  type ProxiedRequest,
  type RegistryProxy,
} from '@slipway/testing/registry';
import { openLayout, type Layout } from '../layout/index.js';
import type { RegistryClient } from '../protocol/index.js';
import { pushImage, type PushOptions, type PushResult } from './index.js';

const twoPlatforms: LayoutPlan = {
  layers: ['x'.repeat(300_000), 'shared'],
  platforms: ['amd64', 'arm64'],
};
const version = parseTag('1.4.0');
const latest = parseTag('latest');

describe.each<[RegistryName]>([['candidates'], ['production']])('in the registry %s', (name) => {
  let host: string;
  let folder: string;
  let count = 0;
  const proxies: RegistryProxy[] = [];

  beforeAll(async () => {
    ({ host } = await (await openLab()).registry(name));
    folder = await mkdtemp(join(tmpdir(), 'push-'));
  });

  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function makeLayout(plan: LayoutPlan): Promise<Layout> {
    count += 1;
    return openLayout((await writeLayout(join(folder, `${count}`), plan)).folder);
  }

  function freshRepository(registry = host): Repository {
    count += 1;
    return parseRepository(`${registry}/push-test/${process.pid}-${name}-${count}`);
  }

  async function open(): Promise<RegistryClient> {
    return (await openTestClient({ plainHttp: [host] })).client;
  }

  function push(
    client: RegistryClient,
    layout: Layout,
    repository: Repository,
    options: Partial<PushOptions> = {},
  ): Promise<PushResult> {
    return pushImage(client, layout, repository, {
      tags: [version],
      tagPolicy: 'fail',
      isDryRun: false,
      logger: createRecordingLogger(),
      clock: createManualClock(),
      ...options,
    });
  }

  async function proxy(
    faultOf: (request: ProxiedRequest) => Fault | undefined,
  ): Promise<RegistryProxy> {
    const started = await startRegistryProxy(host, faultOf);
    proxies.push(started);
    return started;
  }

  /** The fault, once, for the first request that fits. */
  function once(fault: Fault, fits: (request: ProxiedRequest) => boolean) {
    let isDone = false;
    return (request: ProxiedRequest): Fault | undefined => {
      if (isDone || !fits(request)) return undefined;
      isDone = true;
      return fault;
    };
  }

  test('an image of two platforms is there afterwards, whole, and by its tags', async () => {
    const client = await open();
    const repository = freshRepository();
    const layout = await makeLayout(twoPlatforms);
    const { digest } = layout.root.descriptor;

    const result = await push(client, layout, repository, { tags: [version, latest] });

    expect(result).toMatchObject({
      digest,
      blobs: { sent: 4, present: 0 },
      manifests: { sent: 3, present: 0 },
      referrers: 0,
      tags: [
        { tag: version, state: 'created' },
        { tag: latest, state: 'created' },
      ],
    });
    expect(result.bytesSent).toBe(result.bytes);
    expect(await client.fetchManifest(repository, latest)).toMatchObject({
      descriptor: { digest },
    });
    for (const blob of layout.blobs) {
      expect((await client.fetchBlob(repository, blob, 1_000_000)).byteLength).toBe(blob.size);
    }
  });

  test('a second run sends nothing: it asks for the manifests, the tag and the repository, and no more', async () => {
    const repository = freshRepository();
    const layout = await makeLayout(twoPlatforms);
    await push(await open(), layout, repository);
    const client = await open();

    const result = await push(client, layout, repository);

    expect(result).toMatchObject({
      blobs: { sent: 0, present: 4 },
      manifests: { sent: 0, present: 3 },
      bytesSent: 0,
      tags: [{ state: 'unchanged' }],
    });
    expect(client.stats).toEqual({ requests: 4, writes: 0, retries: 0, bytesSent: 0 });
  });

  test('a dry run asks and sends nothing', async () => {
    const client = await open();
    const repository = freshRepository();
    const layout = await makeLayout(twoPlatforms);

    const logger = createRecordingLogger();
    const result = await push(client, layout, repository, { isDryRun: true, logger });

    expect(result).toMatchObject({
      blobs: { sent: 4 },
      manifests: { sent: 3 },
      tags: [{ state: 'created' }],
    });
    expect(client.stats.writes).toBe(0);
    expect(logger.lines.filter((line) => !line.includes('would'))).toEqual([]);
    expect(await client.listTags(repository)).toEqual([]);
  });

  test('a version tag with another image stops the push before anything is sent', async () => {
    const client = await open();
    const repository = freshRepository();
    const first = await makeLayout({ layers: ['first'] });
    const second = await makeLayout({ layers: ['second'] });
    await push(client, first, repository);
    const { writes } = client.stats;

    await expect(push(client, second, repository, { tagPolicy: 'move' })).rejects.toMatchObject({
      code: 'tag-taken',
      problems: [
        {
          given: '1.4.0',
          expected: `a tag that is free or names ${second.root.descriptor.digest}, but it names ${first.root.descriptor.digest}`,
        },
      ],
    });
    expect(client.stats.writes).toBe(writes);
  });

  test.each([
    ['move', 'moved', 1],
    ['skip', 'skipped', 0],
  ] as const)('a moving tag, policy %s', async (tagPolicy, state, winner) => {
    const client = await open();
    const repository = freshRepository();
    const layouts = [
      await makeLayout({ layers: ['first'] }),
      await makeLayout({ layers: ['second'] }),
    ] as const;
    const previous = layouts[0].root.descriptor.digest;
    await push(client, layouts[0], repository, { tags: [latest] });

    const result = await push(client, layouts[1], repository, { tags: [latest], tagPolicy });

    expect(result.tags).toEqual([{ tag: latest, state, previous }]);
    expect((await client.resolve(repository, latest))?.digest).toBe(
      layouts[winner].root.descriptor.digest,
    );
  });

  test('what refers to the image goes with it and is found again', async () => {
    const client = await open();
    const repository = freshRepository();
    const layout = await makeLayout({ layers: ['app'], referrers: ['a/one', 'a/two'] });
    const { digest } = layout.root.descriptor;

    const first = await push(client, layout, repository);
    const second = await push(client, layout, repository);

    expect(first).toMatchObject({ referrers: 2, manifests: { sent: 3 } });
    expect(second).toMatchObject({ referrers: 2, manifests: { sent: 0, present: 3 } });
    const listed = await client.listReferrers(repository, digest);
    expect(listed.map(({ artifactType }) => artifactType).toSorted()).toEqual(['a/one', 'a/two']);
    expect(await client.listReferrers(repository, digest, { artifactType: 'a/two' })).toHaveLength(
      1,
    );
  });

  test.each<[string, Fault, (request: ProxiedRequest) => boolean]>([
    [
      'a connection that breaks before an upload',
      { kind: 'reset-before' },
      ({ method, path }) => method === 'PUT' && path.includes('/blobs/'),
    ],
    [
      'an upload whose answer is lost',
      { kind: 'reset-after' },
      ({ method, path }) => method === 'PUT' && path.includes('/blobs/'),
    ],
    [
      'an upload that cannot be started just now',
      { kind: 'answer', answer: { status: 429, headers: { 'retry-after': '1' } } },
      ({ method }) => method === 'POST',
    ],
    [
      'a manifest whose answer is lost',
      { kind: 'reset-after' },
      ({ method, path }) => method === 'PUT' && path.includes('/manifests/'),
    ],
    [
      'a question that is not answered',
      { kind: 'answer', answer: { status: 503 } },
      ({ method }) => method === 'HEAD',
    ],
  ])('%s is lived through', async (_name, fault, fits) => {
    const { host: registry } = await proxy(once(fault, fits));
    const { client } = await openTestClient();
    const repository = freshRepository(registry);
    const layout = await makeLayout(twoPlatforms);

    const result = await push(client, layout, repository);

    expect(result).toMatchObject({ manifests: { sent: 3 }, tags: [{ state: 'created' }] });
    expect(client.stats.retries).toBe(1);
    const direct = await (await open()).resolve({ ...repository, registry: host }, version);
    expect(direct?.digest).toBe(layout.root.descriptor.digest);
  });

  test('a tag that another run writes at the same moment is found out', async () => {
    const other = await makeLayout({ layers: ['other'] });
    let isWritten = false;
    const { host: registry } = await proxy(({ method, path }) => {
      if (!path.endsWith('/manifests/1.4.0')) return undefined;
      if (method === 'PUT') isWritten = true;
      if (method !== 'HEAD' || !isWritten) return undefined;
      const headers = {
        'docker-content-digest': other.root.descriptor.digest,
        'content-type': other.root.descriptor.mediaType,
        'content-length': `${other.root.descriptor.size}`,
      };
      return { kind: 'answer', answer: { status: 200, headers } };
    });
    const { client } = await openTestClient();
    const repository = freshRepository(registry);
    const layout = await makeLayout({ layers: ['app'] });

    await expect(push(client, layout, repository)).rejects.toMatchObject({
      code: 'tag-taken',
      message: `${registry}/${repository.path}:1.4.0 was written by another run at the same moment: it names ${other.root.descriptor.digest} now, not ${layout.root.descriptor.digest}`,
    });
  });

  test('tags are the last that is written', async () => {
    const { host: registry, lines } = await proxy(() => undefined);
    const { client } = await openTestClient();
    const repository = freshRepository(registry);

    await push(client, await makeLayout(twoPlatforms), repository);

    const writes = lines.filter((line) => /^(?:POST|PUT)/.test(line));
    const kinds = writes.map((line) =>
      line.includes('/blobs/') ? 'blob' : line.includes('sha256:') ? 'manifest' : 'tag',
    );
    expect(kinds).toEqual([...Array<string>(8).fill('blob'), 'manifest', 'manifest', 'tag']);
  });
});
