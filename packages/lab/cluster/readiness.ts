import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPartProcesses, requireRunning } from '../process/index.js';
import { answers, waitForAll, waitUntil } from '../waiting/index.js';
import { isNodeReady, tryFetch, type ApiPlace } from './api.js';
import type { ClusterFacts } from './facts.js';

const timeoutMs = 120_000;

/** Waits until containerd listens. */
export async function waitForContainerd(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const socket = join(folder, 'containerd.sock');
  await waitFor(folder, 'containerd', signal, () => Promise.resolve(existsSync(socket)));
}

/** Waits until the API server says that it is ready. */
export async function waitForApi(
  folder: string,
  facts: ClusterFacts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const api = apiOf(folder, facts);
  const what = `the API server of ${facts.name}`;
  await waitFor(folder, what, signal, () => exists(api, '/readyz', signal));
}

/**
 * Waits until pods can be made: the node is ready, the default ServiceAccount is there (a pod before it is
 * refused), Services are routed and names are answered.
 */
export async function waitForNode(
  folder: string,
  facts: ClusterFacts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const api = apiOf(folder, facts);
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  const wait = (what: string, ask: () => Promise<boolean>): Promise<void> =>
    waitFor(folder, `${what} of ${facts.name}`, signal, ask);
  await waitForAll([
    wait('the node', () => hasReadyNode(api, facts.nodeName, signal)),
    wait('the default ServiceAccount', () => exists(api, account, signal)),
    wait('kube-proxy', () => answers(`http://${facts.node}:10256/healthz`, signal)),
    wait('the DNS', () => answers(`http://${facts.node}:8181/ready`, signal)),
  ]);
}

/** Whether every process runs, and the API and the node are ready. */
export async function isClusterHealthy(
  folder: string,
  facts: ClusterFacts,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const processes = readPartProcesses(folder);
  if (processes.length === 0 || processes.some((each) => !each.isRunning)) return false;
  const api = apiOf(folder, facts);
  return (await exists(api, '/readyz', signal)) && hasReadyNode(api, facts.nodeName, signal);
}

async function waitFor(
  folder: string,
  what: string,
  signal: AbortSignal | undefined,
  ask: () => Promise<boolean>,
): Promise<void> {
  await waitUntil(
    async () => {
      requireRunning(folder);
      return (await ask()) ? true : undefined;
    },
    { what, timeoutMs, signal },
  );
}

async function hasReadyNode(
  api: ApiPlace,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const node = await tryFetch(api, `/api/v1/nodes/${name}`, signal);
  return node !== undefined && isNodeReady(node);
}

async function exists(
  api: ApiPlace,
  path: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return (await tryFetch(api, path, signal)) !== undefined;
}

function apiOf(folder: string, { server }: ClusterFacts): ApiPlace {
  return { server, keys: join(folder, 'keys') };
}
