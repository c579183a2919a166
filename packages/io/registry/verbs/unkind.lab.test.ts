import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDigest, parseRepository, parseTag, type Digest } from '@slipway/core/image-ref';
import { startTestRegistry, type TestRegistry } from '@slipway/lab/test-registry';
import { createManualClock } from '@slipway/testing/clock';
import {
  TestContent,
  askPlain,
  findDifferences,
  putContent,
  putManifest,
  readTag,
  writeContent,
} from '@slipway/testing/content';
import { createRecordingLogger } from '@slipway/testing/logger';
import {
  openTestClient,
  planFaults,
  startRegistryProxy,
  type FaultSource,
} from '@slipway/testing/registry';
import { openLayout } from '../layout/index.js';
import { copyImage, pushImage, type TagOptions } from './index.js';

const latest = parseTag('latest');
const version = parseTag('1.0.0');
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A source that is as it should be, and a target behind a proxy that does what the test says. */
async function openPair(
  faultOf: FaultSource = () => undefined,
  place: 'source' | 'target' = 'target',
) {
  const kinds = { source: 'cuelabs', target: 'distribution-3' } as const;
  const [source, target] = await Promise.all([
    startTestRegistry({ kind: kinds.source }),
    startTestRegistry({ kind: kinds.target }),
  ]);
  closing.push(
    () => source.close(),
    () => target.close(),
  );
  const behind = place === 'source' ? source : target;
  const proxy = await startRegistryProxy(behind, faultOf);
  closing.push(proxy.close);
  const { client } = await openTestClient();
  closing.push(() => {
    client.close();
    return Promise.resolve();
  });
  const [clock, logger] = [createManualClock(), createRecordingLogger()];
  const options = (change: Partial<TagOptions> = {}): TagOptions => ({
    isDryRun: false,
    tags: [version],
    tagPolicy: 'fail',
    clock,
    logger,
    ...change,
  });
  const from = parseRepository(`${place === 'source' ? proxy.host : source.host}/a/from`);
  const to = parseRepository(`${place === 'target' ? proxy.host : target.host}/a/to`);
  const copy = (digest: string, change?: Partial<TagOptions>) =>
    copyImage(client, { from, digest: parseDigest(digest), to }, options(change));
  return { source, target, proxy, client, clock, logger, options, to, copy };
}

async function push(
  pair: Awaited<ReturnType<typeof openPair>>,
  content: TestContent,
  root: Digest,
  change: Partial<TagOptions>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'unkind-'));
  closing.push(() => rm(folder, { recursive: true }));
  const descriptor = content.manifests.find((each) => each.descriptor.digest === root)?.descriptor;
  if (descriptor === undefined) throw new Error('no such manifest');
  await writeContent(folder, content, descriptor);
  return pushImage(pair.client, await openLayout(folder), pair.to, pair.options(change));
}

async function putOther(target: TestRegistry, tag: string): Promise<string> {
  const content = new TestContent();
  const { digest } = content.image(['another image']);
  await putContent(target, 'a/to', content);
  const [manifest] = content.manifests;
  if (manifest === undefined) throw new Error('no manifest');
  await putManifest(target, 'a/to', manifest, tag);
  return digest;
}

test('an image whose moving tag is taken meanwhile is there all the same, by its digest', async () => {
  const content = new TestContent();
  const root = content.image(['mine']);
  let other: string | undefined;
  const pair = await openPair(async ({ method, path }) => {
    if (method === 'PUT' && path.includes('/blobs/') && other === undefined) {
      other = 'on its way';
      other = await putOther(pair.target, 'latest');
      pair.clock.advance(3000);
    }
    return undefined;
  });

  const result = await push(pair, content, parseDigest(root.digest), {
    tags: [latest],
    tagPolicy: 'skip',
  });

  expect(result.tags).toMatchObject([{ state: 'skipped', previous: other }]);
  expect(await findDifferences(pair.target, 'a/to', content)).toEqual([]);
  expect(await readTag(pair.target, 'a/to', 'latest')).toBe(other);
});

test('a tag that another run writes while ours waits to write it again stays theirs', async () => {
  const content = new TestContent();
  const root = content.image(['mine']);
  let other: string | undefined;
  const pair = await openPair(async ({ method, path }) => {
    if (method !== 'PUT' || !path.endsWith('/manifests/1.0.0') || other !== undefined) {
      return undefined;
    }
    other = await putOther(pair.target, '1.0.0');
    return { kind: 'answer', answer: { status: 429, headers: { 'retry-after': '60' } } };
  });
  await putContent(pair.source, 'a/from', content);

  await expect(pair.copy(root.digest)).rejects.toMatchObject({ code: 'tag-taken' });
  expect(await readTag(pair.target, 'a/to', '1.0.0')).toBe(other);
});

