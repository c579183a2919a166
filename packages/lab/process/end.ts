import { runCommand } from '@slipway/io/command';
import { LabError } from '../errors/index.js';
import { waitUntil } from '../waiting/index.js';
import { isSameProcess, type ProcessIdentity } from './identity.js';
import { asRoot } from './privilege.js';

/**
 * Ends processes, and only these: asks with SIGTERM where `graceMs` is given, insists with SIGKILL.
 * Resolves when all are gone; what already was gone is no error.
 *
 * @throws LabError when one survives SIGKILL for 20 s
 */
export async function endProcesses(
  processes: readonly ProcessIdentity[],
  graceMs = 0,
): Promise<void> {
  if (graceMs > 0) {
    await sendSignal(processes, 'SIGTERM');
    try {
      await waitUntilGone(processes, graceMs);
      return;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
    }
  }
  await sendSignal(processes, 'SIGKILL');
  await waitUntilGone(processes, 20_000);
}

/**
 * Ends a process that leads a group of its own, with everything else in the group, at once.
 */
export async function endProcessGroup(leader: ProcessIdentity): Promise<void> {
  if (!isSameProcess(leader)) return;
  process.kill(-leader.pid, 'SIGKILL');
  await waitUntilGone([leader], 20_000);
}

async function waitUntilGone(
  processes: readonly ProcessIdentity[],
  timeoutMs: number,
): Promise<void> {
  const left = (): readonly ProcessIdentity[] => processes.filter((one) => isSameProcess(one));
  await waitUntil(() => (left().length === 0 ? true : undefined), {
    what: `the end of ${processes.map(({ pid }) => pid).join(', ')}`,
    timeoutMs,
    everyMs: 5,
  });
}

async function sendSignal(
  processes: readonly ProcessIdentity[],
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  for (const one of processes) {
    if (!isSameProcess(one)) continue;
    try {
      process.kill(one.pid, signal);
    } catch (error) {
      if (!isSameProcess(one)) continue;
      if (process.getuid?.() === 0) throw error;
      await runCommand(asRoot(['kill', `-${signal}`, String(one.pid)]), { acceptExitCodes: [1] });
    }
  }
}
