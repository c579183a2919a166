import { afterEach, describe, expect, test } from '@jest/globals';
import { createManualClock } from '@slipway/testing/clock';
import { createRecordingLogger } from '@slipway/testing/logger';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster } from './connect.js';
import { ClusterError, openCluster, type Cluster } from './index.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Stage {
  readonly cluster: Cluster;
  readonly requests: readonly string[];
  readonly sleeps: readonly number[];
  readonly lines: readonly string[];
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** An API that gives each of its answers once, in order; discovery is answered by itself. */
async function setStage(answers: readonly Answer[], discoveries = [deployments]): Promise<Stage> {
  const requests: string[] = [];
  const answersLeft = [...answers];
  const discoveriesLeft = [...discoveries];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const isDiscovery = /^\/(?:api|apis\/\w+)\/v1$/.test(request.url ?? '');
    const answer = isDiscovery
      ? (discoveriesLeft.shift() ?? deployments)
      : (answersLeft.shift() ?? status(500, { message: 'no answer is left' }));
    answer(request, response);
  });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const socketPath = join(folder, 'api.sock');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const clock = createManualClock();
  const logger = createRecordingLogger();
  const cluster = connectCluster({
    name: { context: 'test', server: 'https://api.example.com' },
    socketPath,
    clock,
    logger,
    signal: new AbortController().signal,
    readPathFailure: () => undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  });
  closers.push(() => cluster.close());
  return { cluster, requests, sleeps: clock.sleeps, lines: logger.lines };
}

function json(code: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(code, { 'audit-id': '1', 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

function status(code: number, fields: Record<string, unknown>, headers = {}): Answer {
  return json(code, { apiVersion: 'v1', kind: 'Status', code, ...fields }, headers);
}

function kinds(...resources: readonly (readonly [string, string])[]): Answer {
  return json(200, {
    resources: resources.map(([name, kind]) => ({ name, kind, namespaced: true })),
  });
}

const deployments = kinds(['deployments', 'Deployment'], ['deployments/scale', 'Scale']);
const identity = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'catalog' };
const object = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'catalog', namespace: 'shop' },
};
const deploymentPath = '/apis/apps/v1/namespaces/shop/deployments/catalog';

async function failureOf(work: Promise<unknown>): Promise<ClusterError> {
  const thrown: unknown = await work.catch((error: unknown) => error);
  if (!(thrown instanceof ClusterError)) throw new Error(`no ClusterError: ${String(thrown)}`);
  return thrown;
}

describe('what a refusal says', () => {
  test.each([
    [
      'a missing right',
      status(403, {
        reason: 'Forbidden',
        message:
          'deployments.apps "catalog" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
      }),
      'cluster-denied',
      'the cluster test does not allow to apply Deployment shop/catalog: deployments.apps "catalog" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
      'Grant a Role in namespace shop with {apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}.',
    ],
    [
      'a quota',
      status(403, { reason: 'Forbidden', message: 'exceeded quota: small' }),
      'cluster-refused',
      'the cluster test does not allow to apply Deployment shop/catalog: exceeded quota: small',
      undefined,
    ],
    [
      'expired credentials',
      status(401, { reason: 'Unauthorized', message: 'Unauthorized' }),
      'cluster-denied',
      'the cluster test (https://api.example.com) does not accept the credentials: Unauthorized',
      'Renew the credentials of context test in the kubeconfig.',
    ],
    [
      'a field that does not exist',
      status(500, { message: '.spec.replica: field not declared in schema' }),
      'cluster-refused',
      'the cluster test refused to apply Deployment shop/catalog: .spec.replica: field not declared in schema',
      undefined,
    ],
  ])('%s', async (_name, answer, code, sentence, fix) => {
    const { cluster } = await setStage([answer]);

    const error = await failureOf(cluster.apply(object, { fieldManager: 'slipway' }));

    expect([error.code, error.message, error.fix]).toEqual([code, sentence, fix]);
  });

  test('a conflict names each manager and its fields', async () => {
    const causes = [
      ['conflict with "helm" using apps/v1', '.spec.replicas'],
      ['conflict with "kubectl-edit"', '.metadata.labels.team'],
    ].map(([message, field]) => ({ reason: 'FieldManagerConflict', message, field }));
    const { cluster } = await setStage([status(409, { reason: 'Conflict', details: { causes } })]);

    const error = await failureOf(cluster.apply(object, { fieldManager: 'slipway' }));

    expect(error.code).toBe('apply-conflict');
    expect(error.conflicts).toEqual([
      { manager: 'helm', field: '.spec.replicas' },
      { manager: 'kubectl-edit', field: '.metadata.labels.team' },
    ]);
  });
});

