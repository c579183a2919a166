import type { ContainerRun } from './build-plan.js';
import type { EngineCollaborators } from './docker.js';
import type { ContainerOutcome } from './engine.js';
import { readHostUser } from './host-user.js';

/**
 * A container that gives the user of this machine what others own in folders of his, as root and by the tools of
 * the image; undefined where he may do with them what
 * he likes, and where users have no numbers.
 *
 * @example formatGiveBack('node:24', ['/w'])?.command // ['find', '/w', '-xdev', '!', '-user', '1001', '-exec', 'chown', …]
 */
function formatGiveBack(image: string, folders: readonly string[]): ContainerRun | undefined {
  const owner = readHostUser();
  const [first, ...rest] = folders;
  const [uid = ''] = owner?.split(':') ?? [];
  // root may do with them what it likes, whomever they belong to
  if (owner === undefined || first === undefined || uid === '0') return undefined;
  const chown = ['-exec', 'chown', '-h', owner, '{}', '+'];
  return {
    image,
    command: ['find', first, ...rest, '-xdev', '!', '-user', uid, ...chown],
    user: '0:0',
    network: 'none',
    variables: [],
    shared: folders,
  };
}

/** Completes “still …”. */
export const giving = 'giving files to the user of this machine';
const limitMs = 60_000;

/** @param run runs a container of an engine, and stops when these collaborators say so */
export async function giveBack(
  image: string,
  folders: readonly string[],
  collaborators: EngineCollaborators,
  run: (container: ContainerRun, with_: EngineCollaborators) => Promise<ContainerOutcome>,
): Promise<boolean> {
  const container = formatGiveBack(image, folders);
  if (container === undefined) return true;
  try {
    const end = await run(container, { ...collaborators, signal: AbortSignal.timeout(limitMs) });
    return end.state === 'ended' && end.exitCode === 0;
  } catch {
    return false; // the failure that matters is that of the work
  }
}
