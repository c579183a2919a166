import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../waiting/index.js';
import {
  endProcesses,
  readPartProcesses,
  readProcess,
  requireRunning,
  startPartProcess,
} from './index.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-process-'));
});

afterEach(async () => {
  if (folder === '') return; // it was not made
  await endProcesses(readPartProcesses(folder));
  rmSync(folder, { recursive: true, force: true });
});

describe('a process of a part', () => {
  test('is on record as itself once it was started', async () => {
    const daemon = await startPartProcess(folder, { name: 'sleep', argv: ['sleep', '600'] });

    const recorded = readPartProcesses(folder);

    expect(recorded).toEqual([
      { name: 'sleep', pid: daemon.pid, startTicks: daemon.startTicks, isRunning: true },
    ]);
  });

  test('is ended, and its record then says so', async () => {
    const daemon = await startPartProcess(folder, { name: 'sleep', argv: ['sleep', '600'] });

    await endProcesses([daemon]);

    expect(readPartProcesses(folder).map(({ isRunning }) => isRunning)).toEqual([false]);
    expect(readProcess(daemon.pid)).toBeUndefined();
  });

  test('is left alone when its number belongs to another process now', async () => {
    const daemon = await startPartProcess(folder, { name: 'sleep', argv: ['sleep', '600'] });

    await endProcesses([{ pid: daemon.pid, startTicks: '1' }]);

    expect(readPartProcesses(folder).map(({ isRunning }) => isRunning)).toEqual([true]);
  });

  test('that ended is told with the end of its log while somebody waits for it', async () => {
    const argv = ['/bin/sh', '-c', 'echo the disk is full; exit 3'] as const;
    const daemon = await startPartProcess(folder, { name: 'etcd', argv });
    await waitForEnd(daemon.pid);

    const require = (): void => requireRunning(folder);

    expect(require).toThrow(
      'etcd ended while it was waited for; its log ends with:\nthe disk is full',
    );
  });

  test('that cannot be found says so in its log', async () => {
    const daemon = await startPartProcess(folder, { name: 'gone', argv: ['/nowhere/at/all'] });
    await waitForEnd(daemon.pid);

    const log = readFileSync(join(folder, 'log/gone.log'), 'utf8');

    expect(log).toContain('/nowhere/at/all: not found');
  });
});

test('a record that was never finished counts for nothing', () => {
  const records = readPartProcesses(folder);
  writeFileSync(join(folder, 'processes'), '');

  expect(records).toEqual([]);
  expect(readPartProcesses(folder)).toEqual([]);
});

async function waitForEnd(pid: number): Promise<void> {
  const hasEnded = (): true | undefined => (readProcess(pid) === undefined ? true : undefined);
  await waitUntil(hasEnded, { what: `the end of ${pid}`, timeoutMs: 4000, everyMs: 5 });
}
