import { LabError, PartLeftOutError, type ClusterPart, type Lab } from '../parts/index.js';
import { openQuietCluster } from '../open-cluster/index.js';

const names = ['test', 'production', 'standby'] as const;

/** @throws LabError where existing clusters are asked for and some are not there, with the commands that make them */
export async function requireClusters(lab: Lab): Promise<void> {
  const missing: string[] = [];
  for (const name of names) {
    try {
      await lab.prepare([`cluster:${name}`]);
    } catch (error) {
      if (!(error instanceof PartLeftOutError)) throw error;
      missing.push(name);
    }
  }
  if (missing.length === 0) return;
  const commands = missing.map((name) => `kind create cluster --name ${name}`);
  throw new LabError(
    `the demo needs the clusters ${names.join(', ')}, and there is no ${missing.join(' and no ')}: ${commands.join(' && ')}`,
  );
}

/**
 * A redeployment to a second cluster shows nothing where the second is the first.
 *
 * @throws LabError where two of them are one
 */
export async function assertApart(parts: readonly ClusterPart[], kubectl: string): Promise<void> {
  const known = new Map<string, string>();
  for (const { name, kubeconfig, context } of parts) {
    const uid = await readUid({ kubeconfig, context, kubectl });
    const other = known.get(uid);
    if (other !== undefined)
      throw new LabError(
        `the demo needs three clusters, and ${other} and ${name} are the same one`,
      );
    known.set(uid, name);
  }
}

/** In a cluster that somebody has already, one that nobody else would choose. */
export function chooseNamespace({ inside }: ClusterPart): string {
  return inside === undefined ? 'shop' : inside.namespace.replace('slipway-lab', 'shop');
}

async function readUid(access: Parameters<typeof openQuietCluster>[0]): Promise<string> {
  const cluster = await openQuietCluster(access);
  try {
    const system = { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' } as const;
    return (await cluster.get(system))?.metadata.uid ?? '';
  } finally {
    await cluster.close();
  }
}
