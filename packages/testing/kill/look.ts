import { readFileSync, readdirSync } from 'node:fs';
import { recordAt, textAt, type KubernetesObject } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import type { CallingClient } from '@slipway/lab/client';

/** What is in a lane's namespace, beside the Deployment and the Service that every release has. */
export interface Sight {
  readonly configMaps: readonly string[];
  readonly jobs: readonly string[];
  /** By the release that they are of; `of a Job` where they are of none. */
  readonly pods: readonly string[];
  readonly lease: { readonly holder: string; readonly acknowledged: string | undefined };
}

export async function lookAtCluster(cluster: Cluster, namespace: string): Promise<Sight> {
  const list = async (apiVersion: string, kind: string): Promise<readonly KubernetesObject[]> =>
    (await cluster.list({ apiVersion, kind }, { namespace })).items;
  const names = (objects: readonly KubernetesObject[]): readonly string[] =>
    objects.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
  const lease = await cluster.get({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespace,
    name: 'slipway-app',
  });
  return {
    configMaps: names(await list('v1', 'ConfigMap')),
    // without the hash of its content
    jobs: names(await list('batch/v1', 'Job')).map((name) => name.replace(/-[0-9a-f]{8}$/, '')),
    pods: (await list('v1', 'Pod')).map(describePod),
    lease: {
      holder: textAt(recordAt(lease, 'spec'), 'holderIdentity') ?? '',
      acknowledged: lease?.metadata.annotations?.['slipway.dev/ledger'],
    },
  };
}

function describePod(pod: KubernetesObject): string {
  return pod.metadata.labels?.['release'] ?? 'of a Job';
}

/** Which releases answer, told by at least so many answers from now on. */
export async function lookAtService(
  client: CallingClient,
  answers = 4,
): Promise<readonly string[]> {
  const before = await client.tally();
  let now = before;
  while (now.requests - before.requests < answers) {
    await systemClock.sleep(50);
    now = await client.tally();
  }
  return Object.entries(now.answers)
    .filter(([release, count]) => count > (before.answers[release] ?? 0))
    .map(([release]) => release);
}

/** The processes that have a folder's name in their environment, a line each. */
export function findProcesses(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && read(pid, 'environ').includes(folder))
    .map((pid) => `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ').trim()}`);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
