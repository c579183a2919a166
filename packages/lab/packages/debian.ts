import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandError, runCommand } from '@slipway/io/command';
import { LabError, PartLeftOutError } from '../errors/index.js';
import { readLabKubeconfig } from '../part/index.js';
import { asRoot } from '../process/index.js';
import { withLock } from '../state/index.js';
import { withHeartbeat } from '../waiting/index.js';

/** What each Debian package is needed for: programs in the search path, or files. */
const packageContents = {
  'aardvark-dns': ['/usr/lib/podman/aardvark-dns'],
  buildah: ['buildah', '/etc/containers/policy.json'],
  'busybox-static': ['/bin/busybox'],
  catatonit: ['catatonit'],
  containerd: ['containerd', 'ctr', 'containerd-shim-runc-v2'],
  'containernetworking-plugins': ['/usr/lib/cni/ptp', '/usr/lib/cni/portmap'],
  'debian-archive-keyring': ['/usr/share/keyrings/debian-archive-keyring.gpg'],
  'docker-registry': ['docker-registry'],
  iproute2: ['ip'],
  iptables: ['iptables'],
  mount: ['mount'],
  netavark: ['/usr/lib/podman/netavark'],
  nftables: ['nft'],
  openssl: ['openssl'],
  podman: ['podman', '/etc/containers/policy.json'],
  'python3-pip': ['/usr/bin/python3', '/usr/lib/python3/dist-packages/pip/__main__.py'],
  runc: ['runc'],
  skopeo: ['skopeo'],
  'util-linux': ['flock', 'mountpoint', 'nsenter', 'unshare'],
} as const satisfies Record<string, readonly string[]>;

export type PackageName = keyof typeof packageContents;

/** Where root's programs are, which are not in every user's search path. */
const systemFolders = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
];

/** Where a program is; `undefined` when it is nowhere in the search path. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...path.split(delimiter).filter(Boolean), ...systemFolders];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * Where a program is that was installed.
 *
 * @throws LabError when it is nowhere in the search path
 */
export function requireProgram(name: string): string {
  const file = findProgram(name);
  if (file === undefined) throw new LabError(`${name} is not on this machine`);
  return file;
}

/**
 * Which packages still have to be installed.
 *
 * @param isThere whether a program or a file is there already, from whatever package
 * @example findMissing(['openssl', 'runc'], (thing) => thing !== 'runc') // ['runc']
 */
export function findMissing(
  wanted: readonly PackageName[],
  isThere: (thing: string) => boolean,
): readonly PackageName[] {
  return wanted.filter((name) => !packageContents[name].every(isThere));
}

/** Whether the lab installs what it needs: not on the machine of somebody who has a cluster already. */
export function installs(): boolean {
  return readLabKubeconfig(process.env) === undefined;
}

/**
 * Installs what is missing of the packages. Services that a package brings along are not started: the lab
 * starts its own.
 *
 * @throws LabError when there is no apt, or it fails
 * @throws PartLeftOutError where nothing may be installed
 */
export async function ensurePackages(
  wanted: readonly PackageName[],
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const [first] = findMissing(wanted, isThere);
  if (first === undefined) return;
  if (!installs())
    throw new PartLeftOutError(
      first,
      'it is not on this machine, and nothing is installed where LAB_KUBECONFIG is set',
    );
  const lock = '/run/lock/slipway-lab.packages';
  await withLock(lock, 'exclusive', { signal, prefix: asRoot }, async () => {
    const missing = findMissing(wanted, isThere);
    if (missing.length === 0) return;
    if (findProgram('apt-get') === undefined)
      throw new LabError(
        `the lab needs ${missing.join(', ')}, and there is no apt-get to install it`,
      );
    log(`installing the Debian packages ${missing.join(', ')}: about 15 s`);
    await withHeartbeat(
      (elapsed) => log(`Debian packages: ${elapsed} so far`),
      () => install(missing, signal),
    );
    const still = findMissing(missing, isThere);
    if (still.length > 0)
      throw new LabError(
        `apt-get installed ${still.join(', ')}, but what the lab needs of it is not there`,
      );
  });
}

/** The package lists may be absent or too old: only then are they worth the time it takes to fetch them. */
async function install(missing: readonly PackageName[], signal?: AbortSignal): Promise<void> {
  const packages = ['install', '-y', '--no-install-recommends', ...missing];
  try {
    await runApt(packages, signal);
  } catch (error) {
    if (!(error instanceof CommandError) || error.kind !== 'exit-code') throw error;
    await runApt(['update'], signal);
    try {
      await runApt(packages, signal);
    } catch (second) {
      throw new LabError(`apt-get could not install ${missing.join(', ')}`, { cause: second });
    }
  }
}

async function runApt(argv: readonly string[], signal?: AbortSignal): Promise<void> {
  const settings = ['DEBIAN_FRONTEND=noninteractive', 'SYSTEMD_OFFLINE=1'];
  await runCommand(
    asRoot(['env', ...settings, 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120', ...argv]),
    signal === undefined ? {} : { signal },
  );
}

function isThere(thing: string): boolean {
  return thing.startsWith('/') ? existsSync(thing) : findProgram(thing) !== undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
