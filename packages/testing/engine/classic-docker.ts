import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand, startProcess } from '@slipway/io/command';
import { asRoot } from '@slipway/lab/process';
import { waitUntil } from '@slipway/lab/waiting';

/** A second daemon of docker, with the store that it had before containerd kept its images. */
export interface ClassicDocker {
  /** `DOCKER_HOST` */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @param clients the folder with the docker of the lab’s engine, whose daemon is used, too */
export async function startClassicDocker(clients: string): Promise<ClassicDocker> {
  const folder = await mkdtemp(join(tmpdir(), 'classic-'));
  const host = `unix://${folder}/docker.sock`;
  await writeFile(join(folder, 'daemon.json'), JSON.stringify(settingsOf(folder, host)));
  const programs = dirname(await realpath(join(clients, 'docker')));
  const path = [programs, join(programs, '../sbin'), process.env['PATH'] ?? ''].join(':');
  const daemon = ['dockerd', '--config-file', join(folder, 'daemon.json')];
  const running = await startProcess(asRoot(['env', `PATH=${path}`, ...daemon]));
  const environment = { DOCKER_HOST: host };
  const close = async (): Promise<void> => {
    await running.stop();
    await runCommand(asRoot(['rm', '-rf', folder]));
  };
  const ended = running.ended.then((how) => {
    throw new Error(how);
  });
  ended.catch(() => undefined); // it ends after the test, too
  const answers = async (): Promise<true | undefined> => {
    const argv = [join(clients, 'docker'), 'version'] as const;
    const asked = runCommand(argv, { env: environment, acceptExitCodes: [1] });
    return (await asked).exitCode === 0 ? true : undefined;
  };
  try {
    const wait = { what: 'the classic docker', timeoutMs: 60_000, everyMs: 100 };
    await Promise.race([waitUntil(answers, wait), ended]);
    return { environment, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** No network: it runs no containers, and the machine’s packet filter is not its own. */
function settingsOf(folder: string, host: string): object {
  return {
    hosts: [host],
    group: String(process.getgid?.() ?? 0),
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'run'),
    pidfile: join(folder, 'dockerd.pid'),
    features: { 'containerd-snapshotter': false },
    'storage-driver': 'vfs',
    bridge: 'none',
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
    'ip-masq': false,
    'log-level': 'warn',
  };
}
