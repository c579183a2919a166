import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plugNode, type Network } from '../network/index.js';
import {
  findNamespaceChild,
  readPartProcesses,
  requireRunning,
  startPartProcess,
  type PartCommand,
} from '../process/index.js';
import { waitUntil } from '../waiting/index.js';
import { inside, insidePrograms, insideRegistries, type ClusterFacts } from './facts.js';

/**
 * A cluster lives in namespaces of its own: processes, mounts, network, host name. The first process in
 * them is this script; when it is killed, the kernel ends every other one and takes their mounts, links and
 * network namespaces away, so that the end of a cluster needs no list of what it started.
 */
const firstProcess = `
set -e
folder=$1 programs=$2 registries=$3 address=$4 gateway=$5
# without a word from whoever started us nobody may know of us
read -r word
mount -t proc proc /proc
# seen by this cluster only: what its programs would leave in the machine's folders goes with it
mount -t tmpfs -o mode=755 tmpfs "$folder/run"
cd "$folder/run"
mkdir -p netns lock .${inside.slice(4)} .${insidePrograms.slice(4)} .${insideRegistries.slice(4)}
mount --bind "$folder" .${inside.slice(4)}
mount --bind "$programs" .${insidePrograms.slice(4)}
mount --bind "$registries" .${insideRegistries.slice(4)}
mount --rbind "$folder/run" /run
cd /
mount -t tmpfs -o mode=755 tmpfs /var/lib
mount -t tmpfs -o mode=755 tmpfs /var/log
# the kubelet insists on these values: it finds them, and the machine keeps its own
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \\
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=/run/settings/\${setting%%=*}
  mkdir -p "\${file%/*}"
  echo "\${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/\${setting%%=*}"
done
ip link set lo up
ip address add "$address/24" dev eth0
ip link set eth0 up
ip route add default via "$gateway"
echo 1 >/proc/sys/net/ipv4/ip_forward
: >${inside}/sandbox-ready
# the parent of whatever loses its own: waiting also collects their exit codes
while :; do sleep 2147483647 & wait "$!"; done
`;

export interface SandboxOptions {
  /** The cluster's folder. */
  readonly folder: string;
  readonly programs: string;
  readonly registries: string;
  readonly facts: ClusterFacts;
  readonly network: Network;
  readonly index: number;
  readonly signal: AbortSignal | undefined;
}

/** Makes the namespaces of a cluster and plugs them into the lab's bridge. */
export async function startSandbox(options: SandboxOptions): Promise<void> {
  const { folder, programs, registries, facts, network, index, signal } = options;
  mkdirSync(join(folder, 'run'), { recursive: true });
  mkdirSync(registries, { recursive: true });
  rmSync(join(folder, 'sandbox-ready'), { force: true });
  writeFileSync(join(folder, 'first-process.sh'), firstProcess);
  const daemon = await startPartProcess(folder, {
    name: 'sandbox',
    needsRoot: true,
    argv: [
      ...['unshare', '--net', '--pid', '--mount', '--ipc', '--uts', '--propagation', 'slave'],
      ...['--fork', '--kill-child=KILL', '--', '/bin/sh', join(folder, 'first-process.sh')],
      ...[folder, programs, registries, facts.node, network.gateway],
    ],
  } as const satisfies PartCommand);
  const pid = await waitUntil(
    () => {
      requireRunning(folder);
      return findFirstProcess(folder);
    },
    { what: `the namespaces of ${facts.name}`, timeoutMs: 10_000, everyMs: 2, signal },
  );
  await plugNode(network, index, pid, facts);
  daemon.stdin.end('go\n');
  await waitUntil(
    () => {
      requireRunning(folder);
      return existsSync(join(folder, 'sandbox-ready')) ? true : undefined;
    },
    { what: `the namespaces of ${facts.name}`, timeoutMs: 10_000, everyMs: 5, signal },
  );
}

/**
 * The command line that runs a program in a cluster's namespaces.
 *
 * @param pid the first process in them
 */
export function enterSandbox(pid: number, argv: readonly string[]): readonly [string, ...string[]] {
  const namespaces = ['--net', '--mount', '--pid', '--ipc', '--uts'];
  return ['nsenter', '--target', String(pid), ...namespaces, '--', ...argv];
}

/** The first process in a cluster's namespaces, as the host counts; `undefined` when it does not run. */
export function findFirstProcess(folder: string): number | undefined {
  const sandbox = readPartProcesses(folder).find(({ name }) => name === 'sandbox');
  return sandbox?.isRunning === true ? findNamespaceChild(sandbox.pid) : undefined;
}
