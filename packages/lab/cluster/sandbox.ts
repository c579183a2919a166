import { mkdirSync } from 'node:fs';
import type { Network } from '../network/index.js';
import { startSandbox } from '../sandbox/index.js';
import { insidePrograms, insideRegistries, type ClusterFacts } from './facts.js';

const setUp = `
programs=$1 registries=$2
mkdir -p .${insidePrograms.slice(4)} .${insideRegistries.slice(4)}
mount --bind "$programs" .${insidePrograms.slice(4)}
mount --bind "$registries" .${insideRegistries.slice(4)}
mount -t tmpfs -o mode=755 tmpfs /var/lib
mount -t tmpfs -o mode=755 tmpfs /var/log
# the kubelet insists on these values: it finds them, and the machine keeps its own
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \\
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=settings/\${setting%%=*}
  mkdir -p "\${file%/*}"
  echo "\${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/\${setting%%=*}"
done
ip route add default via "$gateway"
`;

export interface ClusterSandboxOptions {
  /** The cluster's folder. */
  readonly folder: string;
  readonly programs: string;
  readonly registries: string;
  readonly facts: ClusterFacts;
  readonly network: Network;
  readonly index: number;
  readonly signal: AbortSignal | undefined;
}

/** Makes the namespaces of a cluster, with its programs and what the lab knows about its registries in them. */
export async function startClusterSandbox(options: ClusterSandboxOptions): Promise<void> {
  const { folder, programs, registries, facts, network, index, signal } = options;
  mkdirSync(registries, { recursive: true });
  await startSandbox({
    folder,
    name: facts.name,
    setUp,
    arguments: [programs, registries],
    network,
    index,
    addresses: facts,
    signal,
  });
}
