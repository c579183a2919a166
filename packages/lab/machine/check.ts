import { runCommand } from '@slipway/io/command';
import { LabError } from '../errors/index.js';
import { asRoot } from '../process/index.js';

/** Whose clusters the lab works with: its own need more of a machine than those that exist. */
export type ClusterOrigin = 'own' | 'existing';

/** What of a machine decides whether the lab can run on it. */
export interface Machine {
  readonly platform: string;
  readonly architecture: string;
  readonly clusters: ClusterOrigin;
  readonly canBecomeRoot: boolean;
  readonly canMakeNamespaces: boolean;
}

/**
 * What keeps the lab from running on a machine, in one sentence; `undefined` when nothing does.
 *
 * @example findMachineProblem({ platform: 'darwin', … }) // 'the lab needs Linux on x64, and this is darwin on arm64'
 */
export function findMachineProblem(machine: Machine): string | undefined {
  const { platform, architecture } = machine;
  if (platform !== 'linux' || architecture !== 'x64')
    return `the lab needs Linux on x64, and this is ${platform} on ${architecture}`;
  if (machine.clusters === 'existing') return undefined;
  if (!machine.canBecomeRoot)
    return 'the lab needs root, or sudo without a password, to make networks and clusters';
  if (!machine.canMakeNamespaces)
    return 'the lab needs the right to make network, process and mount namespaces (CAP_SYS_ADMIN, CAP_NET_ADMIN), which this container does not have';
  return undefined;
}

/** @throws LabError with the one thing that is missing */
export async function checkMachine(clusters: ClusterOrigin): Promise<void> {
  const { platform, arch: architecture } = process;
  const isRight = platform === 'linux' && architecture === 'x64' && clusters === 'own';
  const canBecomeRoot = isRight && (await canRun(asRoot(['true'])));
  const unshare = [
    'unshare',
    '--net',
    '--pid',
    '--mount',
    '--ipc',
    '--uts',
    '--fork',
    'true',
  ] as const;
  const canMakeNamespaces = canBecomeRoot && (await canRun(asRoot(unshare)));
  const problem = findMachineProblem({
    ...{ platform, architecture, clusters, canBecomeRoot, canMakeNamespaces },
  });
  if (problem !== undefined) throw new LabError(problem);
}

async function canRun(argv: readonly [string, ...string[]]): Promise<boolean> {
  try {
    await runCommand(argv, { timeoutMs: 20_000 });
    return true;
  } catch {
    return false;
  }
}
