import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRepository, parseTag } from '@slipway/core/image-ref';
import { startTestRegistry, type TestRegistryKind } from '@slipway/lab/test-registry';
import { createManualClock } from '@slipway/testing/clock';
import { TestContent, findDifferences, putContent, writeContent } from '@slipway/testing/content';
import { createRecordingLogger } from '@slipway/testing/logger';
import {
  openTestClient,
  planFaults,
  startRegistryProxy,
  type FaultRule,
  type ProxyRecord,
} from '@slipway/testing/registry';
import { openLayout } from '../layout/index.js';
import { copyImage, pushImage } from './index.js';

const mebibyte = 1024 * 1024;
const limit: FaultRule = { path: /\/blobs\//, fault: { kind: 'limit', bytes: mebibyte } };
const tools = { logger: createRecordingLogger(), clock: createManualClock(), isDryRun: false };
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** An image with two layers that are larger than the limit, and a registry that has it by a push or a copy. */
async function bring(
  verb: 'push' | 'copy',
  kind: TestRegistryKind,
  rules: readonly FaultRule[],
): Promise<readonly ProxyRecord[]> {
  const registry = await startTestRegistry({ kind });
  const front = await startRegistryProxy(registry.host, planFaults(rules));
  const folder = await mkdtemp(join(tmpdir(), 'chunks-'));
  closers.push(
    () => registry.close(),
    () => front.close(),
    () => rm(folder, { recursive: true }),
  );
  const content = new TestContent();
  const root = content.image(['a'.repeat(3.3 * mebibyte), 'b'.repeat(2 * mebibyte), 'small']);
  const { client } = await openTestClient();
  const to = parseRepository(`${front.host}/chunks/to`);
  if (verb === 'push') {
    await writeContent(folder, content, root);
    const tagging = { ...tools, tags: [parseTag('1.4.0')], tagPolicy: 'fail' } as const;
    await pushImage(client, await openLayout(folder), to, tagging);
  } else {
    const source = await startTestRegistry({ kind: 'cuelabs' });
    closers.push(() => source.close());
    await putContent(source, 'chunks/from', content);
    const from = parseRepository(`${source.host}/chunks/from`);
    await copyImage(client, { from, digest: root.digest, to }, tools);
  }
  client.close();
  expect(await findDifferences(registry, 'chunks/to', content)).toEqual([]);
  return front.records;
}

const isChunk = ({ method, status }: ProxyRecord): boolean =>
  method === 'PATCH' && status !== undefined && status < 300;

describe.each<[TestRegistryKind]>([
  ['distribution-2'],
  ['distribution-3'],
  ['cuelabs'],
  ['go-containerregistry'],
])('%s behind a reverse proxy with a limit', (kind) => {
  test.each(['push', 'copy'] as const)('takes large blobs of a %s in chunks', async (verb) => {
    const records = await bring(verb, kind, [limit]);

    const chunks = records.filter(isChunk);
    expect(chunks.length).toBeGreaterThanOrEqual(6);
    expect(Math.max(...chunks.map(({ bytesIn }) => bytesIn))).toBeLessThanOrEqual(mebibyte);
  });

  test.each<[string, FaultRule['fault']]>([
    ['breaks off after it arrived', { kind: 'reset-after' }],
    ['breaks off in the middle', { kind: 'request-body', fault: { kind: 'reset', afterBytes: 9 } }],
    ['is answered 503', { kind: 'answer', answer: { status: 503 } }],
  ])('goes on after a chunk that %s', async (_name, fault) => {
    const broken: FaultRule = { method: 'PATCH', skip: 5, times: 1, fault };

    const records = await bring('push', kind, [broken, limit]);

    const isQuestion = ({ method, path }: ProxyRecord): boolean =>
      method === 'GET' && path.includes('/blobs/uploads/');
    expect(records.filter(isQuestion)).toHaveLength(1);
  });
});
