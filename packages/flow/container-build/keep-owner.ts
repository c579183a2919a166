import { listForeign, readOwner } from '@slipway/io/engine';
import type { StageTools } from './stage.js';

/** Folders of this machine in which containers may write as somebody else. */
export interface WrittenFolders {
  /** Completes “what the … wrote”. */
  readonly what: string;
  /** Its tools give files to others, where we may not do that ourselves. */
  readonly image: string;
  /** Absolute; none: nothing is looked at. */
  readonly folders: readonly string[];
}

/**
 * Works with containers, after which what they made belongs to whom the workspace does, also when the work failed;
 * what others had there before stays theirs.
 */
export async function keepOwner<T>(
  { what, image, folders }: WrittenFolders,
  { engine, runtime: { workspace, logger } }: StageTools,
  work: () => Promise<T>,
): Promise<T> {
  if (folders.length === 0) return work();
  const owner = await readOwner(workspace);
  const before = await listForeign(folders, owner);
  try {
    return await work();
  } finally {
    if (!(await engine.giveBack(image, { folders, owner, before }))) {
      logger.warning(
        `what the ${what} wrote may belong to another user: the image has no xargs and chown`,
      );
    }
  }
}
