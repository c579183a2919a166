import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildBusyboxImage, type BusyboxImage } from '../images/index.js';
import { waitUntil } from '../waiting/index.js';
import { openLab, PartLeftOutError, type Lab } from './index.js';

const timeoutMs = 120_000;
let folder = '';
let lab: Lab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lab-test-'));
  lab = await openLab();
}, timeoutMs);

afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
}, timeoutMs);

describe('registries', () => {
  test.each([
    ['candidates', false, 404],
    ['production', true, 200],
  ] as const)(
    '%s answers, with the referrers API: %s',
    async (name, hasReferrers, status) => {
      const registry = await lab.registry(name);
      const digest = `sha256:${'0'.repeat(64)}`;
      await push(registry.host, 'team/referred', 'v1', buildImage('referred'));

      const root = await fetch(`http://${registry.host}/v2/`);
      const referrers = await fetch(`http://${registry.host}/v2/team/referred/referrers/${digest}`);

      expect(registry.hasReferrers).toBe(hasReferrers);
      expect([root.status, referrers.status]).toEqual([200, status]);
    },
    timeoutMs,
  );
});

describe('a cluster', () => {
  test(
    'runs pods from both registries, which answer through their Service and are found by name',
    async () => {
      const [cluster, candidates, production] = await Promise.all([
        lab.cluster('test'),
        lab.registry('candidates'),
        lab.registry('production'),
      ]);
      const kubectl = await createKubectl(cluster.kubeconfig);
      const image = buildImage('answer');
      await push(candidates.host, 'team/answer', 'v1', image);
      await push(production.host, 'team/answer', 'v1', image);
      await kubectl(['create', 'namespace', 'lab-test']);
      await kubectl(
        ['apply', '-f', '-'],
        describeApp([
          `${candidates.host}/team/answer:v1`,
          `${production.host}/team/answer@${image.digest}`,
        ]),
      );
      await kubectl([...inTest, 'wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s']);
      const address = await kubectl([...inTest, 'get', 'service', 'answer', '-o', clusterIp]);

      const url = `http://${address}/version`;
      const fetched = [...inTest, 'exec', 'answer-0', '--', 'wget', '-q', '-O', '-', url];
      const answer = await waitUntil(() => kubectl(fetched).catch(() => undefined), {
        what: 'the Service',
        timeoutMs: 20_000,
        signal: undefined,
      });
      const found = await kubectl([
        ...[...inTest, 'exec', 'answer-0', '--', 'nslookup'],
        'answer.lab-test.svc.cluster.local',
      ]);
      await kubectl(['delete', 'namespace', 'lab-test', '--wait=false']);

      expect(answer).toBe('answer');
      expect(found).toContain(`Address: ${address}`);
    },
    timeoutMs,
  );

  test(
    'that is up is not started again, for whoever asks',
    async () => {
      const first = await lab.cluster('test');
      const before = await lab.status();

      const again = await Promise.all([lab.cluster('test'), lab.cluster('test')]);

      expect(again).toEqual([first, first]);
      expect(await lab.status()).toEqual(before);
    },
    timeoutMs,
  );

  test(
    'is started anew when a part of it has died',
    async () => {
      const { kubeconfig } = await lab.cluster('broken');
      const broken = (await lab.status()).parts.find(({ part }) => part === 'cluster:broken');
      const apiServer = broken?.processes.find(({ name }) => name === 'kube-apiserver');
      await runCommand(['kill', '-KILL', String(apiServer?.pid)]);

      const anew = await lab.cluster('broken');

      const kubectl = await createKubectl(anew.kubeconfig);
      expect(anew.kubeconfig).toBe(kubeconfig);
      expect(await kubectl(['get', 'nodes', '-o', 'name'])).toBe('node/broken-node');
    },
    timeoutMs,
  );
});

describe('what a run does without', () => {
  test.each([
    ['a cluster', 'cluster:elsewhere', (other: Lab) => other.cluster('elsewhere')],
    ['an engine', 'engine:docker', (other: Lab) => other.engine()],
    [
      'an engine whose base images have no place',
      'registry:candidates',
      async (other: Lab) => {
        await other.prepare(['engine:docker']); // is no start
        return other.engine();
      },
    ],
  ])(
    'is not started: %s',
    async (_name, part, ask) => {
      process.env['LAB_WITHOUT'] = part;
      const other = await openLab();
      delete process.env['LAB_WITHOUT'];

      const asked = ask(other);

      await expect(asked).rejects.toThrow(PartLeftOutError);
      await expect(asked).rejects.toThrow(`the lab does without ${part}`);
      await other.close();
    },
    timeoutMs,
  );
});

const inTest = ['-n', 'lab-test'];
const clusterIp = 'jsonpath={.spec.clusterIP}';

function buildImage(name: string): BusyboxImage {
  const serve = `#!/bin/sh\ntrap 'kill $p; exit 0' TERM INT\nhttpd -f -p 8080 -h /www & p=$!\nwait $p\n`;
  return buildBusyboxImage({
    layout: join(folder, name),
    files: {
      '/bin/serve': { content: serve, mode: 0o755 },
      '/www/version': { content: `${name}\n` },
    },
    config: { entrypoint: ['/bin/serve'], env: { PATH: '/bin' }, user: '1000' },
  });
}

/** One pod for each image, and a Service over all of them. */
function describeApp(images: readonly string[]): string {
  const labels = { app: 'answer' };
  const pods = images.map((image, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `answer-${index}`, namespace: 'lab-test', labels },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'answer', image }] },
  }));
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'answer', namespace: 'lab-test' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  };
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...pods, service] });
}

async function createKubectl(kubeconfig: string) {
  const program = await lab.program('kubectl');
  return async (argv: readonly string[], input = ''): Promise<string> => {
    const { stdout } = await runCommand([program, '--kubeconfig', kubeconfig, ...argv], { input });
    return stdout.trim();
  };
}

/** The plain road of the distribution specification: each blob in one PUT, then the manifest. */
async function push(host: string, repository: string, tag: string, image: BusyboxImage) {
  const api = `http://${host}/v2/${repository}`;
  const manifest = readBlob(image, image.digest);
  const digests = manifest.toString('utf8').match(/sha256:[0-9a-f]{64}/g) ?? [];
  for (const digest of digests) {
    const begun = await fetch(`${api}/blobs/uploads/`, { method: 'POST' });
    const target = new URL(begun.headers.get('location') ?? '', api);
    target.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    const put = await fetch(target, { method: 'PUT', headers, body: readBlob(image, digest) });
    expect(put.status).toBe(201);
  }
  const headers = { 'content-type': image.mediaType };
  const put = await fetch(`${api}/manifests/${tag}`, { method: 'PUT', headers, body: manifest });
  expect(put.status).toBe(201);
}

function readBlob(image: BusyboxImage, digest: string): Buffer<ArrayBuffer> {
  return Buffer.from(readFileSync(join(image.layout, 'blobs', digest.replace(':', '/'))));
}
