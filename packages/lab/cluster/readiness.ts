import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPartProcesses, requireRunning } from '../process/index.js';
import { waitUntil } from '../waiting/index.js';
import { isNodeReady, tryFetch } from './api.js';
import type { ClusterFacts } from './facts.js';

const timeoutMs = 120_000;

/** Waits until containerd listens. */
export async function waitForContainerd(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await waitFor(folder, 'containerd', signal, () =>
    Promise.resolve(existsSync(join(folder, 'containerd.sock'))),
  );
}

/** Waits until the API server says that it is ready. */
export async function waitForApi(
  folder: string,
  facts: ClusterFacts,
  signal: AbortSignal | undefined,
): Promise<void> {
  await waitFor(folder, `the API server of ${facts.name}`, signal, () => isApiReady(folder, facts));
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
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  const wait = (what: string, ask: () => Promise<boolean>): Promise<void> =>
    waitFor(folder, `${what} of ${facts.name}`, signal, ask);
  await Promise.all([
    wait('the node', () => hasReadyNode(folder, facts)),
    wait('the default ServiceAccount', () => exists(folder, facts, account)),
    wait('kube-proxy', () => answers(`http://${facts.node}:10256/healthz`)),
    wait('the DNS', () => answers(`http://${facts.node}:8181/ready`)),
  ]);
}

/** Whether every process runs, and the API and the node are ready. */
export async function isClusterHealthy(folder: string, facts: ClusterFacts): Promise<boolean> {
  const processes = readPartProcesses(folder);
  if (processes.length === 0 || processes.some((each) => !each.isRunning)) return false;
  return (await isApiReady(folder, facts)) && (await hasReadyNode(folder, facts));
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

async function isApiReady(folder: string, facts: ClusterFacts): Promise<boolean> {
  return exists(folder, facts, '/readyz');
}

async function hasReadyNode(folder: string, facts: ClusterFacts): Promise<boolean> {
  const path = `/api/v1/nodes/${facts.nodeName}`;
  const node = await tryFetch(facts.server, join(folder, 'keys'), path);
  return node !== undefined && isNodeReady(node);
}

async function exists(folder: string, facts: ClusterFacts, path: string): Promise<boolean> {
  return (await tryFetch(facts.server, join(folder, 'keys'), path)) !== undefined;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
