import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formatReference, parsePinnedReference, parseRepository } from '@slipway/core/image-ref';
import type { KubernetesObject } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import { createRegistryClient, openLayout, pushImage } from '@slipway/io/registry';
import { createRecordingLogger } from '@slipway/testing/logger';
import { ensureBaseImages, pushBaseImages } from '../base-images/index.js';
import { startClient, type ClientTally } from '../client/index.js';
import { buildBusyboxImage } from '../images/index.js';
import { openQuietCluster } from '../open-cluster/index.js';
import { openLab, type ClusterPart, type Lab } from '../parts/index.js';
import { waitUntil } from '../waiting/index.js';

const timeoutMs = 120_000;
const { signal } = new AbortController();
const namespace = `existing-${randomBytes(4).toString('hex')}`;
const before = { ...process.env };

let folder = '';
let first: Lab;
let owner: Cluster;
let kubectl = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lab-existing-'));
  first = await openLab();
  const [cluster, registry] = await Promise.all([
    first.cluster('test'),
    first.registry('candidates'),
  ]);
  kubectl = await first.program('kubectl');
  owner = await openQuietCluster({ ...cluster, kubectl });
  const image = cluster.inside?.image ?? (await pushNode(registry.host));
  Object.assign(process.env, {
    ...{ LAB_DIR: join(folder, 'lab'), LAB_KUBECONFIG: cluster.kubeconfig, LAB_IMAGE: image },
    PATH: `${join(kubectl, '..')}:${process.env['PATH'] ?? ''}`,
  });
}, timeoutMs);

afterAll(async () => {
  for (const name of ['LAB_DIR', 'LAB_KUBECONFIG', 'LAB_IMAGE', 'PATH']) {
    const value = before[name];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  await owner.close();
  await first.close();
  rmSync(folder, { recursive: true, force: true });
}, timeoutMs);

/** The image that the cluster can pull, in the first lab’s registry. */
async function pushNode(host: string): Promise<string> {
  const log = (): void => undefined;
  const images = await ensureBaseImages({ log, signal });
  const node = images.filter(({ reference }) => reference.startsWith('node:'));
  await pushBaseImages(host, node, { log, signal });
  return `${host}/library/${node[0]?.reference ?? ''}`;
}

test(
  'a lab at a cluster of somebody else runs an image there, is called from inside, and leaves nothing',
  async () => {
    const known = await listNames();
    const lab = await openLab();
    try {
      const [registry, part] = await Promise.all([lab.registry('candidates'), lab.cluster('test')]);
      const ours = await openQuietCluster({ ...part, kubectl });
      const image = await pushApp(registry.host);
      for (const object of describeApp(image)) await ours.create(object);

      const tally = await callApp(part, ours);
      const touched = ours.apply(labelled('default'), { fieldManager: 'test' });

      await expect(touched).rejects.toThrow(
        'the lab does without namespaces/default: it was in the cluster before, and stays as it is',
      );
      const answers = { '1.0.0': tally.requests };
      expect(tally).toMatchObject({ failed: 0, failures: [], answers });
      await ours.close();
    } finally {
      await lab.close();
    }
    expect(await listNames()).toEqual(known);
    expect(existsSync(join(folder, 'lab'))).toBe(false);
  },
  timeoutMs,
);

/** Until there are some answers. */
async function callApp(part: ClusterPart, cluster: Cluster): Promise<ClientTally> {
  const call = { namespace, service: 'web', path: '/version', name: (body: string) => body };
  const client = await startClient({ part, cluster, clock: systemClock, signal }, [call]);
  await waitUntil(async () => ((await client.tally()).requests >= 20 ? true : undefined), {
    what: 'the client',
    timeoutMs: 20_000,
  });
  return client.stop();
}

/** What a lab makes that is in no namespace. */
async function listNames(): Promise<readonly string[]> {
  const lists = await Promise.all([
    owner.list({ apiVersion: 'v1', kind: 'Namespace' }),
    owner.list({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' }),
  ]);
  const mine = (name: string): boolean => /^(?:slipway-lab-|existing-)/.test(name);
  return lists.flatMap(({ items }) => items.map(({ metadata }) => metadata.name)).filter(mine);
}

async function pushApp(host: string): Promise<string> {
  const serve =
    '#!/bin/sh\ntrap "kill $p; exit 0" TERM\nhttpd -f -p 8080 -h /www & p=$!\nwait $p\n';
  const { layout } = buildBusyboxImage({
    layout: join(folder, 'app'),
    files: {
      '/bin/serve': { content: serve, mode: 0o755 },
      '/www/version': { content: '1.0.0\n' },
    },
    config: { entrypoint: ['/bin/serve'], env: { PATH: '/bin' }, user: '1000' },
  });
  const logger = createRecordingLogger();
  const options = { logger, clock: systemClock, signal };
  const client = await createRegistryClient({ credentials: [], plainHttp: [host], ...options });
  const repository = parseRepository(`${host}/existing/app`);
  const { digest } = await pushImage(client, await openLayout(layout), repository, {
    ...{ tags: [], tagPolicy: 'fail', isDryRun: false },
    ...options,
  });
  return formatReference(parsePinnedReference(`${host}/existing/app@${digest}`));
}

function labelled(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { touched: 'yes' } } };
}

function describeApp(image: string): readonly KubernetesObject[] {
  const labels = { app: 'web' };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace, labels },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'web', image }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
}
