import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import {
  planFaults,
  startBlobStore,
  startRegistryProxy,
  startServer,
  type Fault,
  type RegistryProxy,
  type TestServer,
} from './index.js';

const body = 'x'.repeat(1000);
const headers = { 'docker-content-digest': 'sha256:right', 'content-length': '1000' };
const closers: (() => Promise<void>)[] = [];
let registry: TestServer;

beforeEach(async () => {
  registry = await startServer(() => ({ status: 200, headers, body }));
  closers.push(registry.close);
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function proxy(fault: Fault | undefined): Promise<RegistryProxy> {
  const started = await startRegistryProxy(registry.host, () => fault);
  closers.push(started.close);
  return started;
}

interface Got {
  readonly status?: number;
  readonly digest?: string | string[] | undefined;
  readonly length?: number;
  readonly text: string;
  readonly error?: string;
}

/** Asks without any cleverness; what breaks is an error, and what came until then is told. */
function ask(host: string, method = 'GET', sent = ''): Promise<Got> {
  return new Promise((resolve) => {
    let text = '';
    const asked = request(`http://${host}/v2/a`, { method, agent: false });
    const fail = (error: NodeJS.ErrnoException): void => resolve({ text, error: error.code ?? '' });
    asked.once('error', fail);
    asked.once('response', (answer) => {
      answer.once('error', fail);
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          digest: answer.headers['docker-content-digest'],
          length: Number(answer.headers['content-length']),
          text,
        }),
      );
    });
    asked.end(sent);
  });
}

const whole = { status: 200, digest: 'sha256:right', length: 1000, text: body };
const reset = { error: 'ECONNRESET' };

describe('what a client sees of', () => {
  test.each<[string, Fault | undefined, Partial<Got>]>([
    ['nothing', undefined, whole],
    [
      'another answer',
      { kind: 'answer', answer: { status: 503, body: 'no' } },
      { status: 503, text: 'no' },
    ],
    ['a reset before', { kind: 'reset-before' }, { ...reset, text: '' }],
    ['a reset after', { kind: 'reset-after' }, { ...reset, text: '' }],
    [
      'a reset in the body',
      { kind: 'answer-body', fault: { kind: 'reset', afterBytes: 10 } },
      { error: 'ECONNRESET' },
    ],
    [
      'a slow body',
      { kind: 'answer-body', fault: { kind: 'slow', afterBytes: 10, waitMs: 5 } },
      whole,
    ],
    [
      'a cut body',
      { kind: 'truncate', bytes: 10, isHonest: false },
      { ...reset, text: body.slice(0, 10) },
    ],
    [
      'a short body',
      { kind: 'truncate', bytes: 10, isHonest: true },
      { ...whole, length: 10, text: body.slice(0, 10) },
    ],
    ['a damaged body', { kind: 'damage' }, { ...whole, text: `${body.slice(1)}y` }],
    [
      'another digest',
      { kind: 'headers', headers: { 'docker-content-digest': 'sha256:wrong' } },
      { ...whole, digest: 'sha256:wrong' },
    ],
    [
      'no digest',
      { kind: 'headers', headers: { 'docker-content-digest': undefined } },
      { ...whole, digest: undefined },
    ],
    ['a delay', { kind: 'delay', ms: 5 }, whole],
    ['being held', { kind: 'hold', until: () => Promise.resolve() }, whole],
  ])('%s', async (_name, fault, expected) => {
    const { host } = await proxy(fault);

    const got = await ask(host);

    expect(got).toMatchObject(expected);
  });
});

test.each<[string, Fault, number]>([
  ['before', { kind: 'reset-before' }, 0],
  ['after', { kind: 'reset-after' }, 1],
  ['in the middle', { kind: 'request-body', fault: { kind: 'reset', afterBytes: 10 } }, 0],
])('a connection that breaks %s, as the registry sees it', async (_name, fault, heard) => {
  const { host } = await proxy(fault);

  const got = await ask(host, 'PUT', body);

  expect(got.error).toBe('ECONNRESET');
  expect(registry.requests).toHaveLength(heard);
});

test('every request is recorded, with its bytes', async () => {
  const { host, records, lines } = await proxy(undefined);

  await ask(host, 'PUT', 'four');

  expect(lines).toEqual(['PUT /v2/a']);
  expect(records).toEqual([
    {
      method: 'PUT',
      path: '/v2/a',
      hasAuthorization: false,
      status: 200,
      bytesIn: 4,
      bytesOut: 1000,
      fault: undefined,
    },
  ]);
});

test.each(['request-body', 'answer-body'] as const)(
  'a proxy ends although a connection is stalled: %s',
  async (kind) => {
    const { host, close, records } = await proxy({
      kind,
      fault: { kind: 'stall', afterBytes: 10 },
    });
    const pending = ask(host, 'PUT', body);
    while ((records[0]?.bytesIn ?? 0) < 10) await new Promise((resolve) => setImmediate(resolve));

    await close();

    expect(await pending).toMatchObject({ error: 'ECONNRESET' });
  },
);

test('a redirect leads to a store that takes no credentials', async () => {
  const store = await startBlobStore(registry.host);
  closers.push(store.close);
  const { host } = await proxy({ kind: 'redirect', origin: store.origin });
  const authorization = 'Bearer secret';

  const told = await fetch(`http://${host}/v2/a?b=c`, { redirect: 'manual' });
  const location = told.headers.get('location') ?? '';
  const [kept, leaked] = [
    await fetch(location),
    await fetch(location, { headers: { authorization } }),
  ];

  expect(told.status).toBe(307);
  expect(location).toBe(`${store.origin}/v2/a?b=c&signature=of-the-registry`);
  expect([kept.status, leaked.status]).toEqual([200, 400]);
  expect(store.records.map(({ hasAuthorization }) => hasAuthorization)).toEqual([false, true]);
});

test.each([
  ['four', 200],
  ['fives', 413],
])('a limit of four bytes and a body that is “%s”', async (sent, status) => {
  const { host } = await proxy({ kind: 'limit', bytes: 4 });

  const got = await ask(host, 'PUT', sent);

  expect(got.status).toBe(status);
  expect(registry.requests).toHaveLength(status === 200 ? 1 : 0);
});

test('a mount that did not happen is told as one that did', async () => {
  const { host } = await proxy({ kind: 'pretend-mount' });

  const mounted = await fetch(`http://${host}/v2/a/blobs/uploads/?mount=sha256:1&from=b`, {
    method: 'POST',
  });

  expect(mounted.status).toBe(201);
  expect(mounted.headers.get('location')).toBe('/v2/a/blobs/sha256:1');
  expect(registry.requests).toEqual([]);
});

test('planFaults counts for each rule those that fit', () => {
  const [one, two]: Fault[] = [{ kind: 'reset-before' }, { kind: 'reset-after' }];
  if (one === undefined || two === undefined) throw new Error('no faults');
  const faultOf = planFaults([
    { method: 'PUT', path: /manifests/, skip: 1, times: 1, fault: one },
    { path: /blobs/, fault: two },
  ]);

  const faults = [
    'PUT manifests',
    'GET manifests',
    'PUT manifests',
    'PUT manifests',
    'GET blobs',
  ].map((line) => faultOf({ method: line.slice(0, 3), path: line.slice(4) }));

  expect(faults).toEqual([undefined, undefined, one, undefined, two]);
});
