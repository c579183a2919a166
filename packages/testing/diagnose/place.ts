import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import { systemClock } from '@slipway/io/clock';
import { runCommand } from '@slipway/io/command';
import { startTcpGate, type TcpGate } from '../proxy/index.js';
import type { DiagnoseStage } from './stage.js';
import type { Place } from './row.js';

/** A place with what only the trial uses. */
export interface OpenPlace extends Place {
  readonly folder: string;
  /** Leads to the API as the deployment reaches it. */
  readonly kubeconfig: string;
  /** The part of image names that leads through the registry with moods. */
  readonly row: string;
  /** The API as the deployment reaches it: through the gate where there is one. */
  readonly deploysTo: Cluster;
  close(): Promise<void>;
}

/** Makes a namespace for a row. */
export async function openPlace(
  { stage, registry }: DiagnoseStage,
  hasGate: boolean,
): Promise<OpenPlace> {
  const row = `row-${randomBytes(4).toString('hex')}`;
  const namespace = row;
  const folder = join(stage.folder, row);
  mkdirSync(folder, { recursive: true });
  const { cluster, kubectl, kubeconfig, context } = stage;
  const metadata = { name: namespace };
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata });
  const gated = hasGate ? await openGate(stage, folder) : undefined;
  const where = ['--kubeconfig', kubeconfig, '--context', context, '--namespace', namespace];
  return {
    namespace,
    row,
    folder,
    kubeconfig: gated?.kubeconfig ?? kubeconfig,
    cluster,
    deploysTo: gated?.cluster ?? cluster,
    gate: gated?.gate,
    kubectl: async (...words) => (await runCommand([kubectl, ...where, ...words])).stdout,
    setMood: (mood) => registry.setMood(row, mood),
    sleep: (ms) => systemClock.sleep(ms),
    close: async () => {
      await gated?.cluster.close();
      await gated?.gate.close();
      await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    },
  };
}

async function openGate(
  { kubeconfig, kubectl, context, logger }: DiagnoseStage['stage'],
  folder: string,
): Promise<{ readonly cluster: Cluster; readonly gate: TcpGate; readonly kubeconfig: string }> {
  const config = readFileSync(kubeconfig, 'utf8');
  const server = /https:\/\/(?<host>[\d.]+:\d+)/.exec(config)?.groups?.['host'];
  if (server === undefined) throw new Error(`no server in ${kubeconfig}`);
  const gate = await startTcpGate(server);
  const path = join(folder, 'kubeconfig');
  writeFileSync(path, config.replaceAll(server, gate.host), { mode: 0o600 });
  const { signal } = new AbortController();
  const options = { kubeconfig: path, context, kubectl, logger, clock: systemClock, signal };
  return { cluster: await openCluster(options), gate, kubeconfig: path };
}
