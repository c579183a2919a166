import { afterEach, expect, test } from '@jest/globals';
import { createManualClock } from '@slipway/testing/clock';
import { createRecordingLogger } from '@slipway/testing/logger';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster } from './connect.js';
import type { Cluster } from './index.js';

const identity = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'catalog' };
const { name, namespace, ...type } = identity;
const object = { ...type, metadata: { name, namespace } };
const kinds = { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }] };
const lost = new Error('the lock is lost');

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** An API that shows what it has, and refuses every write as one that is busy. */
async function setStage(): Promise<{ cluster: Cluster; requests: readonly string[] }> {
  const requests: string[] = [];
  const server = createServer(({ method = '', url }, response) => {
    requests.push(method);
    const body = url === '/apis/apps/v1' ? kinds : object;
    const headers = { 'audit-id': '1', 'content-type': 'application/json' };
    response.writeHead(method === 'GET' ? 200 : 503, headers).end(JSON.stringify(body));
  });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const socketPath = join(folder, 'api.sock');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const cluster = connectCluster({
    name: { context: 'test', server: 'https://api.example.com' },
    socketPath,
    clock: createManualClock(),
    logger: createRecordingLogger(),
    signal: new AbortController().signal,
    readPathFailure: () => undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  });
  closers.push(() => cluster.close());
  return { cluster, requests };
}

/** The right to write, for so many requests. */
function guardAfter(count: number): () => void {
  let left = count;
  return () => {
    if (left === 0) throw lost;
    left -= 1;
  };
}

test('without the right to write nothing is sent, and reading needs none', async () => {
  const { cluster, requests } = await setStage();
  const guarded = cluster.guardedBy(guardAfter(0));

  await guarded.get(identity);
  const writes = [
    guarded.create(object),
    guarded.replace(object),
    guarded.apply(object, { fieldManager: 'slipway' }),
    guarded.remove(identity),
  ];

  const refused = { status: 'rejected', reason: lost };
  expect(await Promise.allSettled(writes)).toEqual(writes.map(() => refused));
  expect(requests).toEqual(['GET', 'GET']);
});

test('what is sent again asks again', async () => {
  const { cluster, requests } = await setStage();
  const guarded = cluster.guardedBy(guardAfter(1)).guardedBy(() => undefined);

  const write = guarded.apply(object, { fieldManager: 'slipway' });

  await expect(write).rejects.toBe(lost);
  expect(requests.filter((method) => method === 'PATCH')).toHaveLength(1);
});
