import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A document, or a part of one, that is made from something else. */
export interface GeneratedDocument {
  /** Relative to the root of the project. */
  readonly path: string;
  /** What it must hold. */
  readonly text: string;
}
