import { stat } from 'node:fs/promises';

/**
 * The user that runs this, as docker takes one.
 *
 * @example readHostUser() // '1001:118'
 * @returns undefined where users have no numbers
 */
export function readHostUser(): string | undefined {
  const [user, group] = [process.getuid?.(), process.getgid?.()];
  return user === undefined || group === undefined ? undefined : `${user}:${group}`;
}

/** A user and group of this machine. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whose that is to be what containers make in a folder: the user's that runs this, and where root runs it, in
 * somebody's own folder, that one's.
 *
 * @returns undefined where users have no numbers
 */
export async function readOwner(folder: string): Promise<Owner | undefined> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || gid === undefined) return undefined;
  if (uid !== 0) return { uid, gid };
  const { uid: ownerId, gid: groupId } = await stat(folder);
  return { uid: ownerId, gid: groupId };
}
