import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureProgram } from '@slipway/lab/build';
import { computeDigest } from '@slipway/io/registry';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startProxies, type Proxies } from './proxies.js';
import { startStopwatch, type Stopwatch } from './stopwatch.js';

const timeoutMs = 120_000;
const quiet = { latencyMs: 0, mode: '', phase: 0 } as const;
const heard: string[] = [];
let registry: Server;
let direct: string;
let proxies: Proxies;
let stopwatch: Stopwatch;
/** What has to be ended, also when not all of it could be started. */
const started: { end(): Promise<void> }[] = [];

/** A registry that answers everything with four bytes, and keeps what it heard. */
beforeAll(async () => {
  registry = createServer((request, response) => {
    heard.push(`${request.method ?? ''} ${request.headers.host ?? ''} ${request.url ?? ''}`);
    request.resume();
    response.end('four');
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const address = registry.address();
  direct = typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
  const program = join(await ensureProgram('latency-proxy', () => undefined), 'latency-proxy');
  proxies = await startProxies(program, [direct]);
  started.push(proxies);
  stopwatch = startStopwatch(program);
  started.push(stopwatch);
}, timeoutMs);

afterAll(async () => {
  registry.closeAllConnections();
  registry.close();
  await Promise.all(started.map((each) => each.end()));
});

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(`http://${proxies.hosts[0] ?? ''}${path}`, init);
  await answer.arrayBuffer();
  return answer;
}

describe('the proxy', () => {
  test('counts requests by what they are for, and the bytes of their bodies', async () => {
    await proxies.set(quiet);
    const paths = [
      '/v2/',
      '/v2/a/blobs/sha256:1',
      '/v2/a/manifests/1.0.0',
      '/v2/a/referrers/sha256:1',
      '/v2/a/tags/list?n=5',
    ];

    for (const path of paths) await send(path);
    await send('/v2/a/blobs/uploads/', { method: 'POST', body: 'sixteen bytes up' });

    const bytes = paths.length * 4 + 16 + 4;
    const counts = { blob: 2, manifest: 1, referrers: 1, tags: 1, other: 1, bytes, throttled: 0 };
    expect(await proxies.count()).toEqual(counts);
  });

  test('passes on the host that the client asked for', async () => {
    await proxies.set(quiet);

    await send('/v2/host');

    expect(heard.at(-1)).toBe(`GET ${proxies.hosts[0] ?? ''} /v2/host`);
  });

  test.each([
    [0, [10, 20]],
    [7, [3, 13, 23]],
  ])('with phase %d answers every tenth request 429', async (phase, refused) => {
    await proxies.set({ latencyMs: 0, mode: 'throttle', phase });

    const statuses: number[] = [];
    for (let count = 1; count <= 25; count += 1) statuses.push((await send('/v2/')).status);

    const places = statuses.flatMap((status, index) => (status === 429 ? [index + 1] : []));
    expect(places).toEqual(refused);
    expect(await proxies.count()).toMatchObject({ other: 25, throttled: refused.length });
  });

  test('says that a mount happened of which the registry never hears', async () => {
    await proxies.set({ latencyMs: 0, mode: 'phantom-mount', phase: 0 });
    heard.length = 0;

    const answer = await send('/v2/a/blobs/uploads/?mount=sha256:1&from=b', { method: 'POST' });
    await send('/v2/a/blobs/uploads/', { method: 'POST' });

    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/v2/a/blobs/sha256:1']);
    expect(heard).toEqual([`POST ${proxies.hosts[0] ?? ''} /v2/a/blobs/uploads/`]);
  });

  test('fetches for a digest without counting', async () => {
    await proxies.set(quiet);

    const digests = await proxies.digests([
      { url: `http://${direct}/v2/a/blobs/x`, accept: '*/*' },
      { url: 'http://127.0.0.1:1/nobody', accept: '*/*' },
    ]);

    expect(digests).toEqual([computeDigest(Buffer.from('four')), '']);
    expect(await proxies.count()).toMatchObject({ blob: 0, bytes: 0 });
  });
});

describe('the stopwatch', () => {
  test('tells how a command ended and what it said', async () => {
    const script = 'echo out; echo "$NAME" >&2; exit 3';
    const argv = ['/bin/sh', '-c', script] as const;

    const measured = await stopwatch.measure({ argv: [...argv], env: ['NAME=err'], cwd: '/' });

    expect(measured).toMatchObject({
      exitCode: 3,
      isTimedOut: false,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('tells the most memory that a command had, also after it gave it back', async () => {
    const peakOf = async (script: string): Promise<number> => {
      const argv: [string, ...string[]] = [process.execPath, '-e', script];
      return (await stopwatch.measure({ argv, env: [], cwd: '/' })).peakBytes;
    };

    const small = await peakOf('0');
    const large = await peakOf('Buffer.alloc(100e6, 1)');

    expect(large - small).toBeGreaterThan(80e6);
    expect(large - small).toBeLessThan(120e6);
  });
});
