import {
  LabError,
  PartLeftOutError,
  readLabKubeconfig,
  type ClusterPart,
  type Lab,
} from '../parts/index.js';

const names = ['test', 'production', 'standby'] as const;

/** @throws LabError where existing clusters are asked for and some are not there, with the commands that make them */
export async function requireClusters(lab: Lab): Promise<void> {
  if (readLabKubeconfig(process.env) === undefined) return;
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

/** In a cluster that somebody has already, one that nobody else would choose. */
export function chooseNamespace({ inside }: ClusterPart): string {
  return inside === undefined ? 'shop' : inside.namespace.replace('slipway-lab', 'shop');
}
