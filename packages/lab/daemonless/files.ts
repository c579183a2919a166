import { inside, enterSandbox } from '../sandbox/index.js';

/** Everything that the files of podman and buildah are made from. */
export interface ContainersFacts {
  /** The registry that is asked for the names of Docker Hub: `10.64.0.1:20000`. */
  readonly mirror: string;
  /** The lab's other registries: `10.64.0.1:20001`. */
  readonly plainHttp: readonly string[];
  readonly storageDriver: 'overlay' | 'vfs';
  /** Of the networks that are made: `10.64.9.0/24`. */
  readonly networks: string;
}

/** containers-storage.conf(5) */
export function formatStorageConfig({ storageDriver }: ContainersFacts): string {
  return `[storage]
driver = "${storageDriver}"
graphroot = "${inside}/graph"
runroot = "/run/containers/storage"
`;
}

/** containers.conf(5). runc, because crun refuses a machine with both versions of control groups. */
export function formatContainersConfig({ networks }: ContainersFacts): string {
  return `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=1024:1024"]

[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"

[network]
network_backend = "netavark"
network_config_dir = "${inside}/networks"
default_subnet = "${networks.replace(/0\/24$/, '0/26')}"
default_subnet_pools = [{ base = "${networks.replace(/0\/24$/, '64/26')}", size = 28 }, { base = "${networks.replace(/0\/24$/, '128/25')}", size = 28 }]
`;
}

/** containers-registries.conf(5) */
export function formatRegistriesConfig({ mirror, plainHttp }: ContainersFacts): string {
  const insecure = [...new Set([mirror, ...plainHttp])].map(
    (host) => `
[[registry]]
location = "${host}"
insecure = true
`,
  );
  return `unqualified-search-registries = ["docker.io"]
short-name-mode = "permissive"

[[registry]]
location = "docker.io"
[[registry.mirror]]
location = "${mirror}"
insecure = true
${insecure.join('')}`;
}

/**
 * The script that stands for a program: it runs in the namespaces of the part, where the folder in which it was
 * called is the same, and hears of the signals that end it.
 *
 * @param pid the first process in them
 */
export function formatProgram(program: string, pid: number, isRoot: boolean): string {
  const enter = enterSandbox(pid, []).slice(0, -1);
  const become = isRoot ? [] : ['sudo', '-n', '--preserve-env'];
  return `#!/bin/sh
export PATH="$PATH:/usr/sbin:/sbin"
export CONTAINERS_STORAGE_CONF=${inside}/storage.conf
export CONTAINERS_CONF=${inside}/containers.conf
export CONTAINERS_REGISTRIES_CONF=${inside}/registries.conf
${[...become, ...enter].join(' ')} --wd="$PWD" -- ${program} "$@" <&0 &
entered=$!
trap 'kill -TERM $(cat /proc/$entered/task/$entered/children)' TERM
trap 'kill -INT $(cat /proc/$entered/task/$entered/children)' INT
# a signal ends the waiting before the program has ended
while :; do
  wait "$entered"
  code=$?
  kill -0 "$entered" 2>/dev/null || exit "$code"
done
`;
}