describe('repeating', () => {
  const busy = status(429, { message: 'slow down' }, { 'retry-after': '3' });
  const starting = status(503, { message: 'starting' });
  const noRoute: Answer = (_request, response) => {
    response.writeHead(500, { 'content-type': 'text/plain' });
    response.end('dial tcp: connect: connection refused');
  };

  test('reads and applies are repeated, as late as the API asks', async () => {
    const { cluster, sleeps, lines } = await setStage([starting, busy, noRoute, json(200, object)]);

    await cluster.apply(object, { fieldManager: 'slipway' });

    expect(sleeps).toEqual([250, 3000, 1000]);
    expect(lines).toEqual([
      '[debug] apply Deployment shop/catalog: the API answered 503; again in 250 ms',
      '[debug] apply Deployment shop/catalog: the API answered 429; again in 3000 ms',
      '[debug] apply Deployment shop/catalog: dial tcp: connect: connection refused; again in 1000 ms',
    ]);
  });

  test('a creation is not, because it may have been done', async () => {
    const { cluster, sleeps } = await setStage([starting, json(201, object)]);

    const error = await failureOf(cluster.create(object));

    expect(error.status).toBe(503);
    expect(sleeps).toEqual([]);
  });

  test('a creation that was not even looked at is', async () => {
    const { cluster, sleeps } = await setStage([busy, json(201, object)]);

    await cluster.create(object);

    expect(sleeps).toEqual([3000]);
  });

  test('an API that stays away is told with its address and the cause', async () => {
    const { cluster, requests } = await setStage(Array<Answer>(6).fill(noRoute));

    const error = await failureOf(cluster.get(identity));

    expect(error.code).toBe('cluster-unreachable');
    expect(error.message).toBe('the cluster test (https://api.example.com) cannot be reached');
    expect(error.cause).toEqual(new Error('dial tcp: connect: connection refused'));
    expect(requests).toHaveLength(7);
  });
});

describe('reading', () => {
  test('an object that is not there, and a kind that is not known', async () => {
    const { cluster } = await setStage([status(404, { reason: 'NotFound' })]);

    expect(await cluster.get(identity)).toBeUndefined();
    expect(await cluster.get({ ...identity, kind: 'Canary' })).toBeUndefined();
  });

  test('a kind that appears later is found', async () => {
    const { cluster, requests } = await setStage([], [deployments, kinds(['canaries', 'Canary'])]);

    expect(await cluster.isNamespaced(identity)).toBe(true);
    expect(await cluster.isNamespaced({ apiVersion: 'apps/v1', kind: 'Canary' })).toBe(true);
    expect(requests).toEqual(['GET /apis/apps/v1', 'GET /apis/apps/v1']);
  });

  test('a list is read page by page, and its items get their type', async () => {
    const page = (name: string, metadata: Record<string, string>): Answer =>
      json(200, {
        metadata: { resourceVersion: '7', ...metadata },
        items: [{ metadata: { name } }],
      });
    const { cluster, requests } = await setStage([page('a', { continue: 'x' }), page('b', {})]);

    const list = await cluster.list(identity, { namespace: 'shop', labelSelector: 'app=catalog' });

    expect(list).toEqual({
      resourceVersion: '7',
      items: ['a', 'b'].map((name) => ({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
      })),
    });
    expect(requests.slice(1)).toEqual([
      'GET /apis/apps/v1/namespaces/shop/deployments?labelSelector=app%3Dcatalog&limit=500',
      'GET /apis/apps/v1/namespaces/shop/deployments?labelSelector=app%3Dcatalog&limit=500&continue=x',
    ]);
  });

  test('what is no object is refused', async () => {
    const { cluster } = await setStage([json(200, { kind: 'Deployment', metadata: {} })]);

    const error = await failureOf(cluster.get(identity));

    expect(error.message).toBe(
      'the cluster test answered to get Deployment shop/catalog with what is no Kubernetes object: {"kind":"Deployment","metadata":{}}',
    );
  });

  test('a warning is told once', async () => {
    const answer = json(200, object, { warning: '299 - "extensions/v1beta1 is \\"old\\""' });
    const { cluster, lines } = await setStage([answer, answer]);

    await cluster.get(identity);
    await cluster.get(identity);

    expect(lines).toEqual(['[warning] extensions/v1beta1 is "old"']);
  });
});

