import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formatReference, formatRepository, parseRepository } from '@slipway/core/image-ref';
import { textAt, type KubernetesObject } from '@slipway/core/manifest';
import { readChain } from '@slipway/flow/ledger';
import { readLockHolder } from '@slipway/flow/lock';
import { systemClock } from '@slipway/io/clock';
import { startProcess, type RunningProcess } from '@slipway/io/command';
import { openStage, type Stage } from '@slipway/testing/stage';
import { fileURLToPath } from 'node:url';
import { findDifferences } from './ledger-proof.js';
import { openRun, perform, type ModelService } from './ledger-service.js';
import type { WriterSettings } from './stopped-writer.js';

const program = fileURLToPath(new URL('stopped-writer.ts', import.meta.url));
const name = 'stopped';

let stage: Stage;
let service: ModelService;
let settings: WriterSettings;

beforeAll(async () => {
  stage = await openStage('stopped');
  const { namespace, folder, kubeconfig, context, kubectl, registryHost } = stage;
  const image = await stage.push({ version: '1.0.0', behaviour: 'serve' });
  const ledger = parseRepository(`${registryHost}/${namespace}/ledger`);
  const images = new Map([['2.0.0', image]]);
  service = { name, namespace, ledger, images, hasPods: false, folder };
  settings = {
    ...{ name, namespace, folder, kubeconfig, context, kubectl, registryHost },
    ledger: formatRepository(ledger),
    image: formatReference(image),
  };
}, 1_500_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

/** Everything that a writer could have changed: the objects and the Lease by version, the events by digest. */
async function readEverything(): Promise<readonly string[]> {
  const { cluster, client, namespace } = stage;
  const describe = ({ kind, metadata }: KubernetesObject): string =>
    `${kind} ${metadata.name} ${metadata.resourceVersion ?? ''}`;
  const kinds = [
    { apiVersion: 'v1', kind: 'ConfigMap' },
    { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
  ];
  const lists = await Promise.all(kinds.map((kind) => cluster.list(kind, { namespace })));
  const links = await readChain(client, service.ledger, 'test');
  const tags = await client.listTags(service.ledger);
  return [
    ...lists.flatMap(({ items }) => items).map(describe),
    ...links.map(({ tag, digest }) => `${tag} ${digest}`),
    `${tags.length} tags`,
  ];
}

async function readLine(lines: AsyncIterator<string>, prefix: string): Promise<string> {
  for (;;) {
    const next = await lines.next();
    if (next.done === true) throw new Error(`the process ended before it said ${prefix}`);
    if (next.value.startsWith(prefix)) return next.value.slice(prefix.length).trim();
  }
}

/** Stops the process between two of its writes: when some objects are of one release and some of the other. */
async function stopBetweenWrites(pid: number): Promise<void> {
  for (;;) {
    if (await isMixed()) {
      process.kill(pid, 'SIGSTOP');
      await systemClock.sleep(200); // what was on its way has arrived
      const holder = await readLockHolder(stage.cluster, { ...service, service: name });
      if (holder !== undefined && (await isMixed())) return;
      process.kill(pid, 'SIGCONT');
    }
    await systemClock.sleep(5);
  }
}

async function isMixed(): Promise<boolean> {
  const { items } = await stage.cluster.list(
    { apiVersion: 'v1', kind: 'ConfigMap' },
    { namespace: stage.namespace, labelSelector: `app=${name}` },
  );
  return new Set(items.map((object) => textAt(object, 'data', 'version'))).size > 1;
}

test('a process that is stopped, replaced and woken ends with lock-lost, and has written nothing more', async () => {
  const argv = ['--import', 'tsx', program, JSON.stringify(settings)] as const;
  const writer: RunningProcess = await startProcess([process.execPath, ...argv]);
  const lines = writer.lines[Symbol.asyncIterator]();
  try {
    const pid = Number(await readLine(lines, 'pid'));
    await readLine(lines, 'deployed');
    await stopBetweenWrites(pid);

    const context = openRun(service, stage, systemClock, 'next');
    const release = { version: '2.0.0', isGood: true, hasSoak: false, parts: [1] };
    const deploy = { kind: 'deploy', onFailure: 'rollback', isOverridden: true } as const;
    const outcome = await perform(service, context, { ...deploy, release });
    const before = await readEverything();
    process.kill(pid, 'SIGCONT');
    const code = await readLine(lines, 'ended');
    await writer.ended;

    expect(outcome?.status).toBe('succeeded');
    expect(code).toBe('lock-lost');
    expect(await readEverything()).toEqual(before);
    const { state } = await context.ledger.read();
    expect(await findDifferences(service, context, state)).toEqual([]);
    expect(context.logger.lines.find((line) => line.includes('taken over'))).toBe(
      '[warning] run stopped (attempt 1) of shop/model gave no sign of life for 15 s: its lock is taken over',
    );
  } finally {
    await writer.stop();
  }
}, 120_000);