test('a platform that a clean-up deleted under its index is sent again', async () => {
  const content = new TestContent();
  const child = content.image(['one'], 'arm64');
  const root = content.index({ amd64: content.image(['two']), arm64: child });
  const pair = await openPair();
  await putContent(pair.source, 'a/from', content);
  await pair.copy(root.digest, { tags: [] });
  const path = `/v2/a/to/manifests/${child.digest}`;
  const { status } = await askPlain(pair.target, { method: 'DELETE', path, repository: 'a/to' });

  const result = await pair.copy(root.digest, { tags: [] });

  expect(status).toBe(202);
  expect(result.manifests).toEqual({ sent: 1, present: 2 });
  expect(await findDifferences(pair.target, 'a/to', content)).toEqual([]);
});

test.each<[string, FaultSource]>([
  [
    'an error',
    planFaults([{ path: /tags\/list/, fault: { kind: 'answer', answer: { status: 504 } } }]),
  ],
  [
    'no list',
    planFaults([
      { path: /tags\/list/, fault: { kind: 'answer', answer: { status: 200, body: '{}' } } },
    ]),
  ],
  [
    'a refusal',
    planFaults([{ path: /tags\/list/, fault: { kind: 'answer', answer: { status: 401 } } }]),
  ],
])('a source that answers %s for its tags keeps no signature back', async (_name, faultOf) => {
  const content = new TestContent();
  const root = content.image(['signed']);
  content.signature(root, 'a signature');
  const pair = await openPair(faultOf, 'source');
  await putContent(pair.source, 'a/from', content);

  const result = await pair.copy(root.digest);

  expect(result.referrers).toBe(1);
  expect(await findDifferences(pair.target, 'a/to', content)).toEqual([]);
});

test.each(['{}', '{"errors":[]}', '[]'])(
  'a source that answers %s for what refers to an image is not believed',
  async (body) => {
    const content = new TestContent();
    const root = content.image(['signed']);
    const fault = { kind: 'answer', answer: { status: 200, body } } as const;
    const pair = await openPair(planFaults([{ path: /\/referrers\//, fault }]), 'source');
    await putContent(pair.source, 'a/from', content);

    await expect(pair.copy(root.digest)).rejects.toMatchObject({ code: 'registry-corrupt' });
    expect(await readTag(pair.target, 'a/to', '1.0.0')).toBeUndefined();
  },
);

test('a second copy whose moving tag stays elsewhere sends nothing', async () => {
  const content = new TestContent();
  const root = content.image(['mine']);
  const pair = await openPair();
  await putContent(pair.source, 'a/from', content);
  await putOther(pair.target, 'latest');
  const skip = { tags: [latest], tagPolicy: 'skip' } as const;
  await pair.copy(root.digest, skip);
  const before = pair.proxy.lines.length;

  const result = await pair.copy(root.digest, skip);

  expect(result).toMatchObject({ blobs: { sent: 0 }, manifests: { sent: 0 }, bytesSent: 0 });
  expect(pair.proxy.lines.slice(before).filter((line) => /^(?:PUT|POST|PATCH)/.test(line))).toEqual(
    [],
  );
});

test('an artifact that gets a tag is listed with what it refers to', async () => {
  const content = new TestContent();
  const image = content.image(['signed']);
  const artifact = content.artifact(image, 'tested');
  const pair = await openPair();
  await putContent(pair.source, 'a/from', content);

  await pair.copy(artifact.digest);

  const listed = await pair.client.listReferrers(pair.to, parseDigest(image.digest));
  expect(listed.map(({ digest }) => digest)).toEqual([artifact.digest]);
  expect(await readTag(pair.target, 'a/to', '1.0.0')).toBe(artifact.digest);
});

test('a moving tag can leave an image that is broken', async () => {
  const content = new TestContent();
  const root = content.image(['mine']);
  let hasGone = false;
  const pair = await openPair(({ method, path }) =>
    hasGone && method === 'GET' && path.includes('/blobs/')
      ? { kind: 'answer', answer: { status: 404 } }
      : undefined,
  );
  await putContent(pair.source, 'a/from', content);
  await putOther(pair.target, 'latest');
  hasGone = true;

  const result = await pair.copy(root.digest, { tags: [version, latest], tagPolicy: 'move' });

  expect(result.tags).toMatchObject([{ state: 'created' }, { state: 'moved' }]);
  expect(await readTag(pair.target, 'a/to', 'latest')).toBe(root.digest);
});
