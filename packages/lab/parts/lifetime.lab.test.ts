import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, startProcess, type RunningProcess } from '@slipway/io/command';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readNetwork } from '../network/index.js';
import { isSameProcess } from '../process/index.js';
import { labId } from '../state/index.js';
import { waitUntil } from '../waiting/index.js';
import { assertOwnParts, endLab, openLab, readStatus, type EnginePart } from './index.js';

type EnginePlace = Pick<EnginePart, 'programs' | 'dockerHost'>;

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const timeoutMs = 120_000;

/** A lab of its own for each test, so that its end is nobody else's. */
let folder = '';
let base = '';

beforeAll(assertOwnParts);

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lab-life-'));
  folder = join(base, 'lab');
});

afterEach(async () => {
  if (base === '') return; // the suite is left out, and nothing was made
  await endLab(folder);
  rmSync(base, { recursive: true });
  base = '';
}, timeoutMs);

describe('npm run lab', () => {
  test(
    'starts parts, finds them up the second time, and takes everything down',
    async () => {
      await runLab(['up', 'registry:candidates', 'cluster:life']);
      const first = await readStatus(folder);

      await runLab(['up', 'registry:candidates', 'cluster:life']);
      const second = await readStatus(folder);
      const shown = await runLab(['status']);
      const bridge = readNetwork(folder)?.bridge ?? '';
      await runLab(['down']);

      expect(first.parts.map(({ part, state }) => [part, state])).toEqual([
        ['cluster:life', 'up'],
        ['registry:candidates', 'up'],
      ]);
      expect(second).toEqual(first);
      expect(shown).toContain('cluster:life: up\n');
      expect(await findLeftovers(bridge)).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'takes an engine down with what runs in it, and leaves the engine of another lab alone',
    async () => {
      const lab = await openLab();
      const shared = await lab.engine();
      await runLab(['up', 'engine:docker']);
      const own = await readEngine();
      const bridge = readNetwork(folder)?.bridge ?? '';
      const run = ['run', '--detach', '--name', 'only-here', 'busybox:1.36', 'sleep', '600'];
      const names = ['ps', '--filter', 'name=only-here', '--format', '{{.Names}}'];
      await docker(own, run);

      const running = [await docker(own, names), await docker(shared, names)];
      const during = await findLeftovers(bridge);
      await runLab(['down']);
      const after = await docker(shared, names);
      await lab.close();

      expect(running).toEqual(['only-here\n', '']);
      expect(after).toBe('');
      expect(during.some((each) => each.includes('/sys/fs/cgroup/'))).toBe(true);
      expect(await findLeftovers(bridge)).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'leaves nothing when it is killed in the middle',
    async () => {
      const starter = await startLab(['up', 'registry:production', 'cluster:killed']);
      await waitForDaemons(9);
      const bridge = readNetwork(folder)?.bridge ?? '';

      process.kill(-starter.pid, 'SIGKILL');

      await waitUntil(async () => ((await findLeftovers(bridge)).length > 0 ? undefined : true), {
        what: 'the watchdog, which ends as the last',
        timeoutMs: 30_000,
      });
      expect(await findLeftovers(bridge)).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'leaves nothing when it is interrupted in the middle',
    async () => {
      const starter = await startLab(['up', 'registry:production', 'cluster:stopped']);
      await waitForDaemons(5);
      const bridge = readNetwork(folder)?.bridge ?? '';

      await starter.stop();

      expect(existsSync(folder)).toBe(false);
      expect(await findLeftovers(bridge)).toEqual([]);
    },
    timeoutMs,
  );
});

test(
  'who is starting parts stops when somebody else takes the lab down',
  async () => {
    const starter = await startLab(['up', 'registry:candidates', 'cluster:ended']);
    await waitForDaemons(5);
    const bridge = readNetwork(folder)?.bridge ?? '';

    await runLab(['down']);

    expect(await starter.ended).toContain('the lab is being taken down');
    expect(await findLeftovers(bridge)).toEqual([]);
  },
  timeoutMs,
);

test(
  'who opens the lab after a crash finds none of its remains',
  async () => {
    const starter = await startLab(['up', 'registry:candidates', 'cluster:lost']);
    await waitForDaemons(5);
    const processes = (await readStatus(folder)).parts.flatMap((part) => part.processes);
    await endWatchdog();
    process.kill(-starter.pid, 'SIGKILL');

    await runLab(['up', 'registry:production']);

    const after = await readStatus(folder);
    const left = processes.filter((each) => isSameProcess(each));
    expect(after.parts.map(({ part }) => part)).toEqual(['registry:production']);
    expect(left).toEqual([]);
  },
  timeoutMs,
);

async function runLab(argv: readonly string[]): Promise<string> {
  const { stdout } = await runCommand([process.execPath, '--import', 'tsx', main, ...argv], {
    cwd: checkout,
    env: { LAB_DIR: folder },
  });
  return stdout;
}

async function startLab(argv: readonly string[]): Promise<RunningProcess> {
  return startProcess([process.execPath, '--import', 'tsx', main, ...argv], {
    cwd: checkout,
    env: { LAB_DIR: folder },
  });
}

/** Waits until the lab has started so many processes: a moment in the middle. */
async function waitForDaemons(count: number): Promise<void> {
  await waitUntil(
    async () => {
      const { parts } = await readStatus(folder);
      return parts.flatMap((part) => part.processes).length >= count ? true : undefined;
    },
    { what: `${count} processes of the lab`, timeoutMs: 60_000 },
  );
}

async function readEngine(): Promise<EnginePlace> {
  const { parts } = await readStatus(folder);
  const facts = parts.find(({ part }) => part === 'engine:docker')?.facts ?? {};
  return { programs: facts['programs'] ?? '', dockerHost: facts['dockerHost'] ?? '' };
}

async function docker(
  { programs, dockerHost }: EnginePlace,
  argv: readonly string[],
): Promise<string> {
  const command = [join(programs, 'docker'), '--host', dockerHost, ...argv] as const;
  return (await runCommand(command)).stdout;
}

async function endWatchdog(): Promise<void> {
  const record = readFileSync(join(folder, 'watchdog/processes/watchdog'), 'utf8');
  await runCommand(['kill', '-KILL', record.split(' ')[0] ?? '']);
}

/** Whatever this machine still has of the lab: it has its folder in the environment, or its bridge's name. */
async function findLeftovers(bridge: string): Promise<readonly string[]> {
  const processes = readdirSync('/proc').filter((pid) => environmentOf(pid).includes(folder));
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const { stdout: links } = await runCommand(['ip', '-oneline', 'link']);
  const { stdout: routes } = await runCommand(['ip', 'route']);
  const lines = [...links.split('\n'), ...routes.split('\n')];
  return [
    ...processes.map((pid) => `process ${pid}`),
    ...mounts.filter((line) => line.includes(folder)),
    ...lines.filter((line) => line.includes(bridge)),
    ...listControlGroups().filter((group) => group.endsWith(labId(folder))),
    ...(existsSync(folder) ? [folder] : []),
  ];
}

function listControlGroups(): readonly string[] {
  const root = '/sys/fs/cgroup';
  const places = [root, ...readdirSync(root).map((name) => join(root, name))];
  return places
    .filter((place) => statSync(place).isDirectory())
    .flatMap((place) => readdirSync(place).map((name) => join(place, name)));
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .map((each) => each.replace('LAB_DIR=', ''));
  } catch {
    return [];
  }
}
