import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { systemClock } from '@slipway/io/clock';
import { runCommand } from '@slipway/io/command';
import { openLab, type EnginePart, type Lab } from '@slipway/lab/parts';
import { readJson } from '@slipway/lab/state';
import { startSocketGate, type SocketGate } from '../proxy/index.js';
import { openJob, type Job, type JobOptions } from './step.js';

/** What a runner has for an engine; `classic` is docker without its plug-in buildx. */
export const runnerEngines = ['docker', 'classic', 'podman', 'buildah'] as const;
export type RunnerEngine = (typeof runnerEngines)[number];

/** The programs that find an engine, and what tells them where it is. */
export interface EngineAccess {
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The environment of a runner that has one of the lab's engines, and none of this machine's. */
export async function openEngineAccess(lab: Lab, engine: RunnerEngine): Promise<EngineAccess> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-runner-'));
  const close = (): Promise<void> => rm(folder, { recursive: true });
  const pathOf = (programs: string): string => [programs, '/usr/bin', '/bin'].join(delimiter);
  if (engine === 'podman' || engine === 'buildah') {
    const { programs } = await lab.daemonless(engine);
    return { environment: { PATH: pathOf(programs) }, close };
  }
  const part = await lab.engine();
  const classic = engine === 'docker' ? undefined : await makeClassicConfig(folder, part);
  const config = classic === undefined ? {} : { DOCKER_CONFIG: classic };
  const environment = { ...part.environment, ...config, PATH: pathOf(part.programs) };
  return { environment, close };
}

/** A configuration of docker whose buildx does not work, wherever another one may be on this machine. */
async function makeClassicConfig(folder: string, { dockerConfig }: EnginePart): Promise<string> {
  const plugins = join(folder, 'plugins');
  await mkdir(plugins);
  await writeFile(join(plugins, 'docker-buildx'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  // it has the other plug-ins, and the first of a name counts
  const others: unknown = readJson(join(dockerConfig, 'config.json'))?.['cliPluginsExtraDirs'];
  const folders = [plugins, others].flat();
  await writeFile(join(folder, 'config.json'), JSON.stringify({ cliPluginsExtraDirs: folders }));
  return folder;
}

/** Jobs on a runner that has the lab's container engine. */
export interface EngineJobs {
  open(options: Omit<JobOptions, 'main' | 'environment'>): Promise<Job>;
  /** A job of another user than root, who may use the engine; of this user where this is not root. */
  openAsOther(
    options: Pick<JobOptions, 'files' | 'foreign'>,
  ): Promise<Job & { readonly uid: number }>;
  /** A job on a runner that has no program at all. */
  openWithoutEngine(options: Pick<JobOptions, 'files'>): Promise<Job>;
  docker(...argv: readonly string[]): Promise<string>;
  /** The containers of one job, running or not: each sees the job's own files at their own paths. */
  listContainers(job: Job): Promise<readonly string[]>;
  /** Asks again and again, for half a minute, until it is so. */
  eventually(isSo: () => Promise<boolean>): Promise<boolean>;
  /** Ends the jobs that were opened. */
  removeAll(): Promise<void>;
  close(): Promise<void>;
}

const eventuallyMs = 30_000;
const otherUid = 12_345;

/** @param main the module of the action that exports `main` */
export async function openEngineJobs(main: string): Promise<EngineJobs> {
  const lab = await openLab();
  const engine = await lab.engine();
  const client = await mkdtemp(join(tmpdir(), 'slipway-docker-'));
  const pathOf = (...folders: readonly string[]): string =>
    [...folders, process.env['PATH'] ?? ''].join(delimiter);
  const environment = { ...engine.environment, PATH: pathOf(engine.programs) };
  const gates: SocketGate[] = [];
  /** The lab keeps its socket, too, where only root can go. */
  const openSocket = async (dockerHost: string, folder: string): Promise<string> => {
    const path = join(folder, `docker-${gates.length}.sock`);
    gates.push(await startSocketGate(dockerHost.replace('unix://', ''), path));
    await chmod(path, 0o777);
    return `unix://${path}`;
  };
  const jobs: Job[] = [];
  const open = async (options: JobOptions): Promise<Job> => {
    const job = await openJob(options);
    jobs.push(job);
    return job;
  };
  const docker: EngineJobs['docker'] = async (...argv) => {
    const program = join(engine.programs, 'docker');
    return (await runCommand([program, ...argv], { env: engine.environment })).stdout.trim();
  };
  return {
    open: (options) => open({ main, environment, ...options }),
    openAsOther: async (options) => {
      const uid = process.getuid?.() ?? 0;
      if (uid !== 0) return { ...(await open({ main, environment, ...options })), uid };
      await chmod(client, 0o755); // the lab keeps its programs where only root can go
      await copyFile(await realpath(join(engine.programs, 'docker')), join(client, 'docker'));
      const own = {
        ...environment,
        PATH: pathOf(client),
        DOCKER_CONFIG: client,
        DOCKER_HOST: await openSocket(engine.dockerHost, client),
      };
      const job = await open({ main, environment: own, uid: otherUid, ...options });
      return { ...job, uid: otherUid };
    },
    openWithoutEngine: (options) => open({ main, environment: { PATH: '/nowhere' }, ...options }),
    docker,
    listContainers: async ({ stepFiles }) => {
      const format = '{{.ID}} {{.Mounts}}';
      const all = await docker('container', 'ls', '--all', '--no-trunc', '--format', format);
      return all.split('\n').filter((line) => line.includes(`${stepFiles}/`));
    },
    eventually: async (isSo) => {
      const endMs = systemClock.monotonicMs() + eventuallyMs;
      while (!(await isSo())) {
        if (systemClock.monotonicMs() > endMs) return false;
        await systemClock.sleep(100);
      }
      return true;
    },
    removeAll: async () => {
      for (const job of jobs.splice(0)) await job.remove();
    },
    close: async () => {
      for (const gate of gates) await gate.close();
      await rm(client, { recursive: true });
      await lab.close();
    },
  };
}
