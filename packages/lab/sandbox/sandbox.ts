import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterAddresses } from '../addresses/index.js';
import { LabError } from '../errors/index.js';
import { plugNode, type Network } from '../network/index.js';
import {
  findNamespaceChild,
  readPartProcesses,
  requireRunning,
  startPartProcess,
  type PartCommand,
} from '../process/index.js';
import { waitForAll, waitUntil } from '../waiting/index.js';

/** Where a part's own folder is seen by its processes: the same for every part, and short. */
export const inside = '/run/lab';

/**
 * The namespaces of a part: processes, mounts, network, host name. The first process in them is this script;
 * when it is killed, the kernel ends every other one and takes their mounts, links and network namespaces
 * away, so that the end of a part needs no list of what it started.
 */
const firstProcess = (setUp: string): string => `
set -e
folder=$1 address=$2 gateway=$3
shift 3
# without a word from whoever started us nobody may know of us
read -r word
mount -t proc proc /proc
# seen by this part only: what its programs would leave in the machine's folders goes with it
mount -t tmpfs -o mode=755 tmpfs "$folder/run"
cd "$folder/run"
mkdir -p netns lock .${inside.slice(4)}
mount --bind "$folder" .${inside.slice(4)}
ip link set lo up
ip address add "$address/24" dev eth0
ip link set eth0 up
echo 1 >/proc/sys/net/ipv4/ip_forward
${setUp.trim()}
mount --rbind "$folder/run" /run
cd /
: >${inside}/sandbox-ready
# the parent of whatever loses its own: waiting also collects their exit codes
while :; do sleep 2147483647 & wait "$!"; done
`;

export interface SandboxOptions {
  /** The part's folder. */
  readonly folder: string;
  /** Completes “waited N s for the namespaces of …”. */
  readonly name: string;
  /**
   * Shell commands that the first process runs, once its network is there, in the folder that becomes `/run`
   * of the part; `$gateway` is the host's address on the bridge, `$1`, `$2`, … are the arguments.
   */
  readonly setUp: string;
  readonly arguments: readonly string[];
  readonly network: Network;
  readonly index: number;
  readonly addresses: ClusterAddresses;
  readonly signal: AbortSignal | undefined;
}

/** Makes the namespaces of a part and plugs them into the lab's bridge. */
export async function startSandbox(options: SandboxOptions): Promise<void> {
  const { folder, network, index, addresses, signal } = options;
  mkdirSync(join(folder, 'run'), { recursive: true });
  rmSync(join(folder, 'sandbox-ready'), { force: true });
  const script = join(folder, 'first-process.sh');
  writeFileSync(script, firstProcess(options.setUp));
  const daemon = await startPartProcess(folder, {
    name: 'sandbox',
    needsRoot: true,
    argv: [
      ...['unshare', '--net', '--pid', '--mount', '--ipc', '--uts', '--propagation', 'slave'],
      ...['--fork', '--kill-child=KILL', '--', '/bin/sh', script],
      ...[folder, addresses.node, network.gateway, ...options.arguments],
    ],
  } as const satisfies PartCommand);
  const what = `the namespaces of ${options.name}`;
  const pid = await waitUntil(
    () => {
      requireRunning(folder);
      return findFirstProcess(folder);
    },
    { what, timeoutMs: 10_000, everyMs: 2, signal },
  );
  await plugNode(network, index, pid, addresses);
  daemon.stdin.end('go\n');
  await waitUntil(
    () => {
      requireRunning(folder);
      return existsSync(join(folder, 'sandbox-ready')) ? true : undefined;
    },
    { what, timeoutMs: 10_000, everyMs: 5, signal },
  );
}

/** Starts programs in the namespaces of a part, side by side. */
export async function startInSandbox(
  folder: string,
  commands: readonly PartCommand[],
): Promise<void> {
  const pid = requireFirstProcess(folder);
  await waitForAll(
    commands.map(({ name, argv }) =>
      startPartProcess(folder, { name, argv: enterSandbox(pid, argv), needsRoot: true }),
    ),
  );
}

/**
 * The command line that runs a program in a part's namespaces.
 *
 * @param pid the first process in them
 */
export function enterSandbox(pid: number, argv: readonly string[]): readonly [string, ...string[]] {
  const namespaces = ['--net', '--mount', '--pid', '--ipc', '--uts'];
  return ['nsenter', '--target', String(pid), ...namespaces, '--', ...argv];
}

/**
 * The first process in a part's namespaces, as the host counts.
 *
 * @throws LabError when it has ended
 */
export function requireFirstProcess(folder: string): number {
  const pid = findFirstProcess(folder);
  if (pid === undefined) throw new LabError('the first process of the namespaces ended');
  return pid;
}

function findFirstProcess(folder: string): number | undefined {
  const sandbox = readPartProcesses(folder).find(({ name }) => name === 'sandbox');
  return sandbox?.isRunning === true ? findNamespaceChild(sandbox.pid) : undefined;
}