describe('watching', () => {
  const added = JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'catalog' } } });
  const bookmark = JSON.stringify({
    type: 'BOOKMARK',
    object: { metadata: { resourceVersion: '9' } },
  });
  const expired = JSON.stringify({
    type: 'ERROR',
    object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' },
  });

  function stream(...chunks: readonly string[]): Answer {
    return (_request, response) => {
      response.writeHead(200, { 'audit-id': '1' });
      for (const chunk of chunks) response.write(chunk);
    };
  }

  test('events come as they are sent, until the watcher stops', async () => {
    const { cluster } = await setStage([
      stream(added.slice(0, 9), `${added.slice(9)}\n${bookmark}\n`),
    ]);
    const controller = new AbortController();
    const seen: string[] = [];

    for await (const event of cluster.watch(identity, {
      resourceVersion: '7',
      signal: controller.signal,
    })) {
      seen.push(event.type === 'bookmark' ? event.resourceVersion : event.object.metadata.name);
      if (event.type === 'bookmark') controller.abort();
    }

    expect(seen).toEqual(['catalog', '9']);
  });

  test('a version that is too old has status 410', async () => {
    const { cluster } = await setStage([stream(`${expired}\n`)]);
    const signal = new AbortController().signal;
    const events = cluster.watch(identity, { resourceVersion: '1', signal });

    const error = await failureOf(events[Symbol.asyncIterator]().next());

    expect([error.status, error.message]).toEqual([
      410,
      'the cluster test ended the watch of Deployment objects of all namespaces: too old resource version',
    ]);
  });
});

describe('deleting', () => {
  test.each([
    ['done', json(200, object), true],
    ['nothing there', status(404, { reason: 'NotFound' }), false],
    ['another object by that name', status(409, { reason: 'Conflict' }), false],
  ])('%s', async (_name, answer, isRemoved) => {
    const { cluster, requests } = await setStage([answer]);

    expect(await cluster.remove(identity, { uid: '1' })).toBe(isRemoved);
    expect(requests.at(-1)).toBe(`DELETE ${deploymentPath}`);
  });
});

describe('asking a service', () => {
  const request = {
    namespace: 'shop',
    service: 'catalog',
    port: 'http',
    path: '/h?a=1',
    timeoutMs: 1000,
  };

  test.each([
    ['its answer', json(500, { broken: true }), { status: 500, body: '{"broken":true}' }],
    [
      'nobody ready',
      status(503, { message: 'no endpoints available' }),
      { status: 503, body: 'no endpoints available' },
    ],
  ])('%s', async (_name, answer, expected) => {
    const { cluster, requests } = await setStage([answer]);

    expect(await cluster.requestService(request)).toEqual(expected);
    expect(requests).toEqual(['GET /api/v1/namespaces/shop/services/catalog:http/proxy/h?a=1']);
  });

  test('a service that is silent', async () => {
    const { cluster } = await setStage([() => undefined]);

    expect(await cluster.requestService({ ...request, timeoutMs: 20 })).toEqual({
      status: 504,
      body: 'no answer within 0.02 s',
    });
  });

  test('a service that does not exist', async () => {
    const { cluster } = await setStage([status(404, { message: 'services "catalog" not found' })]);

    const error = await failureOf(cluster.requestService(request));

    expect(error.message).toBe(
      'the cluster test refused to get http://catalog.shop:http/h?a=1 through the API server: services "catalog" not found',
    );
  });
});

test('without kubectl', async () => {
  const opening = openCluster({
    kubectl: '/nowhere/kubectl',
    logger: createRecordingLogger(),
    clock: createManualClock(),
    signal: new AbortController().signal,
  });

  await expect(opening).rejects.toMatchObject({
    code: 'tool-missing',
    message: 'kubectl is needed to reach the cluster',
    fix: 'Install kubectl, or put it on the PATH of the job.',
  });
});
