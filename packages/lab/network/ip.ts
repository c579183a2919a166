import { runCommand } from '@slipway/io/command';
import { asRoot } from '../process/index.js';

/**
 * Runs several `ip` commands as one process (ip(8), `-batch`).
 *
 * @param onFailure `stop` at the first that fails, or `continue` with the rest where nothing to remove is no error
 */
export async function runIp(
  commands: readonly string[],
  onFailure: 'stop' | 'continue' = 'stop',
): Promise<void> {
  const force = onFailure === 'continue' ? ['-force'] : [];
  await runCommand(asRoot(['ip', ...force, '-batch', '-']), {
    input: `${commands.join('\n')}\n`,
    ...(onFailure === 'continue' ? { acceptExitCodes: [1, 2] } : {}),
  });
}

/** Whether the host has a link of this name. */
export async function hasLink(name: string): Promise<boolean> {
  const { exitCode } = await runCommand(['ip', 'link', 'show', name], { acceptExitCodes: [1] });
  return exitCode === 0;
}
