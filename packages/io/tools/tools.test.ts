import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createManualClock, type ManualClock } from '@slipway/testing/clock';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { openTools, type PinnedTool, type ToolName, type Tools } from './index.js';
import { pinnedTools } from './pinned-tools.js';

const program = Buffer.from(`#!/bin/sh\necho fetched\n${'#'.repeat(100_000)}`);
const path = process.env['PATH'];

let folder: string;
let server: Server;
let mirror: string;
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let asked: string[];
let archive: Buffer;
let logger: RecordingLogger;
let stop: AbortController;
let clock: ManualClock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-tools-'));
  process.env['PATH'] = folder;
  archive = await packProgram();
  asked = [];
  logger = createRecordingLogger();
  stop = new AbortController();
  clock = createManualClock();
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  mirror = `http://127.0.0.1:${address.port}/tools/`;
  answer = (response, { url = '' }) => response.end(url.endsWith('.tar.gz') ? archive : program);
});

afterEach(async () => {
  process.env['PATH'] = path;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function packProgram(): Promise<Buffer> {
  const entries = pack();
  entries.entry({ name: 'linux-test/README.md' }, 'read me');
  entries.entry({ name: 'linux-test/helm' }, program);
  entries.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of entries) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function open(): Tools {
  const tool = (path: string, bytes: Uint8Array, member?: string): PinnedTool => ({
    version: '1.2.3',
    minimum: '1.1',
    vendor: 'https://vendor.invalid',
    versionArguments: ['version'],
    files: {
      'linux-test': { path, sha256: sha256(bytes), ...(member === undefined ? {} : { member }) },
    },
  });
  const pinned: Record<ToolName, PinnedTool> = {
    kubectl: tool('/release/kubectl', program),
    helm: tool('/helm-v1.2.3.tar.gz', archive, 'linux-test/helm'),
    kustomize: { ...tool('/kustomize', program), files: {} },
  };
  const cacheFolder = join(folder, 'cache');
  const { signal } = stop;
  return openTools({ pinned, cacheFolder, platform: 'linux-test', mirror, logger, clock, signal });
}

async function install(name: ToolName, said: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\necho '${said}'\n`);
  await chmod(join(folder, name), 0o755);
}

/** Everything that is in the cache. */
async function listCache(): Promise<readonly string[]> {
  const entries = await readdir(join(folder, 'cache'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('a program on the PATH', () => {
  test.each(['{"clientVersion":{"gitVersion":"v1.1.0-gke.3"}}', 'v1.2', '(devel)'])(
    'is taken when it says %s',
    async (said) => {
      await install('kubectl', said);

      expect(await open().locate('kubectl')).toBe('kubectl');
      expect(asked).toEqual([]);
    },
  );

  test('that is too old is refused, with the oldest that will do', async () => {
    await install('helm', 'v1.0.9');

    await expect(open().locate('helm')).rejects.toMatchObject({
      code: 'tool-missing',
      message: 'helm 1.0.9 is on the PATH, and the oldest that will do is 1.1',
      fix: 'Install a newer one, or take it off the PATH: then 1.2.3 is fetched.',
    });
  });
});

describe('a program that is not there', () => {
  test.each<[ToolName, string]>([
    ['kubectl', '/tools/release/kubectl'],
    ['helm', '/tools/helm-v1.2.3.tar.gz'],
  ])('%s is fetched from the mirror once, and kept', async (name, url) => {
    const first = await open().locate(name);
    const second = await open().locate(name);

    expect(second).toBe(first);
    expect(asked).toEqual([url]);
    expect(await readFile(first)).toEqual(program);
    expect((await stat(first)).mode & 0o777).toBe(0o755);
    expect(await listCache()).toEqual([name]);
    expect(logger.lines).toEqual([`fetching ${name} 1.2.3 from ${mirror.slice(0, -7)}${url}`]);
  });

  test('and is something else than what is pinned is refused, and not kept', async () => {
    answer = (response) => response.end('#!/bin/sh\necho else\n');

    await expect(open().locate('kubectl')).rejects.toMatchObject({
      code: 'tool-invalid',
      message: expect.stringMatching(
        /^what http:\/\/127\.0\.0\.1:\d+\/tools\/release\/kubectl gave is not what is pinned: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}$/,
      ),
    });
    expect(await listCache()).toEqual([]);
  });

  test('and ends too early is refused, and not kept', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': program.length });
      response.write(program.subarray(0, 50_000), () => response.destroy());
    };

    await expect(open().locate('kubectl')).rejects.toMatchObject({
      code: 'tool-missing',
      message: expect.stringMatching(/ cannot be fetched: .+ after \d+ bytes$/),
    });
    expect(await listCache()).toEqual([]);
  });

  test('and is not at the mirror either is told with the address', async () => {
    answer = (response) => response.writeHead(404).end('no');

    await expect(open().locate('helm')).rejects.toMatchObject({
      code: 'tool-missing',
      message: `${mirror}helm-v1.2.3.tar.gz cannot be fetched: the answer is 404`,
      fix: 'Install the program, or set tool-mirror to a server that the job reaches and that has the same paths.',
    });
  });

  test('and that nobody is at the address', async () => {
    mirror = 'http://127.0.0.1:1';

    await expect(open().locate('helm')).rejects.toMatchObject({
      code: 'tool-missing',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/helm-v1\.2\.3\.tar\.gz cannot be/),
    });
  });

  test('and comes slowly is told as it comes', async () => {
    let passedMs = 0;
    clock = { ...clock, monotonicMs: () => (passedMs += 20_000) };

    await open().locate('kubectl');

    expect(logger.lines[1]).toMatch(/^fetched 0 of 0 MB of .*\/release\/kubectl$/);
  });

  test('and is no longer wanted leaves nothing', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': program.length });
      response.write(program.subarray(0, 50_000), () => stop.abort(new Error('cancelled')));
    };

    await expect(open().locate('kubectl')).rejects.toThrow('cancelled');
    expect(await listCache()).toEqual([]);
  });

  test('is fetched by two runs at once, and is whole for both', async () => {
    const waiting: ServerResponse[] = [];
    answer = (response) => {
      waiting.push(response);
      if (waiting.length === 2) for (const each of waiting) each.end(archive);
    };

    const [first, second] = await Promise.all([open().locate('helm'), open().locate('helm')]);

    expect(second).toBe(first);
    expect(await readFile(first)).toEqual(program);
    expect(await listCache()).toEqual(['helm']);
  });

  test('on a platform for which none is pinned is to be installed', async () => {
    await expect(open().locate('kustomize')).rejects.toMatchObject({
      code: 'tool-missing',
      message: 'there is no kustomize, and none is fetched for linux-test',
      fix: 'Install kustomize 1.1 or newer, and put it on the PATH.',
    });
  });
});

test.each(Object.entries(pinnedTools))(
  '%s is pinned with a checksum for each platform, and its paths have its version',
  (_name, { version, files }) => {
    for (const { path: place, sha256: digest } of Object.values(files)) {
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(place).toContain(`v${version}`);
    }
    expect(Object.keys(files)).toEqual(['linux-amd64', 'linux-arm64']);
  },
);
